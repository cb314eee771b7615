//! Locks that somebody else holds.

use super::live::execute_on;
use super::transactions::live_with_numbers;
use crate::TestDatabase;
use std::time::{Duration, Instant};
use umbral_core::backend::{PoolOptions, Statement, TransactionOptions};
use umbral_core::error::ErrorKind;

/// A statement that waits for somebody else's lock gives up after the pool's `lock_timeout`, and may be tried again.
pub(super) async fn waiting_ends(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    live.execute("INSERT INTO t VALUES (1)").await.unwrap();
    let mut options = PoolOptions::default();
    options.lock_timeout = Duration::from_millis(200);
    let impatient = database.try_connect(&options).await.unwrap();

    let mut holder = live.driver.acquire().await.unwrap();
    holder.begin(TransactionOptions::default()).await.unwrap();
    execute_on(&mut *holder, "UPDATE t SET n = 2").await.unwrap();
    let begin = Instant::now();
    let update = || Statement::new("UPDATE t SET n = n + 10");
    let error = impatient.execute(update()).await.expect_err("the row is locked");
    assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
    assert!(error.is_retryable());
    assert!(begin.elapsed() < Duration::from_secs(4), "it waited {:?}", begin.elapsed());

    holder.commit().await.unwrap();
    drop(holder);
    assert_eq!(impatient.execute(update()).await.unwrap().rows_affected, 1);
    impatient.close().await;
    live.close().await;
}

/// The migration lock is one for the whole database, does not wait, keeps nobody else from working, and ends with
/// its guard.
pub(super) async fn one_migrator_at_a_time(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    let other = database.connect().await;
    let guard = live.driver.try_migration_lock().await.unwrap();
    assert!(guard.is_some(), "nobody holds the lock yet");
    let begin = Instant::now();
    assert!(other.try_migration_lock().await.unwrap().is_none(), "two migrators on one database");
    assert!(live.driver.try_migration_lock().await.unwrap().is_none(), "two migrators in one process");
    assert!(begin.elapsed() < Duration::from_secs(4), "it waited {:?}", begin.elapsed());
    assert_eq!(other.execute(Statement::new("INSERT INTO t VALUES (1)")).await.unwrap().rows_affected, 1);
    drop(guard);
    let begin = Instant::now();
    loop {
        if other.try_migration_lock().await.unwrap().is_some() {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "the lock outlives its guard");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.close().await;
    live.close().await;
}
