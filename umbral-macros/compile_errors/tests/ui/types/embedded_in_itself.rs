use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub city: String,
    #[umbral(flatten)]
    pub other: Address,
}

fn main() {}
