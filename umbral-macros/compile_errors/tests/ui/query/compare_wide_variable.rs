#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(stock: i64) {
    let _ = Book::objects().filter(|b| b.stock.eq(stock));
}

fn main() {}
