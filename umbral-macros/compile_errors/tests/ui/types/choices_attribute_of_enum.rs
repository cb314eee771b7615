use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    #[umbral(repr = i16)]
    Draft,
}

fn main() {}
