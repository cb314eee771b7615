use umbral::prelude::*;

#[derive(FieldType)]
struct Nothing;

fn main() {}
