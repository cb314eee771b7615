use umbral::prelude::*;

#[derive(Model)]
#[umbral(index(-titel))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
