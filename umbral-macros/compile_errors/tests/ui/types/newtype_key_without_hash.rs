use umbral::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, FieldType)]
struct Isbn(String);

#[derive(Model)]
struct Book {
    #[umbral(primary_key)]
    isbn: Isbn,
}

fn main() {}
