use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(index(city, street, name = "by_place"))]
struct Address {
    street: String,
    city: String,
}

fn main() {}
