use umbral::prelude::*;

#[derive(Choices)]
#[umbral(repr = u8)]
enum Status {
    Draft = 1,
}

fn main() {}
