use umbral::prelude::*;

#[derive(Model)]
#[umbral(primary_key(price, total))]
pub struct Line {
    pub price: i64,
    #[umbral(generated = "price * 2")]
    pub total: i64,
}

fn main() {}
