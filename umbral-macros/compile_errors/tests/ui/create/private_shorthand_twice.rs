#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(name: &str) {
    let _ = create!(Author { name, name });
}

fn main() {}
