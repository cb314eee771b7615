#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().update(|b| b.price.set(b.price * 1.5));
}

fn main() {}
