use umbral::prelude::*;

#[derive(Model)]
#[umbral(comment = 3)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
}

fn main() {}
