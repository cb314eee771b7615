#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Book::objects().filter(|b| b.printed.lt("2000-01-01"));
}

fn main() {}
