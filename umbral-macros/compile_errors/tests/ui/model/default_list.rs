use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = ["a"])]
    pub tags: Vec<String>,
}

fn main() {}
