use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native, renamed_from = "mood")]
enum Temper {
    Happy,
}

fn main() {}
