use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub street: String,
    pub city: String,
}

#[derive(Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten)]
    pub home: Option<Address>,
}

fn main() {}
