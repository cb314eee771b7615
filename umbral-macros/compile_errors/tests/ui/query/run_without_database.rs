#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case() {
    let _ = Book::objects().all().await;
}

fn main() {}
