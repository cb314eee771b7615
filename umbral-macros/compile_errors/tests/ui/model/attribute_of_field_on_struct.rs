use umbral::prelude::*;

#[derive(Model)]
#[umbral(max_length = 80)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
