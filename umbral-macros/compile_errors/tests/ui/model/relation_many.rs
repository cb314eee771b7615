use umbral::prelude::*;

#[derive(Model)]
pub struct Author {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub authors: Vec<ForeignKey<Author>>,
}

fn main() {}
