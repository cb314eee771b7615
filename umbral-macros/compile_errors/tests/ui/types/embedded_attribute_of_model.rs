use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(ordering = ["city"])]
pub struct Address {
    pub city: String,
}

fn main() {}
