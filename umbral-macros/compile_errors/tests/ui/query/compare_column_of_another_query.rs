#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(a: Fields<Author>) {
    let _ = Book::objects().filter(|b| b.id.eq(a.id));
}

fn main() {}
