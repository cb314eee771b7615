use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = db
        .transaction(async |_| {
            Err::<(), _>("sold out")
        })
        .await;
}

fn main() {}
