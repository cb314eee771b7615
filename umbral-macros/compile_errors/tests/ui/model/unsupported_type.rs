use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub shape: std::collections::HashMap<String, i64>,
}

fn main() {}
