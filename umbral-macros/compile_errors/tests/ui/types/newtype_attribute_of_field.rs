use umbral::prelude::*;

#[derive(FieldType)]
#[umbral(unique)]
struct Isbn(String);

fn main() {}
