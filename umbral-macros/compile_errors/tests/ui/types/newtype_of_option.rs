use umbral::prelude::*;

#[derive(FieldType)]
struct Isbn(Option<String>);

fn main() {}
