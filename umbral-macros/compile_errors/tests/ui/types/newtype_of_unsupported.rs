use umbral::prelude::*;

#[derive(FieldType)]
struct Isbn(std::time::Instant);

fn main() {}
