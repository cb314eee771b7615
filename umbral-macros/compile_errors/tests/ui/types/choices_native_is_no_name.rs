use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native = 1)]
enum Level {
    Low,
}

fn main() {}
