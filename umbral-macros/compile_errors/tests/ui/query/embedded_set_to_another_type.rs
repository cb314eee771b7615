#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case(rating: Rated) {
    let _ = Person::objects().update(|p| p.home.set(rating));
}

fn main() {}
