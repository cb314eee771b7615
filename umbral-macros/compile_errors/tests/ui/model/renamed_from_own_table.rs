use umbral::prelude::*;

#[derive(Model)]
#[umbral(renamed_from = "book")]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
