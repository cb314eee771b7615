#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(book: &Book, url: String) {
    let _ = book.save(&url).await;
}

fn main() {}
