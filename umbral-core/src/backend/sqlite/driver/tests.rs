use crate::backend::sqlite::Sqlite;
use crate::backend::standard::rows::{Cell, fetch_cells, take_sink};
use crate::backend::{
    Access, DatabaseBackend, DatabaseUrl, Driver, PoolOptions, Statement, TransactionOptions,
};
use crate::error::{ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{Date, Decimal, Flow, Row, RowSink, Time, Timestamp, Value, ValueRef};
use std::path::Path;
use std::time::{Duration, Instant};

fn options() -> PoolOptions {
    PoolOptions {
        access: Access::Create,
        lock_timeout: Duration::from_millis(200),
        acquire_timeout: Duration::from_millis(500),
        ..PoolOptions::default()
    }
}

async fn open_with(url: &str, options: &PoolOptions) -> Result<Box<dyn Driver>> {
    Sqlite::newest().connect(&DatabaseUrl::parse(url)?, options).await
}

async fn open(url: &str) -> Box<dyn Driver> {
    open_with(url, &options()).await.unwrap()
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn run(driver: &dyn Driver, sql: &str) -> Result<u64> {
    driver.execute(Statement::new(sql)).await.map(|done| done.rows_affected)
}

async fn cells(driver: &dyn Driver, sql: &str) -> Vec<Vec<Cell>> {
    fetch_cells(driver.acquire().await.unwrap().as_mut(), Statement::new(sql)).await.unwrap()
}

async fn number(driver: &dyn Driver, sql: &str) -> i64 {
    cells(driver, sql).await[0][0].integer().unwrap()
}

/// Takes every value, as text.
#[derive(Default)]
struct Described(Vec<String>);

impl RowSink for Described {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        for index in 0..row.len() {
            let value = row.value(index)?;
            self.0.push(match value {
                ValueRef::Double(number) => format!("double {:016x}", number.to_bits()),
                ValueRef::Real(number) => format!("real {:08x}", number.to_bits()),
                ValueRef::Text(text) => format!("text {text:?}"),
                ValueRef::Bytes(bytes) => format!("bytes {bytes:?}"),
                other => other.describe(),
            });
        }
        Ok(Flow::Continue)
    }
}

#[tokio::test]
async fn the_version_is_that_of_the_library() {
    let driver = open("sqlite::memory:").await;
    assert_eq!(driver.backend().version().to_string(), rusqlite::version());
    assert_eq!(driver.backend().version(), Sqlite::newest().version());
}

#[tokio::test]
async fn a_database_in_memory_is_shared_by_its_pool_and_by_nobody_else() {
    let (one, two) = (open("sqlite::memory:").await, open("sqlite::memory:").await);
    run(&*one, "CREATE TABLE t (a integer)").await.unwrap();
    let (mut first, mut second) = (one.acquire().await.unwrap(), one.acquire().await.unwrap());
    first.execute(Statement::new("INSERT INTO t VALUES (1)")).await.unwrap();
    let rows = fetch_cells(second.as_mut(), Statement::new("SELECT a FROM t")).await.unwrap();
    assert_eq!(rows, [[Cell::Integer(1)]]);
    assert_eq!(run(&*two, "INSERT INTO t VALUES (1)").await.unwrap_err().kind(), ErrorKind::Statement);
}

#[tokio::test]
async fn a_statement_runs_inline_once_it_was_measured() {
    let driver = open("sqlite::memory:").await;
    run(&*driver, "CREATE TABLE t (a integer)").await.unwrap();
    for _ in 0..5 {
        run(&*driver, "INSERT INTO t VALUES (1)").await.unwrap();
        assert!(number(&*driver, "SELECT count(*) FROM t").await > 0);
    }
    let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n";
    for _ in 0..3 {
        assert_eq!(number(&*driver, long).await, 100_000);
    }
}

#[test]
fn no_runtime_is_needed() {
    let wait = |future: std::pin::Pin<Box<dyn Future<Output = i64>>>| {
        let mut future = future;
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        loop {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return value;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let value = wait(Box::pin(async {
        let driver = open("sqlite::memory:").await;
        run(&*driver, "CREATE TABLE t (a integer)").await.unwrap();
        run(&*driver, "INSERT INTO t VALUES (7)").await.unwrap();
        number(&*driver, "SELECT a FROM t").await
    }));
    assert_eq!(value, 7);
}

#[tokio::test]
async fn extremes_of_every_type_come_back_equal() {
    let driver = open("sqlite::memory:").await;
    let max_time = Timestamp::new(Date::MAX, Time { micros: 86_399_999_999 });
    let min_time = Timestamp::new(Date::MIN, Time { micros: 1 });
    let decimal = |mantissa| Value::Decimal(Decimal { mantissa, scale: 2 });
    let cases: Vec<(SqlType, Vec<Value>, Vec<String>)> = vec![
        (
            SqlType::Boolean,
            vec![Value::Boolean(true), Value::Boolean(false)],
            vec!["boolean true".into(), "boolean false".into()],
        ),
        (SqlType::SmallInt, vec![Value::SmallInt(i16::MIN)], vec![format!("integer {}", i16::MIN)]),
        (SqlType::Integer, vec![Value::Integer(i32::MAX)], vec![format!("integer {}", i32::MAX)]),
        (
            SqlType::BigInt,
            vec![Value::BigInt(i64::MIN), Value::BigInt(i64::MAX)],
            vec![format!("integer {}", i64::MIN), format!("integer {}", i64::MAX)],
        ),
        (
            SqlType::Real,
            vec![Value::Real(f32::MIN_POSITIVE), Value::Real(0.1)],
            [f32::MIN_POSITIVE, 0.1].map(|number| format!("real {:08x}", number.to_bits())).to_vec(),
        ),
        (
            SqlType::Double,
            vec![Value::Double(f64::INFINITY), Value::Double(f64::MAX), Value::Double(5.0)],
            [f64::INFINITY, f64::MAX, 5.0].map(|number| format!("double {:016x}", number.to_bits())).to_vec(),
        ),
        (
            SqlType::Decimal { precision: 18, scale: 2 },
            vec![decimal(999_999_999_999_999_999), decimal(-5)],
            vec!["decimal 9999999999999999.99".into(), "decimal -0.05".into()],
        ),
        (
            SqlType::Text,
            vec![Value::Text(String::new()), Value::Text("a\0😀".into()), Value::Text("007".into())],
            vec!["text \"\"".into(), format!("text {:?}", "a\0😀"), "text \"007\"".into()],
        ),
        (
            SqlType::Bytes,
            vec![Value::Bytes(vec![]), Value::Bytes(vec![0, 255])],
            vec!["bytes []".into(), "bytes [0, 255]".into()],
        ),
        (
            SqlType::Date,
            vec![Value::Date(Date::MIN), Value::Date(Date::MAX)],
            vec!["date 0001-01-01".into(), "date 9999-12-31".into()],
        ),
        (SqlType::Time, vec![Value::Time(Time { micros: 1 })], vec!["time 00:00:00.000001".into()]),
        (
            SqlType::Timestamp,
            vec![Value::Timestamp(max_time)],
            vec!["timestamp 9999-12-31 23:59:59.999999".into()],
        ),
        (
            SqlType::TimestampTz,
            vec![Value::TimestampTz(min_time)],
            vec!["timestamptz 0001-01-01 00:00:00.000001Z".into()],
        ),
        (
            SqlType::Uuid,
            vec![Value::Uuid([0; 16]), Value::Uuid([0x12; 16])],
            vec![
                "uuid 00000000-0000-0000-0000-000000000000".into(),
                "uuid 12121212-1212-1212-1212-121212121212".into(),
            ],
        ),
        (
            SqlType::Json,
            vec![Value::Json("9007199254740993".into()), Value::Json("null".into())],
            vec!["JSON".into(), "JSON".into()],
        ),
    ];
    for (ty, values, expected) in cases {
        let declared = Sqlite::newest().type_name(&ty).unwrap();
        run(&*driver, "DROP TABLE IF EXISTS t").await.unwrap();
        run(&*driver, &format!("CREATE TABLE t (a {declared})")).await.unwrap();
        for value in values {
            let insert = Statement::new("INSERT INTO t VALUES (?1)").with_params(vec![value]);
            driver.execute(insert).await.unwrap();
        }
        driver
            .execute(Statement::new("INSERT INTO t VALUES (?1)").with_params(vec![Value::Null]))
            .await
            .unwrap();
        let select = Statement::new("SELECT a FROM t ORDER BY rowid").with_columns(vec![ty.clone()]);
        let sink = driver.query(select, Box::<Described>::default()).await.unwrap();
        let mut found = take_sink::<Described>(sink).unwrap().0;
        assert_eq!(found.pop().as_deref(), Some("NULL"), "{ty}");
        assert_eq!(found, expected, "{ty}");
    }
    let nan = Statement::new("INSERT INTO t VALUES (?1)").with_params(vec![Value::Double(f64::NAN)]);
    assert_eq!(driver.execute(nan).await.unwrap_err().kind(), ErrorKind::Value);
}

#[tokio::test]
async fn a_missing_file_is_created_only_where_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.db");
    let existing = PoolOptions::default();
    let error = open_with(&url(&path), &existing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.hint().unwrap().contains("migrate") && !path.exists());
    run(&*open(&url(&path)).await, "CREATE TABLE t (a integer)").await.unwrap();
    let driver = open_with(&url(&path), &existing).await.unwrap();
    assert_eq!(number(&*driver, "SELECT count(*) FROM t").await, 0);
    assert_eq!(cells(&*driver, "PRAGMA journal_mode").await, [[Cell::Text("wal".into())]]);
    let error = open_with(&url(&folder.path().join("no/such/folder.db")), &options()).await.unwrap_err();
    assert!(error.to_string().contains("no/such") && error.kind() == ErrorKind::Connection);
}

/// Whoever opens a file first turns it into the journal mode that all want; SQLite itself does not wait there.
#[tokio::test]
async fn opening_waits_for_whoever_changes_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder.execute_batch("CREATE TABLE t (a integer); BEGIN IMMEDIATE").unwrap();
    let error = open_with(&url(&path), &options()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.to_string().contains("a.db") && error.to_string().contains("200ms"), "{error}");

    let patient = PoolOptions { lock_timeout: Duration::from_secs(60), ..options() };
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        holder.execute_batch("COMMIT").unwrap();
    });
    let driver = open_with(&url(&path), &patient).await.unwrap();
    release.join().unwrap();
    assert_eq!(cells(&*driver, "PRAGMA journal_mode").await, [[Cell::Text("wal".into())]]);
    driver.close().await;
}

