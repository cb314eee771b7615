#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().filter(|b| b.title.eq(None));
}

fn main() {}
