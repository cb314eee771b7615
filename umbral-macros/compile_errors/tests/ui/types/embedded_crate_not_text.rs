use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(crate = umbral)]
pub struct Address {
    pub city: String,
}

fn main() {}