#[tokio::test]
async fn many_open_a_new_file_at_once() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let url = url(&folder.path().join("a.db"));
        let patient = PoolOptions { lock_timeout: Duration::from_secs(60), ..options() };
        let openers: Vec<_> = (0..12)
            .map(|_| {
                let (url, patient) = (url.clone(), patient.clone());
                tokio::spawn(async move {
                    let driver = open_with(&url, &patient).await?;
                    run(&*driver, "CREATE TABLE IF NOT EXISTS t (a integer)").await?;
                    driver.close().await;
                    Ok::<(), crate::error::Error>(())
                })
            })
            .collect();
        for opener in openers {
            opener.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn files_that_are_no_databases_or_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to look like one".repeat(100)).unwrap();
    let error = open_with(&url(&text), &options()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("notes.txt"), "{error}");

    let path = folder.path().join("books.db");
    open(&url(&path)).await.close().await;
    let driver = open_with(&format!("{}?mode=ro", url(&path)), &options()).await.unwrap();
    let error = run(&*driver, "CREATE TABLE t (a integer)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
}

#[tokio::test]
async fn constraints_are_told_apart() {
    let driver = open("sqlite::memory:").await;
    let mut connection = driver.acquire().await.unwrap();
    let script = "CREATE TABLE parent (id integer PRIMARY KEY, name text UNIQUE);
        CREATE TABLE child (id integer PRIMARY KEY, parent integer NOT NULL REFERENCES parent (id) ON DELETE RESTRICT,
            size integer CONSTRAINT child_size_check CHECK (size > 0));
        INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1, 1, 1);";
    connection.execute_script(script).await.unwrap();
    drop(connection);
    let error = run(&*driver, "INSERT INTO parent VALUES (2, 'a')").await.unwrap_err();
    let violation = error.constraint_violation().unwrap();
    assert!(error.is_unique_violation());
    assert_eq!(
        (violation.table.as_deref(), &violation.columns[..]),
        (Some("parent"), &["name".to_owned()][..])
    );
    run(&*driver, "CREATE UNIQUE INDEX parent_lower ON parent (lower(name))").await.unwrap();
    let error = run(&*driver, "INSERT INTO parent VALUES (2, 'A')").await.unwrap_err();
    assert_eq!(error.constraint_violation().unwrap().constraint.as_deref(), Some("parent_lower"));
    assert!(run(&*driver, "INSERT INTO parent VALUES (1, 'b')").await.unwrap_err().is_unique_violation());
    assert!(
        run(&*driver, "INSERT INTO child VALUES (2, 7, 1)").await.unwrap_err().is_foreign_key_violation()
    );
    assert!(run(&*driver, "DELETE FROM parent").await.unwrap_err().is_foreign_key_violation());
    assert!(
        run(&*driver, "INSERT INTO child VALUES (2, NULL, 1)").await.unwrap_err().is_not_null_violation()
    );
    let error = run(&*driver, "INSERT INTO child VALUES (2, 1, 0)").await.unwrap_err();
    assert!(error.is_check_violation());
    assert_eq!(error.constraint_violation().unwrap().constraint.as_deref(), Some("child_size_check"));
    assert_eq!(run(&*driver, "SELEC 1").await.unwrap_err().kind(), ErrorKind::Statement);
    let unbound = driver.execute(Statement::new("SELECT ?1")).await.unwrap_err();
    assert_eq!(unbound.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn transactions_nest_and_an_open_one_is_rolled_back_when_dropped() {
    let driver = open("sqlite::memory:").await;
    run(&*driver, "CREATE TABLE t (a integer)").await.unwrap();
    let insert =
        |number: i64| Statement::new("INSERT INTO t VALUES (?1)").with_params(vec![Value::BigInt(number)]);
    let mut connection = driver.acquire().await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    connection.execute(insert(1)).await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    connection.execute(insert(2)).await.unwrap();
    assert_eq!(connection.depth(), 2);
    connection.rollback().await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    connection.execute(insert(3)).await.unwrap();
    connection.commit().await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(connection.depth(), 0);
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Usage);
    connection.begin(TransactionOptions::default()).await.unwrap();
    connection.execute(insert(4)).await.unwrap();
    drop(connection);
    assert_eq!(number(&*driver, "SELECT sum(a) FROM t").await, 4);

    let mut reader = driver.acquire().await.unwrap();
    let options = TransactionOptions { read_only: true, ..TransactionOptions::default() };
    reader.begin(options).await.unwrap();
    assert_eq!(reader.execute(insert(5)).await.unwrap_err().kind(), ErrorKind::Permission);
    reader.rollback().await.unwrap();
    reader.execute(insert(5)).await.unwrap();
}

#[tokio::test]
async fn waiting_for_a_lock_blocks_nobody_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let driver = open(&url(&folder.path().join("books.db"))).await;
    run(&*driver, "CREATE TABLE t (a integer)").await.unwrap();
    let mut writer = driver.acquire().await.unwrap();
    writer.begin(TransactionOptions::default()).await.unwrap();
    writer.execute(Statement::new("INSERT INTO t VALUES (1)")).await.unwrap();
    // Readers see the state before, and do not wait.
    assert_eq!(number(&*driver, "SELECT count(*) FROM t").await, 0);
    let since = Instant::now();
    let error = run(&*driver, "INSERT INTO t VALUES (2)").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Busy && error.is_retryable());
    assert!(since.elapsed() >= Duration::from_millis(200));
    let waiting = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        writer.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(run(&*driver, "INSERT INTO t VALUES (2)"), waiting);
    assert_eq!(second.unwrap(), 1);
    assert_eq!(number(&*driver, "SELECT sum(a) FROM t").await, 3);
}

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

