#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = create!(Line { price: 2, quantity: 3, total: 6 });
}

fn main() {}
