#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().update(|b| b.title.set(b.stock));
}

fn main() {}
