use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(length = 8)]
    pub code: Option<i64>,
}

fn main() {}
