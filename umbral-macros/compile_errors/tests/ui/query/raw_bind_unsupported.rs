use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = raw("SELECT ?").bind(5u128).all::<(i64,)>(db).await;
}

fn main() {}
