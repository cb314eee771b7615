#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case(home: Address) {
    let _ = create!(Person { name.first: "Ann", home });
}

fn main() {}