#[tokio::test]
async fn a_dropped_query_is_interrupted_and_its_connection_used_again() {
    let driver =
        open_with("sqlite::memory:", &PoolOptions { max_connections: 1, ..options() }).await.unwrap();
    run(&*driver, "CREATE TABLE t (a integer)").await.unwrap();
    let query = driver.execute(Statement::new(ENDLESS));
    assert!(tokio::time::timeout(Duration::from_millis(50), query).await.is_err());
    run(&*driver, "INSERT INTO t VALUES (1)").await.unwrap();

    let mut connection = driver.acquire().await.unwrap();
    connection.begin(TransactionOptions::default()).await.unwrap();
    connection.execute(Statement::new("INSERT INTO t VALUES (2)")).await.unwrap();
    let write = format!("INSERT INTO t {ENDLESS}");
    let query = connection.execute(Statement::new(write));
    assert!(tokio::time::timeout(Duration::from_millis(50), query).await.is_err());
    // SQLite rolls a transaction back whose write is interrupted: nothing may run outside of it unnoticed.
    assert_eq!(
        connection.execute(Statement::new("INSERT INTO t VALUES (3)")).await.unwrap_err().kind(),
        ErrorKind::Usage
    );
    connection.rollback().await.unwrap();
    connection.execute(Statement::new("INSERT INTO t VALUES (4)")).await.unwrap();
    drop(connection);
    assert_eq!(number(&*driver, "SELECT sum(a) FROM t").await, 5);
}

