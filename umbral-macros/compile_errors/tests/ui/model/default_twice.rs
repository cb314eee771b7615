use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = 0, default_sql = "1 + 1")]
    pub stock: i64,
}

fn main() {}
