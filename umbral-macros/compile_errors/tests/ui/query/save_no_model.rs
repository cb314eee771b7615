use umbral::prelude::*;

pub struct Shelf;

pub async fn case(db: &Db) {
    let _ = Shelf.save(db).await;
}

fn main() {}
