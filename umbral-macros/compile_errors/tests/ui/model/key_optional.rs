use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: Option<i64>,
}

fn main() {}
