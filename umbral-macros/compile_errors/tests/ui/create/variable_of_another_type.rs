#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(author: &Author, title: i64) {
    let _ = create!(Book { title, author, price: 1 });
}

fn main() {}
