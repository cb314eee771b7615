use umbral::prelude::*;

type Weight = f64;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = 1e3)]
    pub weight: Weight,
}

fn main() {}
