//! Prepared statements that a connection keeps, and forgets.

use super::on_mysql;
use umbral::backend::standard::rows::{Cell, fetch_cells};
use umbral::backend::{Connection, DatabaseUrl, Driver, PoolOptions, Statement};
use umbral::value::Value;
use umbral_testkit::TestDatabase;

/// On a driver whose connections keep this many statements.
async fn keeping(database: &TestDatabase, capacity: usize) -> Box<dyn Driver> {
    let url = format!("{}?statement-cache-capacity={capacity}", database.url().reveal());
    let url = DatabaseUrl::parse(&url).unwrap();
    database.backend().connect(&url, &PoolOptions::default()).await.unwrap()
}

/// How many times the connection asked for this.
async fn asked_for(connection: &mut dyn Connection, command: &str) -> i64 {
    let sql = format!("SHOW SESSION STATUS LIKE 'Com_stmt_{command}'");
    let rows = fetch_cells(connection, Statement::new(sql)).await.unwrap();
    match &rows[0][1] {
        Cell::Text(count) => count.parse().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The server does not answer when it is to forget a statement, which makes what comes next wait: definitions are not
/// forgotten one by one, however many there are.
#[test]
fn statements_are_forgotten_all_at_once() {
    on_mysql(async |database| {
        let driver = keeping(database, 8).await;
        let mut connection = driver.acquire().await.unwrap();
        let connection = connection.as_mut();
        connection.execute(Statement::new("CREATE TABLE item (id INT PRIMARY KEY, n INT)")).await.unwrap();
        let mut batches = Vec::new();
        for n in 0..20 {
            let before = asked_for(connection, "close").await;
            connection
                .execute(Statement::new(format!("ALTER TABLE item ADD COLUMN c{n} INT")))
                .await
                .unwrap();
            let insert = Statement::new("INSERT INTO item (id, n) VALUES (?, ?)");
            let values = vec![Value::BigInt(n), Value::BigInt(n * n)];
            connection.execute(insert.with_params(values)).await.unwrap();
            batches.push(asked_for(connection, "close").await - before);
        }
        let times = batches.iter().filter(|count| **count > 0).count();
        assert!((1..=4).contains(&times), "{batches:?}");
        assert!(batches.iter().all(|count| *count == 0 || *count == 9), "{batches:?}");
        let sum = Statement::new("SELECT CAST(SUM(n) AS SIGNED) FROM item WHERE id >= ?");
        let sum = sum.with_params(vec![Value::BigInt(0)]);
        assert_eq!(fetch_cells(connection, sum).await.unwrap(), [[Cell::Integer(2470)]]);
    });
}

/// As many statements as are kept are prepared once each.
#[test]
fn as_many_as_are_kept_are_prepared_once() {
    on_mysql(async |database| {
        let driver = keeping(database, 8).await;
        let mut connection = driver.acquire().await.unwrap();
        let connection = connection.as_mut();
        let mut prepared = 0;
        for round in 0..5 {
            for n in 0..7 {
                let ask = Statement::new(format!("SELECT ? + {n}")).with_params(vec![Value::BigInt(round)]);
                assert_eq!(fetch_cells(connection, ask).await.unwrap(), [[Cell::Integer(round + n)]]);
            }
            let before = std::mem::replace(&mut prepared, asked_for(connection, "prepare").await);
            assert!(round == 0 || before == prepared, "round {round}: {before}, {prepared}");
        }
        assert_eq!(asked_for(connection, "close").await, 0);
    });
}

#[test]
fn statements_need_not_be_kept() {
    on_mysql(async |database| {
        let driver = keeping(database, 0).await;
        let mut connection = driver.acquire().await.unwrap();
        let connection = connection.as_mut();
        for n in 0..3 {
            let ask = Statement::new("SELECT ? + 1").with_params(vec![Value::BigInt(n)]);
            assert_eq!(fetch_cells(connection, ask).await.unwrap(), [[Cell::Integer(n + 1)]]);
        }
        // The one that asks is still there.
        assert_eq!(asked_for(connection, "close").await, asked_for(connection, "prepare").await - 2);
    });
}

/// What finds its connection dead before it was sent is run on another one.
#[test]
fn a_connection_that_died_with_a_full_cache_is_replaced() {
    on_mysql(async |database| {
        let driver = keeping(database, 4).await;
        driver.execute(Statement::new("CREATE TABLE item (id INT PRIMARY KEY)")).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        // With the definition, one more than are kept.
        for n in 0..4 {
            let ask = Statement::new(format!("SELECT ? + {n}")).with_params(vec![Value::BigInt(1)]);
            fetch_cells(connection.as_mut(), ask).await.unwrap();
        }
        drop(connection);
        let other = database.connect().await;
        let own = Statement::new(
            "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        );
        let ids = fetch_cells(other.acquire().await.unwrap().as_mut(), own).await.unwrap();
        assert!(!ids.is_empty());
        for id in ids {
            let Cell::Integer(id) = id[0] else { panic!("{id:?}") };
            other.execute(Statement::new(format!("KILL {id}"))).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let insert = Statement::new("INSERT INTO item (id) VALUES (?)").with_params(vec![Value::BigInt(7)]);
        driver.execute(insert).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        let found = fetch_cells(connection.as_mut(), Statement::new("SELECT id FROM item")).await.unwrap();
        assert_eq!(found, [[Cell::Integer(7)]]);
        other.close().await;
    });
}

/// MySQL keeps what it took a parameter for when the statement was prepared, though the column is another one by now.
#[test]
fn a_kept_statement_follows_a_column_that_becomes_json() {
    on_mysql(async |database| {
        let driver = keeping(database, 64).await;
        let mut connection = driver.acquire().await.unwrap();
        let connection = connection.as_mut();
        let insert = |id, value| {
            Statement::new("INSERT INTO item (id, v) VALUES (?, ?)")
                .with_params(vec![Value::BigInt(id), value])
        };
        for (ty, value) in [
            ("BINARY(16)", Value::Uuid([7; 16])),
            ("LONGBLOB", Value::Bytes(vec![1, 2])),
            ("BIT(9)", Value::Null),
            ("DECIMAL(9)", Value::Null),
        ] {
            let create = |ty: &str| Statement::new(format!("CREATE TABLE item (id INT PRIMARY KEY, v {ty})"));
            connection.execute(create(ty)).await.unwrap();
            for id in 0..2 {
                connection.execute(insert(id, value.clone())).await.unwrap();
            }
            connection.execute(Statement::new("DROP TABLE item")).await.unwrap();
            connection.execute(create("JSON")).await.unwrap();
            let json = Value::Json("{\"n\": 1}".to_owned());
            connection.execute(insert(1, json)).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
            let read = Statement::new("SELECT CAST(v AS CHAR) FROM item");
            assert_eq!(fetch_cells(connection, read).await.unwrap(), [[Cell::Text("{\"n\": 1}".to_owned())]]);
            connection.execute(Statement::new("DROP TABLE item")).await.unwrap();
        }
    });
}
