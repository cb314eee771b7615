use umbral::prelude::*;

struct Isbn(String);

#[derive(Model)]
struct Book {
    #[umbral(primary_key)]
    id: i64,
    isbn: Isbn,
}

fn main() {}
