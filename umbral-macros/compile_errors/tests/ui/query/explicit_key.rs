#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = ForeignKey::<Author>::new("Ann");
}

fn main() {}
