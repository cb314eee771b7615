use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native = "level", repr = i16)]
enum Level {
    Low = 1,
}

fn main() {}
