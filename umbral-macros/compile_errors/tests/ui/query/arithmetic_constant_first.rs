#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().filter(|b| (2 * b.stock).eq(2));
}

fn main() {}
