use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(max_length = 9)]
    pub code: umbral::value::Bits,
}

fn main() {}
