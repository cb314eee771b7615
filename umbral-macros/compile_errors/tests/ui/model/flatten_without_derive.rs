use umbral::prelude::*;

pub struct Address {
    pub street: String,
}

#[derive(Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten)]
    pub home: Address,
}

fn main() {}
