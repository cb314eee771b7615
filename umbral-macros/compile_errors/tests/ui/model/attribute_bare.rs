use umbral::prelude::*;

#[derive(Model)]
#[umbral]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
}

fn main() {}
