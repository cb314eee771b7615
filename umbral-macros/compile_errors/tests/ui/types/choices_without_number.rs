use umbral::prelude::*;

#[derive(Choices)]
#[umbral(repr = i32)]
enum Status {
    Draft = 1,
    Published,
}

fn main() {}
