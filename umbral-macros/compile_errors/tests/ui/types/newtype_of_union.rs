use umbral::prelude::*;

#[derive(FieldType)]
union Both {
    a: i32,
}

fn main() {}
