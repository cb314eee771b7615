use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(references = "shop", deferrable = "later")]
    pub shop: i64,
}

fn main() {}
