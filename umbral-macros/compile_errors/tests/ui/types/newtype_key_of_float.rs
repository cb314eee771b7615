use umbral::prelude::*;

#[derive(Debug, Clone, PartialEq, FieldType)]
struct Weight(f64);

#[derive(Model)]
struct Book {
    #[umbral(primary_key)]
    weight: Weight,
}

fn main() {}
