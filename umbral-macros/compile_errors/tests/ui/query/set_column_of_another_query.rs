#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(a: Fields<Author>) {
    let _ = Book::objects().update(|b| b.title.set(a.name));
}

fn main() {}
