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
    #[umbral(on_delete = set_null)]
    pub author: ForeignKey<Author>,
}

fn main() {}
