use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native)]
enum Mood {
    #[umbral(renamed_from = "glad")]
    Happy,
    #[umbral(renamed_from = "glad")]
    Merry,
}

fn main() {}
