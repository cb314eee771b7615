use umbral::prelude::*;

#[derive(FieldType)]
#[umbral(length = 5)]
struct Age(i32);

fn main() {}
