#[path = "../people.rs"]
mod people;

use people::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Person::objects().update(|p| p.home.label.set("ab"));
}

fn main() {}
