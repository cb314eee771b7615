#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case(url: String) {
    let _ = create!(Author { name: "Ann" }).exec(&url);
}

fn main() {}
