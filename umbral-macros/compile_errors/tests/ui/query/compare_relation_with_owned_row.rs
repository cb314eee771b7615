#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(author: Author) {
    let _ = Book::objects().filter(|b| b.author.eq(author));
}

fn main() {}
