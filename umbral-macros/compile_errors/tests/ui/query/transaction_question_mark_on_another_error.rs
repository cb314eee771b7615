use umbral::prelude::*;

pub async fn case(db: &Db) {
    let _ = db
        .transaction(async |_| {
            let count: i32 = "5".parse()?;
            Ok(count)
        })
        .await;
}

fn main() {}