#[tokio::test]
async fn a_full_pool_says_so_and_a_closed_one_too() {
    let driver =
        open_with("sqlite::memory:", &PoolOptions { max_connections: 1, ..options() }).await.unwrap();
    let held = driver.acquire().await.unwrap();
    let error = run(&*driver, "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    drop(held);
    run(&*driver, "SELECT 1").await.unwrap();
    driver.close().await;
    assert_eq!(run(&*driver, "SELECT 1").await.unwrap_err().kind(), ErrorKind::Connection);
}

#[tokio::test]
async fn the_migration_lock_is_held_by_one_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["sqlite::memory:".to_owned(), url(&folder.path().join("books.db"))] {
        let driver = open(&url).await;
        let lock = driver.try_migration_lock().await.unwrap();
        assert!(lock.is_some());
        assert!(driver.try_migration_lock().await.unwrap().is_none(), "{url}");
        drop(lock);
        assert!(driver.try_migration_lock().await.unwrap().is_some(), "{url}");
    }
}

#[tokio::test]
async fn a_disk_that_is_full_changes_nothing() {
    let driver = open("sqlite::memory:").await;
    let mut connection = driver.acquire().await.unwrap();
    connection.execute_script("CREATE TABLE t (a blob); PRAGMA max_page_count = 20").await.unwrap();
    let big =
        || Statement::new("INSERT INTO t VALUES (?1)").with_params(vec![Value::Bytes(vec![1; 200_000])]);
    let error = connection.execute(big()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DiskFull);
    connection.begin(TransactionOptions::default()).await.unwrap();
    assert_eq!(connection.execute(big()).await.unwrap_err().kind(), ErrorKind::DiskFull);
    connection.rollback().await.unwrap();
    let rows = fetch_cells(connection.as_mut(), Statement::new("SELECT count(*) FROM t")).await.unwrap();
    assert_eq!(rows, [[Cell::Integer(0)]]);
}

#[tokio::test]
async fn done_counts_what_a_statement_changed() {
    let driver = open("sqlite::memory:").await;
    run(&*driver, "CREATE TABLE t (id integer PRIMARY KEY, a integer)").await.unwrap();
    let done = driver.execute(Statement::new("INSERT INTO t (a) VALUES (1), (2), (3)")).await.unwrap();
    assert_eq!((done.rows_affected, done.last_insert_id), (3, Some(3)));
    assert_eq!(run(&*driver, "CREATE TABLE u (a integer)").await.unwrap(), 0);
    assert_eq!(run(&*driver, "UPDATE t SET a = 0 WHERE id > 1").await.unwrap(), 2);
    assert_eq!(run(&*driver, "SELECT * FROM t").await.unwrap(), 0);
    assert_eq!(run(&*driver, "DELETE FROM t WHERE id > 9").await.unwrap(), 0);
}
