use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub city: String,
    pub next: Option<ForeignKey<Self>>,
}

fn main() {}
