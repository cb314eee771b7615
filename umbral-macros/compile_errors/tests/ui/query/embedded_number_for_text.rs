#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Person::objects().filter(|p| p.home.city.eq(5));
}

fn main() {}
