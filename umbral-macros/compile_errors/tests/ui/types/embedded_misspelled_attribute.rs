use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    #[umbral(max_lenght = 80)]
    pub city: String,
}

fn main() {}
