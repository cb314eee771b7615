use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(prefix = "home_")]
pub struct Address {
    pub city: String,
}

fn main() {}
