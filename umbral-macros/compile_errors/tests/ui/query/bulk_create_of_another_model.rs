#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(authors: Vec<Author>) {
    let _ = Book::bulk_create(authors);
}

fn main() {}
