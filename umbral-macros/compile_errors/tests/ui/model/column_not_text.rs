use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(column = 5)]
    pub title: String,
}

fn main() {}
