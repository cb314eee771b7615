use umbral::prelude::*;

#[derive(Model)]
pub struct Line {
    #[umbral(primary_key, generated = "price * 2")]
    pub id: i64,
    pub price: i64,
}

fn main() {}
