use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    #[umbral(primary_key)]
    pub id: i64,
    pub city: String,
}

fn main() {}
