#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(author: Author) {
    let _ = create!(Book { title: "Rust", author, price: 1 });
}

fn main() {}
