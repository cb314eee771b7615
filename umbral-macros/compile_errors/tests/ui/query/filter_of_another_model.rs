#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

fn named() -> Predicate<Author> {
    Predicate::always()
}

pub fn case() {
    let _ = Book::objects().filter(|_| named());
}

fn main() {}
