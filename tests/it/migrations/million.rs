//! SQLite builds a table of a million rows anew, and the process is killed in the middle of it.

use super::*;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use umbral::backend::{BackendRegistry, DatabaseUrl};
use umbral_testkit::TestDatabase;

const URL: &str = "UMBRAL_IT_MILLION_URL";
const ROWS: &str = "1000000";

/// The last change makes no sense to SQLite's ALTER TABLE: the table is copied.
fn set() -> MigrationSet {
    let item = table("item", &[("code", "varchar(12)"), ("amount", "integer")]);
    chain([
        vec![
            create(item.with_index(Index::new("item_code_idx", ["code"]))),
            create(
                table("part", &[("item_id", "bigint")])
                    .with_constraint(references("part", "item_id", "item")),
            ),
        ],
        vec![alter_column("item", column("amount", "integer"), column("amount", "bigint?"))],
    ])
}

/// Migrates what the environment names.
#[test]
fn million_victim() {
    let Ok(url) = std::env::var(URL) else { return };
    let url = DatabaseUrl::parse(&url).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let backends = BackendRegistry::built_in();
        let driver = backends.detect(&url).unwrap().connect(&url, &Default::default()).await.unwrap();
        migrate(driver.as_ref(), &set(), &Target::Latest).await.unwrap();
        driver.close().await;
    });
}

fn start(database: &TestDatabase) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["migrations::million::million_victim", "--exact", "--nocapture"])
        .env(URL, database.url().reveal())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Where SQLite writes what is not committed yet.
fn log_of(database: &TestDatabase) -> PathBuf {
    let url = database.url().reveal().to_owned();
    let path = url.strip_prefix("sqlite://").unwrap().split('?').next().unwrap().to_owned();
    PathBuf::from(format!("{path}-wal"))
}

/// Kills the process once the log holds so many bytes. Says whether it was still at work.
fn kill_at(mut process: Child, log: &Path, bytes: u64) -> bool {
    let started = Instant::now();
    loop {
        if log.metadata().is_ok_and(|log| log.len() >= bytes) {
            process.kill().unwrap();
            return !process.wait().unwrap().success();
        }
        if let Some(status) = process.try_wait().unwrap() {
            panic!("it ended by itself, {status}, with a log of {:?}", log.metadata().map(|log| log.len()));
        }
        assert!(started.elapsed() < Duration::from_secs(120), "the log never held {bytes} bytes");
        std::thread::sleep(Duration::from_millis(1));
    }
}

const SUMS: &str =
    "SELECT count(*), sum(id), sum(amount), count(DISTINCT code), min(code), max(code) FROM item";

#[tokio::test]
async fn a_process_killed_in_a_rebuild_of_a_million_rows_loses_none() {
    let database = TestDatabase::sqlite();
    let set = set();
    let driver = database.connect().await;
    migrate(driver.as_ref(), &set, &to("0001")).await.unwrap();
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         INSERT INTO item (id, code, amount) SELECT i, printf('c%09d', i), i % 1000 FROM n"
    );
    execute(driver.as_ref(), &fill).await;
    execute(driver.as_ref(), "INSERT INTO part (id, item_id) SELECT id, id FROM item WHERE id % 1000 = 0")
        .await;
    let before = rows(driver.as_ref(), SUMS).await;
    driver.close().await;

    let log = log_of(&database);
    for mebibytes in [1, 8, 24] {
        assert!(kill_at(start(&database), &log, mebibytes << 20), "it was done at {mebibytes} MiB");
        let driver = database.connect().await;
        assert_eq!(rows(driver.as_ref(), "PRAGMA integrity_check").await, ["ok"]);
        assert_eq!(rows(driver.as_ref(), SUMS).await, before, "killed at {mebibytes} MiB");
        let foreign_keys = rows(driver.as_ref(), "SELECT count(*) FROM part").await;
        assert_eq!(foreign_keys, ["1000"], "killed at {mebibytes} MiB");
        let status = MigrationExecutor::new(driver.as_ref(), &set).status().await.unwrap();
        assert_eq!(status.applied.len(), 1);
        driver.close().await;
    }
    assert!(start(&database).wait().unwrap().success());
    let driver = database.connect().await;
    check(driver.as_ref(), &set).await;
    assert_eq!(rows(driver.as_ref(), SUMS).await, before);
    assert_eq!(rows(driver.as_ref(), "SELECT count(*) FROM part").await, ["1000"]);
    assert!(rows(driver.as_ref(), "PRAGMA foreign_key_check").await.is_empty());
    driver.close().await;
}
