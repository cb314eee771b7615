use umbral::prelude::*;

#[derive(Choices)]
enum Status {}

fn main() {}
