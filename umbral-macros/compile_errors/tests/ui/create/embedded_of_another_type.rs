#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case(rating: Rated) {
    let _ = create!(Person { name: "Ann", home: rating });
}

fn main() {}
