use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    Draft,
    #[umbral(value = "draft")]
    Sketch,
}

fn main() {}
