use umbral::prelude::*;

#[derive(Model)]
#[umbral(exclude(title with "and", using = gist))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
