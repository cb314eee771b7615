//! The process ends at every boundary between two statements; the next one brings the database to the same end.
//!
//! The process that ends is this test program, started again for one test, `victim`, which does nothing otherwise.

use super::*;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use umbral::backend::{BackendRegistry, DatabaseUrl};
use umbral::migrations::{Boundary, MigrationObserver};
use umbral_testkit::{TestDatabase, each_engine};

const URL: &str = "UMBRAL_IT_VICTIM_URL";
const BOUNDARY: &str = "UMBRAL_IT_VICTIM_BOUNDARY";
const TARGET: &str = "UMBRAL_IT_VICTIM_TARGET";

/// A definition of the extra index, which runs where there is none, or one: MySQL has no IF NOT EXISTS for it.
fn unless_done(done: &str, definition: &str) -> String {
    let count = "(SELECT count(*) FROM information_schema.statistics WHERE table_schema = database() \
                 AND index_name = 'book_extra_idx')";
    format!(
        "SET @text = IF({done}{count}, 'DO 0', '{definition}'); PREPARE definition FROM @text; EXECUTE definition; \
         DEALLOCATE PREPARE definition"
    )
}

/// Everything that a migration can consist of: tables and rows, SQL of the user's own, what no transaction can hold,
/// and changes for which some databases build a table anew.
fn set() -> MigrationSet {
    let outside = Operation::RunSql(RunSql {
        description: String::new(),
        forward: BTreeMap::from([
            (
                "postgres".into(),
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS book_extra_idx ON book (title)".into(),
            ),
            ("mariadb".into(), unless_done("0 < ", "CREATE INDEX book_extra_idx ON book (title)")),
            ("mysql".into(), unless_done("0 < ", "CREATE INDEX book_extra_idx ON book (title)")),
            ("any".into(), "CREATE INDEX IF NOT EXISTS book_extra_idx ON book (title)".into()),
        ]),
        backward: BTreeMap::from([
            ("mariadb".into(), unless_done("0 = ", "DROP INDEX book_extra_idx ON book")),
            ("mysql".into(), unless_done("0 = ", "DROP INDEX book_extra_idx ON book")),
            ("any".into(), "DROP INDEX IF EXISTS book_extra_idx".into()),
        ]),
        transactional: false,
    });
    let book = table("book", &[("title", "varchar(20)"), ("pages", "integer?"), ("author_id", "bigint")]);
    chain([
        vec![
            create(table("author", &[("name", "varchar(20)")])),
            create(book.with_constraint(references("book", "author_id", "author"))),
            run_sql(
                "INSERT INTO author (id, name) VALUES (1, 'a'), (2, 'b');
                 INSERT INTO book (id, title, pages, author_id) VALUES (1, 'A', 1, 1), (2, 'B', 2, 2)",
                "DELETE FROM author",
            ),
        ],
        vec![
            run_sql("UPDATE book SET pages = 0 - pages", "UPDATE book SET pages = 0 - pages"),
            alter_column("author", column("name", "varchar(20)"), column("name", "varchar(30)")),
            add_column("book", column("isbn", "varchar(13)"), Some("'none'")),
            run_sql("UPDATE book SET pages = pages * 10", "UPDATE book SET pages = pages / 10"),
            outside,
            add_constraint("book", Constraint::check("book_pages_check", expr("pages < 0"))),
        ],
    ])
}

const READ: &str =
    "SELECT b.id, b.title, b.pages, a.name FROM book b JOIN author a ON a.id = b.author_id ORDER BY b.id";

/// Ends the process in front of a statement, as `kill -9` does: nothing is unwound, dropped or closed. For the database
/// that is behind the statement before, too.
struct Die {
    at: usize,
    seen: AtomicUsize,
}

impl MigrationObserver for Die {
    fn statement(&self, boundary: Boundary, _: &str) {
        if boundary == Boundary::Before && self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.at {
            std::process::abort();
        }
    }
}

/// Migrates what the environment names, and dies at the boundary that it names.
#[test]
fn victim() {
    let Ok(url) = std::env::var(URL) else { return };
    let at = std::env::var(BOUNDARY).unwrap().parse().unwrap();
    let url = DatabaseUrl::parse(&url).unwrap();
    let die = Die { at, seen: AtomicUsize::new(0) };
    let set = set();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let backends = BackendRegistry::built_in();
        let driver = backends.detect(&url).unwrap().connect(&url, &Default::default()).await.unwrap();
        let executor = MigrationExecutor::new(driver.as_ref(), &set).with_observer(&die);
        executor.migrate(&to(&std::env::var(TARGET).unwrap())).await.unwrap();
        driver.close().await;
    });
}

fn run_victim(database: &TestDatabase, target: &str, boundary: usize) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["migrations::crashes::victim", "--exact", "--nocapture"])
        .env(URL, database.url().reveal())
        .env(BOUNDARY, boundary.to_string())
        .env(TARGET, target)
        .output()
        .unwrap()
}

/// Lets a process die at every boundary on the way to `target`, each time goes on from there, and calls `read`.
/// Between two boundaries, the database is brought back to `start`.
async fn die_everywhere(database: &TestDatabase, start: &str, target: &str, read: &str, expected: &[&str]) {
    let set = set();
    let driver = database.connect().await;
    for boundary in 1.. {
        migrate(driver.as_ref(), &set, &to(start)).await.unwrap();
        let died = run_victim(database, target, boundary);
        if died.status.success() {
            println!("{}: {} boundaries from {start} to {target}", database.label(), boundary - 1);
            assert!(boundary > 10, "{boundary} boundaries are too few to be true");
            break;
        }
        let stderr = String::from_utf8_lossy(&died.stderr);
        assert!(!stderr.contains("panicked"), "boundary {boundary}: {stderr}");
        let again = migrate(driver.as_ref(), &set, &to(target)).await;
        again.unwrap_or_else(|error| panic!("{} boundary {boundary}: {error:?}", database.label()));
        check_beside(driver.as_ref(), &set, &["book_extra_idx"]).await;
        assert_eq!(rows(driver.as_ref(), read).await, expected, "{} boundary {boundary}", database.label());
    }
    driver.close().await;
}

/// Cases: 22.
#[test]
fn a_migrator_that_dies_while_it_applies() {
    each_engine(async |database| {
        die_everywhere(database, "zero", "0002", READ, &["1|A|-10|a", "2|B|-20|b"]).await;
    });
}

/// Cases: 22.
#[test]
fn a_migrator_that_dies_while_it_undoes() {
    each_engine(async |database| {
        die_everywhere(database, "0002", "0001", READ, &["1|A|1|a", "2|B|2|b"]).await;
    });
}
