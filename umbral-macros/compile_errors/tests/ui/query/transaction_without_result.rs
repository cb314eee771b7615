use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = db.transaction(async |_| 5).await;
}

fn main() {}
