#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Person::objects().select_related(|p| p.rating);
}

fn main() {}
