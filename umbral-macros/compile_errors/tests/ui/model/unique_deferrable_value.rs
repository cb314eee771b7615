use umbral::prelude::*;

#[derive(Model)]
#[umbral(unique(title, deferrable = true))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
