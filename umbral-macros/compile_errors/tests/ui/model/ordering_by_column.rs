use umbral::prelude::*;

#[derive(Model)]
pub struct Author {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Model)]
#[umbral(ordering = ["author_id"])]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub author: ForeignKey<Author>,
}

fn main() {}
