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
    #[umbral(through(Tag, book))]
    pub tags: ManyToMany<Tag>,
}

fn main() {}
