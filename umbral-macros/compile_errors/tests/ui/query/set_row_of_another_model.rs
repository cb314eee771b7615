#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(book: &Book) {
    let _ = Book::objects().update(|b| b.author.set(book));
}

fn main() {}
