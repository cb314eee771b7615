use umbral::prelude::*;

#[derive(Model)]
#[umbral(crate = "not a path")]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
