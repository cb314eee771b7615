use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    #[umbral(lable = "A draft")]
    Draft,
}

fn main() {}
