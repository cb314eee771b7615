use umbral::prelude::*;

pub struct Address {
    pub street: String,
}

#[derive(Model)]
#[umbral(ordering = ["home.street"], unique(name, home.street))]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten(prefix = "home_"))]
    pub home: Address,
}

fn main() {}
