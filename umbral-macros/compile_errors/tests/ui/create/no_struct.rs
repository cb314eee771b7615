use umbral::prelude::*;

pub fn case() {
    let _ = create!(Shelf { title: "Rust" });
}

fn main() {}
