use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = "1")]
    pub weight: f64,
}

fn main() {}
