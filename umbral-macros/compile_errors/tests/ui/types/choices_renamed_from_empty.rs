use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native)]
enum Mood {
    #[umbral(renamed_from = "")]
    Happy,
}

fn main() {}
