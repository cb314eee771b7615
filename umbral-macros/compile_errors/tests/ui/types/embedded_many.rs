use umbral::prelude::*;

#[derive(Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Embedded)]
pub struct Address {
    pub city: String,
    pub people: ManyToMany<Person>,
}

fn main() {}
