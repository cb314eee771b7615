use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(collation = "C")]
    pub pages: i64,
}

fn main() {}
