//! Transactions and savepoints.

use super::live::{Live, execute_on, rows_of};
use crate::TestDatabase;
use umbral_core::backend::TransactionOptions;
use umbral_core::schema::{Column, SqlType, Table};

/// A table `t` with a unique integer column `n`.
pub(super) async fn live_with_numbers(database: &TestDatabase) -> Live {
    let live = Live::on(database).await;
    let table = Table::new("t").with_column(Column::new("n", SqlType::BigInt)).with_primary_key(["n"]);
    live.create(table).await.expect("a table of one column can be created");
    live
}

/// A commit keeps everything, a rollback nothing, and what is not committed nobody else sees.
pub(super) async fn hold_or_leave_nothing(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    let mut connection = live.driver.acquire().await.unwrap();
    assert_eq!(connection.depth(), 0);
    connection.begin(TransactionOptions::default()).await.unwrap();
    assert_eq!(connection.depth(), 1);
    assert_eq!(execute_on(&mut *connection, "INSERT INTO t VALUES (1), (2)").await.unwrap(), 2);
    assert_eq!(live.count("t").await, 0, "another connection sees what is not committed");
    connection.commit().await.unwrap();
    assert_eq!(connection.depth(), 0);
    assert_eq!(live.count("t").await, 2);

    connection.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *connection, "DELETE FROM t").await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(connection.depth(), 0);
    assert_eq!(live.count("t").await, 2);

    assert!(connection.commit().await.is_err(), "a commit without a transaction");
    // Whether a rollback without a transaction is an error is left open: SQLite may have rolled back by itself.
    let _ = connection.rollback().await;
    assert_eq!(connection.depth(), 0);
    assert_eq!(live.count("t").await, 2);
    drop(connection);
    live.close().await;
}

/// An inner level is undone without the outer one, also after a statement that failed.
pub(super) async fn savepoints_nest(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    let mut connection = live.driver.acquire().await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *connection, "INSERT INTO t VALUES (1)").await.unwrap();

    connection.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *connection, "INSERT INTO t VALUES (2)").await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    assert_eq!(connection.depth(), 3);
    execute_on(&mut *connection, "INSERT INTO t VALUES (4)").await.unwrap();
    connection.commit().await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(connection.depth(), 1);

    connection.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *connection, "INSERT INTO t VALUES (8)").await.unwrap();
    let failed = execute_on(&mut *connection, "INSERT INTO t VALUES (1)").await;
    assert!(failed.is_err_and(|error| error.is_unique_violation()));
    connection.rollback().await.unwrap();

    execute_on(&mut *connection, "INSERT INTO t VALUES (16)").await.unwrap();
    connection.commit().await.unwrap();
    let rows = rows_of(&mut *connection, "SELECT n FROM t ORDER BY n").await.unwrap();
    let kept: Vec<_> = rows.into_iter().flatten().collect();
    assert_eq!(kept, [1, 16].map(umbral_core::value::Value::BigInt));
    drop(connection);
    live.close().await;
}

/// A connection that is dropped inside a transaction takes it along, and the pool hands out a clean one.
pub(super) async fn dropped_ones_are_rolled_back(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    for depth in [1, 2] {
        let mut connection = live.driver.acquire().await.unwrap();
        for _ in 0..depth {
            connection.begin(TransactionOptions::default()).await.unwrap();
        }
        execute_on(&mut *connection, "INSERT INTO t VALUES (1)").await.unwrap();
        drop(connection);
        assert_eq!(live.count("t").await, 0, "{depth} levels");
        let connection = live.driver.acquire().await.unwrap();
        assert_eq!(connection.depth(), 0);
    }
    assert_eq!(live.execute("INSERT INTO t VALUES (1)").await.unwrap(), 1);
    live.close().await;
}
