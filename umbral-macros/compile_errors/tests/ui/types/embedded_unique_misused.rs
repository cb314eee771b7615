use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(unique)]
struct Address {
    street: String,
}

fn main() {}
