use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native)]
enum Mood {
    #[umbral(renamed_from = "sad")]
    Happy,
    Sad,
}

fn main() {}
