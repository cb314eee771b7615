use umbral::prelude::*;

#[derive(Choices)]
enum Mood {
    #[umbral(renamed_from = "glad")]
    Happy,
}

fn main() {}
