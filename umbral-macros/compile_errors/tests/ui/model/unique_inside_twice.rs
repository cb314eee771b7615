use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub street: String,
    pub city: String,
}

#[derive(Model)]
#[umbral(unique(home.city, home.city))]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten(prefix = "home_"))]
    pub home: Address,
}

fn main() {}
