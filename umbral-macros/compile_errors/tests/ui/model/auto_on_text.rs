use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key, auto)]
    pub isbn: String,
}

fn main() {}
