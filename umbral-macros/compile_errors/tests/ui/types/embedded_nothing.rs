use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address {}

fn main() {}
