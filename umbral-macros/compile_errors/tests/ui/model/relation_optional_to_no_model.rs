use umbral::prelude::*;

pub struct Author;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub author: Option<ForeignKey<Author>>,
}

fn main() {}
