use umbral::prelude::*;

#[derive(Model)]
#[umbral(index(title with "="))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
