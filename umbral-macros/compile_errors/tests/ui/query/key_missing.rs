#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = Book::by_key(db).await;
}

fn main() {}
