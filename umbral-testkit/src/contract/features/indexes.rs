//! What indexes can be. A unique one shows by what it refuses what it covers.

use super::{Absent, Outcome, Trial};
use crate::contract::live::execute_on;
use std::time::Duration;
use umbral_core::backend::{Statement, TransactionOptions};
use umbral_core::schema::{Index, IndexMethod, NullsOrder, SortOrder};

async fn table(trial: &Trial) -> Result<String, Absent> {
    let table = trial.table("indexed");
    trial.run(format!("CREATE TABLE {table} (a integer, b integer, name text)")).await?;
    Ok(table)
}

pub(super) async fn partial(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("CREATE UNIQUE INDEX {table}_i ON {table} (a) WHERE b > 0")).await?;
    trial.run(format!("INSERT INTO {table} (a, b) VALUES (1, 0), (1, 0), (1, 1)")).await?;
    trial.refuses(format!("INSERT INTO {table} (a, b) VALUES (1, 2)")).await
}

pub(super) async fn over_expressions(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    let index = ["(lower(name))", "((CAST(lower(name) AS char(50))))"];
    trial.run_either(&index.map(|key| format!("CREATE UNIQUE INDEX {table}_i ON {table} {key}"))).await?;
    trial.run(format!("INSERT INTO {table} (name) VALUES ('Ann'), ('Bob')")).await?;
    trial.refuses(format!("INSERT INTO {table} (name) VALUES ('aNN')")).await
}

pub(super) async fn over_virtual_columns(trial: &Trial) -> Outcome {
    let table = trial.table("indexed");
    trial
        .run(format!("CREATE TABLE {table} (n integer, v integer GENERATED ALWAYS AS (n * n) VIRTUAL)"))
        .await?;
    trial.run(format!("CREATE UNIQUE INDEX {table}_i ON {table} (v)")).await?;
    trial.run(format!("INSERT INTO {table} (n) VALUES (1), (2)")).await?;
    trial.refuses(format!("INSERT INTO {table} (n) VALUES (-2)")).await
}

pub(super) async fn descending(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("CREATE INDEX {table}_i ON {table} (a, b DESC)")).await?;
    let index = found(trial, &table).await?;
    let orders: Vec<SortOrder> =
        index.map(|index| index.columns.iter().map(|column| column.order).collect()).unwrap_or_default();
    super::same(&orders, &vec![SortOrder::Ascending, SortOrder::Descending], "introspection of the index")
}

pub(super) async fn covering(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("CREATE UNIQUE INDEX {table}_i ON {table} (a) INCLUDE (b)")).await?;
    trial.run(format!("INSERT INTO {table} (a, b) VALUES (1, 1)")).await?;
    trial.refuses(format!("INSERT INTO {table} (a, b) VALUES (1, 2)")).await
}

pub(super) async fn nulls_order(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("CREATE INDEX {table}_i ON {table} (a NULLS FIRST, b DESC NULLS LAST)")).await?;
    let index = found(trial, &table).await?.unwrap_or_else(|| Index::new("", [""; 0]));
    let nulls: Vec<Option<NullsOrder>> = index.columns.iter().map(|column| column.nulls).collect();
    super::same(&nulls, &vec![Some(NullsOrder::First), Some(NullsOrder::Last)], "introspection of the index")
}

/// A database that takes the word and builds a B-tree does not have it.
pub(super) async fn methods(trial: &Trial) -> Outcome {
    for method in
        IndexMethod::ALL.iter().filter(|method| matches!(method, IndexMethod::Hash | IndexMethod::Brin))
    {
        let table = trial.table(method.name());
        trial.run(format!("CREATE TABLE {table} (a integer)")).await?;
        trial.run(format!("CREATE INDEX {table}_i ON {table} USING {} (a)", method.name())).await?;
        let index = found(trial, &table).await?;
        super::same(&index.map(|index| index.method), &Some(*method), "introspection of the index")?;
    }
    Ok(())
}

pub(super) async fn classes(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("CREATE INDEX {table}_i ON {table} (name text_pattern_ops, a)")).await?;
    let index = found(trial, &table).await?.unwrap_or_else(|| Index::new("", [""; 0]));
    let classes: Vec<Option<String>> = index.columns.into_iter().map(|column| column.class).collect();
    super::same(&classes, &vec![Some("text_pattern_ops".to_owned()), None], "introspection of the index")
}

/// The index of a table that has one.
async fn found(trial: &Trial, table: &str) -> Result<Option<Index>, Absent> {
    let mut connection = trial.live.driver.acquire().await?;
    let schema = trial.live.backend().introspector().introspect(&mut *connection).await?;
    Ok(schema.table(table).and_then(|table| table.indexes.values().next()).cloned())
}

/// While the index waits for an older transaction, writes go on.
pub(super) async fn concurrent(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    let driver = &trial.live.driver;
    let mut older = driver.acquire().await?;
    older.begin(TransactionOptions::default()).await?;
    execute_on(&mut *older, &format!("INSERT INTO {table} (a) VALUES (1)")).await?;
    let build =
        driver.execute(Statement::new(format!("CREATE UNIQUE INDEX CONCURRENTLY {table}_i ON {table} (a)")));
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let sql = Statement::new(format!("INSERT INTO {table} (a) VALUES (2)"));
        let written = tokio::time::timeout(Duration::from_secs(3), driver.execute(sql)).await;
        older.commit().await?;
        match written {
            Ok(done) => Ok::<_, Absent>(done.map(drop)?),
            Err(_) => Err(Absent("writes wait for the index".to_owned())),
        }
    };
    let (built, written) = tokio::join!(build, meanwhile);
    built?;
    written?;
    trial.refuses(format!("INSERT INTO {table} (a) VALUES (2)")).await
}
