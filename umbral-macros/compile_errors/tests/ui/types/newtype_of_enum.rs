use umbral::prelude::*;

#[derive(FieldType)]
enum Status {
    Draft,
}

fn main() {}
