use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    Draft,
    Since(i32),
}

fn main() {}
