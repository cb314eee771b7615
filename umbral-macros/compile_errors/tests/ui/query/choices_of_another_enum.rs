use umbral::prelude::*;

#[derive(Choices)]
enum Status {
    Draft,
}

#[derive(Choices)]
enum Level {
    Low,
}

#[derive(Model)]
struct Book {
    #[umbral(primary_key)]
    id: i64,
    status: Status,
}

fn query() {
    let _ = Book::objects().filter(|b| b.status.eq(Level::Low));
}

fn main() {}
