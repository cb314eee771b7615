use umbral::prelude::*;

#[derive(FieldType)]
struct Isbn(String);

#[derive(Model)]
struct Book {
    #[umbral(primary_key)]
    id: i64,
    isbn: Isbn,
}

fn query() {
    let _ = Book::objects().filter(|b| b.isbn.eq("978"));
}

fn main() {}
