//! A disk that is full.
//!
//! The process that runs out of room is this test program, started again for one test, `starved`, under a limit on the
//! size of files.

use super::*;
use std::process::Command;
use umbral::backend::{BackendRegistry, DatabaseUrl};
use umbral_testkit::TestDatabase;

const URL: &str = "UMBRAL_IT_STARVED_URL";

fn set() -> MigrationSet {
    let text = |ty: &str| column("text", ty);
    chain([
        vec![create(table("note", &[("text", "varchar(1000)")]))],
        vec![add_column("note", column("more", "text?"), None)],
        vec![alter_column("note", text("varchar(1000)"), text("varchar(2000)"))],
    ])
}

/// Migrates what the environment names, and says how that ended.
#[test]
fn starved() {
    let Ok(url) = std::env::var(URL) else { return };
    let url = DatabaseUrl::parse(&url).unwrap();
    let set = set();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let backends = BackendRegistry::built_in();
        let driver = backends.detect(&url).unwrap().connect(&url, &Default::default()).await.unwrap();
        let ended = migrate(driver.as_ref(), &set, &Target::Latest).await;
        println!("ended: {:?}", ended.map_err(|error| (error.kind(), error.to_string())));
    });
}

/// A change that builds a table anew needs room for it twice.
#[test]
fn a_full_disk_leaves_the_database_as_it_was() {
    let database = TestDatabase::sqlite();
    let set = set();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let driver = database.connect().await;
        migrate(driver.as_ref(), &set, &to("0001")).await.unwrap();
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
                    INSERT INTO note (id, text) SELECT i, printf('%0900d', i) FROM n";
        execute(driver.as_ref(), rows).await;
        driver.close().await;
    });
    let size = std::fs::metadata(database.url().rest()).unwrap().len();
    // Blocks of 512 bytes: room for some changes, not for all rows once more, which go through a file of their own before
    // they come into the database's. Without the trap, the signal would end the process.
    let limit = size / 2 / 512;
    let program = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "trap '' XFSZ; ulimit -f {limit}; exec \"$0\" migrations::starved::starved --exact --nocapture"
        ))
        .arg(program)
        .env(URL, database.url().reveal())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let ended =
        said.lines().find_map(|line| line.split_once("ended: ")).unwrap_or_else(|| panic!("{output:?}")).1;
    assert!(ended.starts_with("Err((") && ended.contains("applying shop/0003: "), "{ended}");
    runtime.block_on(async {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        // What was done before is done; the rest is not.
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT count(*), max(length(text)) FROM note").await, ["2000|900"]);
        assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0003"]);
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT count(*), max(length(text)) FROM note").await, ["2000|900"]);
    });
}

/// Fills the database while a migration runs, until its file may not grow any more.
#[test]
fn a_file_that_may_not_grow_is_a_full_disk() {
    let database = TestDatabase::sqlite();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // One connection: the limit is its own.
        let mut options = umbral::backend::PoolOptions::default();
        options.max_connections = 1;
        let driver = database.backend().connect(database.url(), &options).await.unwrap();
        let driver = driver.as_ref();
        migrate(driver, &set(), &to("0001")).await.unwrap();
        let fill = "INSERT INTO note (id, text) WITH RECURSIVE n(i) AS \
                    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, printf('%0900d', i) FROM n";
        let set = chain([
            set().iter().next().unwrap().operations.clone(),
            vec![add_column("note", column("more", "text?"), None), run_sql(fill, "DELETE FROM note")],
        ]);
        rows(driver, "PRAGMA max_page_count = 50").await;
        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), umbral::ErrorKind::DiskFull, "{error:?}");
        assert!(error.to_string().starts_with("applying shop/0002: "), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.starts_with("make room and run it again")), "{error:?}");
        assert_eq!(rows(driver, "SELECT count(*) FROM note").await, ["0"]);
        rows(driver, "PRAGMA max_page_count = 100000").await;
        assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0002"]);
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT count(*), max(length(text)) FROM note").await, ["2000|900"]);
    });
}
