#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: Db) {
    let _ = Book::objects().all(db).await;
}

fn main() {}
