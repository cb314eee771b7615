use umbral::prelude::*;

pub struct Shelf;

pub async fn case(db: &Db) {
    let _ = raw("SELECT 1").all::<Shelf>(db).await;
}

fn main() {}
