use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    #[umbral(value = 1)]
    Draft,
}

fn main() {}
