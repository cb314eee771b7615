use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(decimal(4, 6))]
    pub price: Decimal,
}

fn main() {}
