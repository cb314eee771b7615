#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(book: &Book) {
    let _ = Book::objects().filter(|b| b.author.eq(book));
}

fn main() {}
