#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = create!(Book { title: "Rust", author: "Ann", price: 1 });
}

fn main() {}
