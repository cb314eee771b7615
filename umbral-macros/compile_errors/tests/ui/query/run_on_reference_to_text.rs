#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(url: String) {
    let _ = Book::objects().first(&url).await;
}

fn main() {}
