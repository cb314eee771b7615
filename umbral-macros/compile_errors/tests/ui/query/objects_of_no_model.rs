use umbral::prelude::*;

pub struct Shelf;

pub fn case() {
    let _ = Shelf::objects();
}

fn main() {}
