//! What statements can do.

use super::{Outcome, Trial};
use crate::contract::features::Absent;
use umbral_core::schema::SqlType;

async fn numbers(trial: &Trial) -> Result<String, Absent> {
    let table = trial.table("numbers");
    trial.run(format!("CREATE TABLE {table} (id integer PRIMARY KEY, n integer DEFAULT 7)")).await?;
    Ok(table)
}

pub(super) async fn insert_returning(trial: &Trial) -> Outcome {
    let table = numbers(trial).await?;
    trial.gives(format!("INSERT INTO {table} (id) VALUES (1) RETURNING n * 2"), "14").await?;
    trial.gives(format!("SELECT count(*) FROM {table}"), "1").await
}

pub(super) async fn update_returning(trial: &Trial) -> Outcome {
    let table = numbers(trial).await?;
    trial.run(format!("INSERT INTO {table} (id) VALUES (1), (2)")).await?;
    trial.gives(format!("UPDATE {table} SET n = n + 1 WHERE id = 1 RETURNING n"), "8").await?;
    trial.gives(format!("DELETE FROM {table} WHERE id = 2 RETURNING id"), "2").await?;
    trial.gives(format!("SELECT sum(n) FROM {table}"), "8").await
}

pub(super) async fn upsert_on_conflict(trial: &Trial) -> Outcome {
    let table = numbers(trial).await?;
    for n in [1, 2] {
        let sql = format!(
            "INSERT INTO {table} (id, n) VALUES (1, {n}) ON CONFLICT (id) DO UPDATE SET n = excluded.n"
        );
        trial.run(sql).await?;
    }
    trial.gives(format!("SELECT n FROM {table}"), "2").await?;
    trial.run(format!("INSERT INTO {table} (id, n) VALUES (1, 9) ON CONFLICT DO NOTHING")).await?;
    trial.gives(format!("SELECT n FROM {table}"), "2").await
}

pub(super) async fn window_functions(trial: &Trial) -> Outcome {
    let table = numbers(trial).await?;
    trial.run(format!("INSERT INTO {table} VALUES (1, 10), (2, 20), (3, 30)")).await?;
    let running = format!("SELECT id, sum(n) OVER (ORDER BY id) AS total FROM {table}");
    trial.gives(format!("SELECT total FROM ({running}) AS running WHERE id = 2"), "30").await
}

pub(super) async fn common_table_expressions(trial: &Trial) -> Outcome {
    let count =
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT sum(n) FROM c";
    trial.gives(count, "15").await
}

pub(super) async fn json_functions(trial: &Trial) -> Outcome {
    let table = trial.table("documents");
    let json = trial.live.backend().type_name(&SqlType::Json)?;
    trial.run(format!("CREATE TABLE {table} (v {json})")).await?;
    trial.run(format!("INSERT INTO {table} VALUES ('{{\"a\": {{\"b\": [10, 20]}}}}')")).await?;
    let element = ["v -> 'a' -> 'b' ->> 1", "json_extract(v, '$.a.b[1]')"];
    trial.gives_either(&element.map(|path| format!("SELECT {path} FROM {table}")), "20").await?;
    let nothing = ["v -> 'a' ->> 'c'", "json_extract(v, '$.a.c')"];
    let nothing = nothing.map(|path| format!("SELECT count(*) FROM {table} WHERE {path} IS NULL"));
    trial.gives_either(&nothing, "1").await
}

pub(super) async fn full_text_search(trial: &Trial) -> Outcome {
    let table = trial.table("articles");
    trial.run(format!("CREATE TABLE {table} (id integer, body text)")).await?;
    trial
        .run(format!("INSERT INTO {table} VALUES (1, 'He was running home'), (2, 'A run-down house')"))
        .await?;
    let matches = "to_tsvector('english', body) @@ to_tsquery('english', 'runs & home')";
    let matching = format!("SELECT id FROM {table} WHERE {matches}");
    // Some servers need an index for it, and look for words as they stand.
    let _ = trial.run(format!("CREATE FULLTEXT INDEX {table}_i ON {table} (body)")).await;
    let against = "MATCH (body) AGAINST ('+running +home' IN BOOLEAN MODE)";
    trial.gives_either(&[matching, format!("SELECT id FROM {table} WHERE {against}")], "1").await
}
