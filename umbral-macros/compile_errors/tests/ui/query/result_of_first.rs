#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db) -> umbral::Result<Book> {
    Book::objects().first(db).await
}

fn main() {}
