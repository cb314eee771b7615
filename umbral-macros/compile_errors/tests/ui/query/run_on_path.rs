#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(path: std::path::PathBuf) {
    let _ = Book::objects().all(&path).await;
}

fn main() {}
