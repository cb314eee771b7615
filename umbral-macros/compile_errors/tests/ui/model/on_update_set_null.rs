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
    #[umbral(on_update = set_null)]
    pub author: OneToOne<Author>,
}

fn main() {}
