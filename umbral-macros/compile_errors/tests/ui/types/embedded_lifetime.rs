use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address<'a> {
    pub city: &'a str,
}

fn main() {}
