use umbral::prelude::*;

pub struct Number(pub i64);

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: Number,
}

fn main() {}
