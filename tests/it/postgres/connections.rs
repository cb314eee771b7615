//! Connections that age, die or are left in disorder.

use super::{Live, on_postgres};
use umbral::ErrorKind;
use umbral::backend::standard::rows::{Cell, fetch_cells};
use umbral::backend::{DatabaseUrl, IsolationLevel, PoolOptions, Statement, TransactionOptions};
use umbral::value::Value;

const END_ALL: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn one_text_takes_parameters_of_any_type() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        let mut connection = live.driver.acquire().await.unwrap();
        let ask = |value| {
            Statement::new("SELECT pg_typeof($1)::text || coalesce($1::text, '')").with_params(vec![value])
        };
        for _ in 0..2 {
            for (value, answer) in [
                (Value::Integer(1), "integer1"),
                (Value::BigInt(2), "bigint2"),
                (Value::Text("a".to_owned()), "texta"),
                (Value::SmallInt(3), "smallint3"),
                (Value::Boolean(true), "booleantrue"),
            ] {
                let rows = fetch_cells(connection.as_mut(), ask(value)).await.unwrap();
                assert_eq!(rows, [[Cell::Text(answer.to_owned())]]);
            }
        }
    });
}

#[test]
fn null_takes_the_type_of_its_place() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.execute("CREATE TABLE t (id integer, at timestamptz, tags text[], n numeric)").await;
        let insert = |params| Statement::new("INSERT INTO t VALUES ($1, $2, $3, $4)").with_params(params);
        let nulls = || vec![Value::Null, Value::Null, Value::Null, Value::Null];
        live.driver.execute(insert(nulls())).await.unwrap();
        for place in 0..4 {
            let mut params = nulls();
            params[place] = match place {
                0 => Value::Integer(1),
                1 => Value::TimestampTz(umbral::value::Timestamp { micros: 0 }),
                2 => Value::Array { element: umbral::schema::SqlType::Text, items: vec![Value::Null] },
                _ => Value::Decimal("1.5".parse().unwrap()),
            };
            live.driver.execute(insert(params)).await.unwrap();
        }
        live.driver.execute(insert(nulls())).await.unwrap();
        let counts = "SELECT concat_ws(',', count(*), count(id), count(at), count(tags), count(n)) FROM t";
        assert_eq!(live.one(counts).await, "6,1,1,1,1");
    });
}

#[test]
fn a_table_changes_under_prepared_statements() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.execute("CREATE TABLE t (v integer)").await;
        live.execute("INSERT INTO t VALUES (1)").await;
        let all = "SELECT v FROM t";
        assert_eq!(live.one(all).await, "1");
        live.execute("ALTER TABLE t ALTER v TYPE text").await;
        assert_eq!(live.one(all).await, "1");

        // Inside a transaction nothing can be mended: it may be run again.
        let mut connection = live.driver.acquire().await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        fetch_cells(connection.as_mut(), Statement::new(all)).await.unwrap();
        connection.execute(Statement::new("ALTER TABLE t ALTER v TYPE varchar(9)")).await.unwrap();
        let error = fetch_cells(connection.as_mut(), Statement::new(all)).await.unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
        connection.rollback().await.unwrap();
        fetch_cells(connection.as_mut(), Statement::new(all)).await.unwrap();
        connection.execute(Statement::new("DEALLOCATE ALL")).await.unwrap();
        fetch_cells(connection.as_mut(), Statement::new(all)).await.unwrap();
    });
}

#[test]
fn connections_that_the_server_ended_are_replaced() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        let other = database.connect().await;
        live.execute("CREATE TABLE t (v integer)").await;
        // Several lie in the pool.
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(live.driver.acquire().await.unwrap());
        }
        drop(held);
        let end_all = || other.execute(Statement::new(END_ALL));
        end_all().await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM t").await, "0");
        end_all().await.unwrap();
        live.execute("INSERT INTO t VALUES (1)").await;
        end_all().await.unwrap();
        let mut connection = live.driver.acquire().await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        connection.execute(Statement::new("INSERT INTO t VALUES (2)")).await.unwrap();
        // What a transaction did is gone with its connection, and nothing goes on as if it were not.
        end_all().await.unwrap();
        let error = connection.execute(Statement::new("INSERT INTO t VALUES (3)")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(connection.commit().await.is_err());
        drop(connection);
        assert_eq!(live.one("SELECT string_agg(v::text, ',') FROM t").await, "1");
        other.close().await;
    });
}

#[test]
fn the_commit_of_a_broken_transaction_is_an_error() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.execute("CREATE TABLE t (v integer PRIMARY KEY)").await;
        let mut connection = live.driver.acquire().await.unwrap();
        let insert = || Statement::new("INSERT INTO t VALUES (1)");
        connection.begin(TransactionOptions::default()).await.unwrap();
        connection.execute(insert()).await.unwrap();
        assert!(connection.execute(insert()).await.unwrap_err().is_unique_violation());
        let error = connection.commit().await.unwrap_err();
        assert_eq!(error.code(), Some("25P02"), "{error:?}");
        assert_eq!(connection.depth(), 0);

        // One that a script ended itself is known too.
        connection.begin(TransactionOptions::default()).await.unwrap();
        connection.execute_script("ROLLBACK").await.unwrap();
        assert_eq!(connection.commit().await.unwrap_err().code(), Some("25P01"));

        // The savepoint goes, what was before it stays.
        connection.begin(TransactionOptions::default()).await.unwrap();
        connection.execute(insert()).await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        assert!(connection.execute(insert()).await.is_err());
        assert!(connection.commit().await.is_err());
        assert_eq!(connection.depth(), 1);
        connection.commit().await.unwrap();
        drop(connection);
        assert_eq!(live.one("SELECT count(*) FROM t").await, "1");
    });
}

