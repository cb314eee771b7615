use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    Draft = 1,
}

fn main() {}
