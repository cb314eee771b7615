use umbral::prelude::*;

#[derive(FieldType)]
#[umbral(max_length = 5)]
struct Age(i32);

fn main() {}
