use umbral::prelude::*;

#[derive(Choices)]
enum Status<const N: usize> {
    Draft,
}

fn main() {}
