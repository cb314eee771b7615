#[path = "../library.rs"]
mod library;

use library::*;
use umbral::prelude::*;

pub async fn case(db: &Db) -> umbral::Result<()> {
    let tx = db.begin(umbral::db::TxOptions::new()).await?;
    tx.commit().await?;
    Book::objects().count(&tx).await?;
    Ok(())
}

fn main() {}
