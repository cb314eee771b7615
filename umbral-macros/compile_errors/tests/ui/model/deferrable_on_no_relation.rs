use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(deferrable = deferred)]
    pub title: String,
}

fn main() {}
