#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().select_related(|b| b.title);
}

fn main() {}
