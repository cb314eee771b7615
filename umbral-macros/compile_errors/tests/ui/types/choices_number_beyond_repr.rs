use umbral::prelude::*;

#[derive(Choices)]
#[umbral(repr = i16)]
enum Status {
    Draft = 70000,
}

fn main() {}
