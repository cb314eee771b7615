use umbral::prelude::*;

#[derive(Model)]
pub struct Tag {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Model)]
#[umbral(primary_key(row, column))]
pub struct Cell {
    pub row: i64,
    pub column: i64,
    pub tags: ManyToMany<Tag>,
}

fn main() {}
