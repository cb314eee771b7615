use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {
    pub city: std::cell::Cell<i32>,
}

fn main() {}
