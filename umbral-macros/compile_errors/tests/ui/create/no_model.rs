use umbral::prelude::*;

pub struct Shelf {
    pub title: String,
}

pub fn case() {
    let _ = create!(Shelf { title: "Rust" });
}

fn main() {}
