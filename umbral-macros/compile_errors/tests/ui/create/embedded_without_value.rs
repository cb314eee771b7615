#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case(city: &str) {
    let _ = create!(Person { name: "Ann", home.street: "Main", home.city });
}

fn main() {}
