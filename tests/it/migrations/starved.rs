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
