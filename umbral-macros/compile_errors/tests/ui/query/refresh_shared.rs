#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db, book: &Book) {
    let _ = book.refresh(db).await;
}

fn main() {}
