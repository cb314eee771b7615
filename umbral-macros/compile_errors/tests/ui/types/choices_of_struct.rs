use umbral::prelude::*;

#[derive(Choices)]
struct Status {
    draft: bool,
}

fn main() {}
