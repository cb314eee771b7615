use umbral::prelude::*;

#[derive(Model)]
pub struct Tag {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub tags: ManyToMany<String>,
}

fn main() {}
