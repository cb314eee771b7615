#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case() {
    let _ = create!(Person { name: "Ann", home.city: "Bern" });
}

fn main() {}
