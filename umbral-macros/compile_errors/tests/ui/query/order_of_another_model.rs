#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(a: Fields<Author>) {
    let _ = Book::objects().order_by(|_| a.name.asc());
}

fn main() {}
