use umbral::prelude::*;

#[derive(Choices)]
#[umbral(label = "Status")]
enum Status {
    Draft,
}

fn main() {}
