use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: u16,
}

fn main() {}
