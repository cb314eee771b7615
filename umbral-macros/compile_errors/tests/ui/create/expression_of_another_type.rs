#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = create!(Author { name: 1 + 1 });
}

fn main() {}
