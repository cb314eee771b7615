use umbral::prelude::*;

#[derive(Embedded)]
pub enum Address {
    Bern,
}

fn main() {}
