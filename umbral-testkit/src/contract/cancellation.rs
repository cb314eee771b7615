//! Futures that are dropped before they end.

use super::live::{execute_on, rows_of};
use super::transactions::live_with_numbers;
use crate::TestDatabase;
use std::time::Duration;
use umbral_core::backend::{PoolOptions, Statement, TransactionOptions};

/// Counts for many seconds, in every database that knows `WITH RECURSIVE`.
const SLOW: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000) \
                    SELECT count(*) FROM c";

const SOON: Duration = Duration::from_millis(150);

/// How long after a dropped query the pool may take to serve the next.
const PROMPT: Duration = Duration::from_secs(5);

/// A query dropped half-way gives its place in the pool back, clean. One that was never begun did nothing.
pub(super) async fn of_a_query(database: &TestDatabase) {
    live_with_numbers(database).await.close().await;
    let mut options = PoolOptions::default();
    options.max_connections = 1;
    let driver = database.try_connect(&options).await.unwrap();

    drop(driver.execute(Statement::new("INSERT INTO t VALUES (1)")));
    for _ in 0..2 {
        let slow = driver.execute(Statement::new(SLOW));
        assert!(tokio::time::timeout(SOON, slow).await.is_err(), "the slow query was too fast to be dropped");
        let next = driver.execute(Statement::new("INSERT INTO t SELECT coalesce(max(n), 0) + 1 FROM t"));
        let done =
            tokio::time::timeout(PROMPT, next).await.expect("the only connection is free again").unwrap();
        assert_eq!(done.rows_affected, 1);
    }
    let mut connection = driver.acquire().await.unwrap();
    assert_eq!(connection.depth(), 0);
    let rows = rows_of(&mut *connection, "SELECT count(*) FROM t").await.unwrap();
    assert_eq!(rows, [[umbral_core::value::Value::BigInt(2)]]);
    drop(connection);
    driver.close().await;
}

/// A transaction whose statement was dropped half-way is not committed, whatever follows.
pub(super) async fn inside_a_transaction(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    let mut connection = live.driver.acquire().await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *connection, "INSERT INTO t VALUES (1)").await.unwrap();
    let slow = connection.execute(Statement::new(SLOW));
    assert!(tokio::time::timeout(SOON, slow).await.is_err(), "the slow query was too fast to be dropped");
    drop(connection);
    assert_eq!(live.count("t").await, 0);
    let insert = live.execute("INSERT INTO t VALUES (1)");
    let inserted = tokio::time::timeout(PROMPT, insert).await.expect("nothing holds a lock any more");
    assert_eq!(inserted.unwrap(), 1);
    live.close().await;
}