#[test]
fn nothing_is_committed_behind_a_call_that_was_dropped() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.execute("CREATE TABLE t (v integer)").await;
        let mut connection = live.driver.acquire().await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        connection.execute(Statement::new("INSERT INTO t VALUES (1)")).await.unwrap();
        let slow = connection.execute(Statement::new("INSERT INTO t SELECT 2 FROM pg_sleep(0.3)"));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), slow).await.is_err());
        assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Cancelled);
        let error = connection.execute(Statement::new("INSERT INTO t VALUES (3)")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        drop(connection);
        assert_eq!(live.one("SELECT count(*) FROM t").await, "0");
    });
}

#[test]
fn statements_need_not_be_kept() {
    on_postgres(async |database| {
        let url = format!("{}?statement-cache-capacity=0", database.url().reveal());
        let parsed = DatabaseUrl::parse(&url).unwrap();
        let driver = database.backend().connect(&parsed, &PoolOptions::default()).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        for (value, answer) in [
            (Value::Integer(1), "integer"),
            (Value::Text("a".to_owned()), "text"),
            (Value::Integer(2), "integer"),
        ] {
            let ask = Statement::new("SELECT pg_typeof($1)::text").with_params(vec![value]);
            let rows = fetch_cells(connection.as_mut(), ask).await.unwrap();
            assert_eq!(rows, [[Cell::Text(answer.to_owned())]]);
        }
        let kept = Statement::new("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''");
        assert_eq!(fetch_cells(connection.as_mut(), kept).await.unwrap(), [[Cell::Integer(0)]]);
        drop(connection);
        driver.close().await;
    });
}

#[test]
fn more_parameters_than_the_protocol_counts_are_refused_first() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        let many = Statement::new("SELECT 1").with_params(vec![Value::Integer(1); 65_536]);
        let error = live.driver.execute(many).await.unwrap_err();
        assert!(error.to_string().contains("65536") && error.hint().is_some(), "{error:?}");
        let error = live.driver.execute(Statement::new("SELECT 1\0; DROP TABLE t")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Statement, "{error:?}");
    });
}

#[test]
fn a_script_keeps_its_connection_to_itself() {
    on_postgres(async |database| {
        let mut options = PoolOptions::default();
        options.max_connections = 1;
        let driver = database.try_connect(&options).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        connection
            .execute_script("BEGIN; CREATE TABLE half (v integer); SET search_path = nowhere")
            .await
            .unwrap();
        drop(connection);
        let mut connection = driver.acquire().await.unwrap();
        let rows = fetch_cells(
            connection.as_mut(),
            Statement::new("SELECT current_schema(), to_regclass('half')::text"),
        );
        assert_eq!(rows.await.unwrap(), [[Cell::Text("public".to_owned()), Cell::Null]]);
        drop(connection);
        driver.close().await;
    });
}

#[test]
fn isolation_is_what_was_asked_for() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        let mut connection = live.driver.acquire().await.unwrap();
        for (isolation, name) in [
            (IsolationLevel::ReadCommitted, "read committed"),
            (IsolationLevel::RepeatableRead, "repeatable read"),
            (IsolationLevel::Serializable, "serializable"),
        ] {
            let mut options = TransactionOptions::default();
            (options.isolation, options.read_only) = (Some(isolation), true);
            connection.begin(options).await.unwrap();
            let rows =
                fetch_cells(connection.as_mut(), Statement::new("SHOW transaction_isolation")).await.unwrap();
            assert_eq!(rows, [[Cell::Text(name.to_owned())]]);
            let error = connection.execute(Statement::new("CREATE TABLE t (v integer)")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Permission, "{error:?}");
            assert_eq!(connection.begin(options).await.unwrap_err().kind(), ErrorKind::Usage);
            connection.rollback().await.unwrap();
        }
    });
}

#[test]
fn what_keeps_from_connecting_is_told_apart() {
    on_postgres(async |database| {
        let url = database.url().reveal();
        let server = url.rsplit_once('/').unwrap().0;
        for (url, kind) in [
            (format!("{server}/umbral_no_such_database"), ErrorKind::Config),
            (format!("{url}?user=umbral_no_such_user"), ErrorKind::Authentication),
            (format!("{url}?sslmode=verify-full"), ErrorKind::Connection),
            (format!("{url}?host=umbral.invalid"), ErrorKind::Connection),
            (format!("{url}?sslmod=require"), ErrorKind::Config),
        ] {
            let parsed = DatabaseUrl::parse(&url).unwrap();
            let error = database.backend().connect(&parsed, &PoolOptions::default()).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{url}: {error:?}");
            assert!(error.hint().is_some(), "{url}: {error:?}");
        }
    });
}

#[test]
fn the_lock_of_one_schema_leaves_others_alone() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.execute("CREATE SCHEMA other").await;
        let url = format!("{}?options=-csearch_path%3Dother", database.url().reveal());
        let parsed = DatabaseUrl::parse(&url).unwrap();
        let other = database.backend().connect(&parsed, &PoolOptions::default()).await.unwrap();
        let held = live.driver.try_migration_lock().await.unwrap().unwrap();
        assert!(live.driver.try_migration_lock().await.unwrap().is_none());
        assert!(other.try_migration_lock().await.unwrap().is_some());
        drop(held);
        other.close().await;
    });
}
