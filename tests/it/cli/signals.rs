//! Ctrl-C and SIGTERM while a migration runs.

use super::{Said, command, manage, manage_program, manage_with, rows};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use umbral::ErrorKind;
use umbral::backend::{Driver, PoolOptions, TransactionOptions};
use umbral_testkit::{TestDatabase, each_engine};

/// A statement that nobody waits for to the end.
const LONG: &str = r#"forward.sqlite = '''
    INSERT INTO author (id, name, type, "match", filter, id_)
    SELECT 2, max(i), 'x', 1, 1, 1 FROM
    (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT i FROM n)'''
forward.postgres = "SELECT pg_sleep(100000)"
forward.mariadb = "DO SLEEP(100000)"
forward.mysql = "DO SLEEP(100000)"
"#;

/// One that would fail if it ran twice.
const FIRST: &str = r#"forward.any = '''
    INSERT INTO author (id, name, type, "match", filter, id_) VALUES (1, 'Ann', 'x', TRUE, 1, 1)'''
forward.mariadb = "INSERT INTO author (id, name, type, `match`, filter, id_) VALUES (1, 'Ann', 'x', TRUE, 1, 1)"
forward.mysql = "INSERT INTO author (id, name, type, `match`, filter, id_) VALUES (1, 'Ann', 'x', TRUE, 1, 1)"
"#;

/// Writes a second migration of two statements.
fn write_second(here: &Path, transactional: bool, last: &str) {
    let transactional = if transactional { "" } else { "transactional = false\n" };
    let text = format!(
        "id = \"0002_long\"\napp = \"shelf\"\ndependencies = [\"shelf/0001_initial\"]\n\n[[operations]]\nop = \"run_sql\"\n\
         {FIRST}\n[[operations]]\nop = \"run_sql\"\n{last}{transactional}"
    );
    fs::write(here.join("migrations/0002_long.toml"), text).unwrap();
}

fn send(signal: &str, child: &Child) {
    let send = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &send]).status().unwrap().success());
}

/// Waits until the long statement runs: it holds the write lock of a file, and a server names it.
async fn wait_until_it_runs(
    database: &TestDatabase,
    driver: &dyn Driver,
    transactional: bool,
    child: &mut Child,
) {
    while child.try_wait().unwrap().is_none() {
        if database.label().starts_with("sqlite") {
            let mut connection = driver.acquire().await.unwrap();
            let begun = connection.begin(TransactionOptions::default()).await;
            let journaled = transactional || noted(driver).await == 2;
            if journaled && begun.is_err_and(|error| error.kind() == ErrorKind::Busy) {
                return;
            }
        } else {
            let query = match database.label() {
                "mariadb" | "mysql" => {
                    "SELECT count(*) FROM information_schema.processlist WHERE db = database() \
                     AND info LIKE '%SLEEP(%' AND id <> connection_id()"
                }
                _ => {
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                     AND state = 'active' AND query LIKE '%pg_sleep(%' AND pid <> pg_backend_pid()"
                }
            };
            if rows(driver, query).await == ["1"] {
                return;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// How many entries the journal has.
async fn noted(driver: &dyn Driver) -> usize {
    rows(driver, "SELECT part FROM umbral_journal").await.len()
}

async fn stop(database: &TestDatabase, signal: &str, code: i32, transactional: bool, word: &str) {
    let here = tempfile::tempdir().unwrap();
    let url = ("DATABASE_URL", database.url().reveal());
    manage(here.path(), &["makemigrations"]).ok();
    write_second(here.path(), transactional, LONG);
    let mut migrate = command(manage_program(), here.path());
    migrate.env(url.0, url.1).arg("migrate").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = migrate.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(first.starts_with("apply shelf/0001_initial"), "{first}");

    let mut options = PoolOptions::default();
    options.lock_timeout = std::time::Duration::ZERO;
    let driver = database.backend().connect(database.url(), &options).await.unwrap();
    wait_until_it_runs(database, &*driver, transactional, &mut child).await;
    send(signal, &child);
    let mut said = Said::of(&child.wait_with_output().unwrap());
    out.read_to_string(&mut said.out).unwrap();
    let shown = format!("{}: {}{}", database.label(), said.out, said.err);
    assert_eq!(said.code, code, "{shown}");
    assert!(said.out.is_empty(), "{shown}");
    let message = format!(
        "error: {word} while applying shelf/0002_long; 1 migration is done\n  hint: what was under way"
    );
    assert!(said.err.starts_with(&message), "{shown}");

    // What no transaction holds is done, and noted; the rest is rolled back.
    let expected: &[&str] = if transactional { &[] } else { &["1|Ann"] };
    assert_eq!(rows(&*driver, "SELECT id, name FROM author").await, expected, "{shown}");
    driver.close().await;
    let shown = manage_with(here.path(), url, &["showmigrations"]).ok();
    assert!(shown.contains("[x] 0001_initial") && shown.contains("[ ] 0002_long"), "{shown}");

    write_second(here.path(), transactional, "forward.any = \"UPDATE author SET filter = filter + 1\"\n");
    let said = manage_with(here.path(), url, &["migrate"]).ok();
    assert!(said.contains("apply shelf/0002_long") && said.contains("1 migration applied"), "{said}");
    let driver = database.connect().await;
    assert_eq!(rows(&*driver, "SELECT id, name, filter FROM author").await, ["1|Ann|2"]);
    assert_eq!(noted(&*driver).await, 0);
    driver.close().await;
}

#[test]
fn ctrl_c_rolls_back_what_is_under_way_and_a_rerun_goes_on() {
    each_engine(async |database| stop(database, "INT", 130, true, "cancelled").await);
}

#[test]
fn sigterm_leaves_what_is_journalled_and_a_rerun_goes_on() {
    each_engine(async |database| stop(database, "TERM", 143, false, "terminated").await);
}
