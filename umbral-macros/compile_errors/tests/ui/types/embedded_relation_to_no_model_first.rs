use umbral::prelude::*;

pub struct Person;

#[derive(Embedded)]
pub struct Address {
    pub owner: ForeignKey<Person>,
    pub city: String,
}

fn main() {}
