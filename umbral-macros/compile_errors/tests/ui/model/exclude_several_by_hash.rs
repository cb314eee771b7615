use umbral::prelude::*;

#[derive(Model)]
#[umbral(exclude(id with "=", title with "=", using = hash))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
