use umbral::prelude::*;

#[derive(Choices)]
#[umbral(native)]
enum Mood {
    #[umbral(renamed_from = "happy")]
    Happy,
}

fn main() {}
