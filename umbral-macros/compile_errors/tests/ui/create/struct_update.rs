#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(other: Author) {
    let _ = create!(Author { name: "Ann", ..other });
}

fn main() {}
