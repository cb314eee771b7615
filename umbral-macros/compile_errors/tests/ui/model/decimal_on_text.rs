use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(decimal(10, 2))]
    pub price: String,
}

fn main() {}
