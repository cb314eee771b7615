#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().order_by(|b| b.author());
}

fn main() {}
