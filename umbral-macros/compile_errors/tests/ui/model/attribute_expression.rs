use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(max_length = 8 * 10)]
    pub title: String,
}

fn main() {}
