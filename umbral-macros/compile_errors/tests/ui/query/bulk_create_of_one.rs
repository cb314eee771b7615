#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(book: Book) {
    let _ = Book::bulk_create(book);
}

fn main() {}
