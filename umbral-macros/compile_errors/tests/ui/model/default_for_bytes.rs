use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = "")]
    pub cover: Vec<u8>,
}

fn main() {}
