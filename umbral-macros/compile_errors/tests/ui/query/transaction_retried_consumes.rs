#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db, books: Vec<Book>) {
    let options = umbral::db::TxOptions::new();
    let _ = db.transaction_with(options, async |tx| Book::bulk_create(books).exec(tx).await).await;
}

fn main() {}
