use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = 0.5)]
    pub stock: Option<i32>,
}

fn main() {}
