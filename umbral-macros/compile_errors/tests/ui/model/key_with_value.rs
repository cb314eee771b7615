use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key = true)]
    pub id: i64,
}

fn main() {}
