#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(book: &Book) {
    let _ = create!(Book { title: "Rust", author: book, price: 1 });
}

fn main() {}
