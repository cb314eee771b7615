#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case() {
    let _ = create!(Person { name: "Ann", home.street: "Main", home.city: "Bern", home.city: "Basel" });
}

fn main() {}
