use umbral::prelude::*;

#[derive(Model)]
pub struct Line {
    #[umbral(primary_key)]
    pub id: i64,
    pub price: i64,
    #[umbral(generated = "price * 2", stored = true)]
    pub total: i64,
}

fn main() {}
