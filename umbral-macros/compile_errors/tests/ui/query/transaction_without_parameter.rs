use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = db.transaction(async || Ok(())).await;
}

fn main() {}
