use umbral::prelude::*;

#[derive(Model)]
#[umbral(check("stock > 0", name = ""))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub stock: i64,
}

fn main() {}
