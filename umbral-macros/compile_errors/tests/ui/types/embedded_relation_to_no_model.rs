use umbral::prelude::*;

pub struct Person;

#[derive(Embedded)]
pub struct Address {
    pub city: String,
    pub owner: ForeignKey<Person>,
}

fn main() {}
