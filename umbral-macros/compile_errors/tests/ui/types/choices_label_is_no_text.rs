use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    #[umbral(label = 1)]
    Draft,
}

fn main() {}
