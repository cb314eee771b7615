use umbral::prelude::*;

#[derive(FieldType)]
struct Range(i32, i32);

fn main() {}
