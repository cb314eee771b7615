use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = db.transaction(async |tx| tx.commit().await).await;
}

fn main() {}
