use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub street: String,
    pub city: String,
}

#[derive(Model)]
#[umbral(primary_key(id, home.city))]
pub struct Person {
    pub id: i64,
    pub name: String,
    #[umbral(flatten(prefix = "home_"))]
    pub home: Address,
}

fn main() {}
