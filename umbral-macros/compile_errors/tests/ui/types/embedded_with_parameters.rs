use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address<T> {
    pub city: T,
}

fn main() {}
