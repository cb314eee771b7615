use umbral::prelude::*;

#[derive(Model)]
#[umbral(index(where = "title IS NOT NULL"))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
