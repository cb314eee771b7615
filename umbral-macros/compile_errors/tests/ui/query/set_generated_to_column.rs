#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub fn case() {
    let _ = Line::objects().all_rows().update(|l| l.total.set(l.price * 2));
}

fn main() {}
