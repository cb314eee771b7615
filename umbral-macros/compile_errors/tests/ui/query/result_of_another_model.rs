#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db) -> umbral::Result<Vec<Author>> {
    Book::objects().all(db).await
}

fn main() {}
