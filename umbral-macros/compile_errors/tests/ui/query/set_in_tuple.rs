#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().update(|b| (b.stock.set(1), b.title));
}

fn main() {}
