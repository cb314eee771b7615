use umbral::prelude::*;

#[derive(Embedded)]
pub struct Address(String, String);

fn main() {}
