#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Line::objects().filter(|l| l.total.gt(l.price)).update(|l| l.total.set(6));
}

fn main() {}
