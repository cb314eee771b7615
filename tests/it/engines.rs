//! The throw-away databases themselves.

use umbral::backend::Statement;
use umbral::prelude::*;
use umbral::query::QuerySet;
use umbral_testkit::{TestDatabase, each_engine, expect_queries};

#[derive(Debug, Model)]
struct Counted {
    #[umbral(primary_key)]
    id: i64,
}

#[test]
fn a_table_lives_as_long_as_its_database() {
    each_engine(async |database| {
        let driver = database.connect().await;
        driver.execute(Statement::new("CREATE TABLE kept (id INTEGER PRIMARY KEY)")).await.unwrap();
        let done = driver.execute(Statement::new("INSERT INTO kept VALUES (1), (2)")).await.unwrap();
        assert_eq!(done.rows_affected, 2);
        driver.close().await;

        let again = database.connect().await;
        let done = again.execute(Statement::new("DELETE FROM kept")).await.unwrap();
        assert_eq!(done.rows_affected, 2, "a second connection sees the same database");
        again.close().await;
    });
}

#[test]
fn two_databases_share_nothing() {
    let two = [TestDatabase::sqlite, TestDatabase::sqlite_memory].map(|make| (make(), Some(make())));
    let pairs = two.into_iter().chain(TestDatabase::postgres().map(|one| (one, TestDatabase::postgres())));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (one, other) in pairs {
        let other = other.expect("a second one where there is a first");
        runtime.block_on(async {
            let (here, there) = (one.connect().await, other.connect().await);
            here.execute(Statement::new("CREATE TABLE mine (id INTEGER)")).await.unwrap();
            assert!(there.execute(Statement::new("DELETE FROM mine")).await.is_err(), "{one:?}");
            here.close().await;
            there.close().await;
        });
    }
}

#[test]
fn a_database_is_gone_after_its_test_also_when_it_panicked() {
    let Some(database) = TestDatabase::postgres() else { return };
    let (backend, url) = (database.backend().clone(), database.url().clone());
    let file = TestDatabase::sqlite();
    let path = std::path::PathBuf::from(file.url().rest());
    assert!(path.exists());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(async {
            let _left_open = database.connect().await;
            let _dropped_by_the_panic = (database, file);
            panic!("a test fails");
        });
    }));
    assert!(failed.is_err());
    assert!(!path.exists());
    let gone = runtime.block_on(backend.connect(&url, &umbral::backend::PoolOptions::default()));
    assert!(gone.is_err(), "{url}");
}

#[test]
fn a_loop_that_sends_a_statement_for_each_row_is_noticed() {
    each_engine(async |database| {
        let db = database.db().await;
        db.driver().execute(Statement::new("CREATE TABLE counted (id bigint PRIMARY KEY)")).await.unwrap();
        db.driver().execute(Statement::new("INSERT INTO counted VALUES (1), (2)")).await.unwrap();
        let all = expect_queries(&db, 1, async |db| QuerySet::<Counted>::new().all(db).await).await.unwrap();
        assert_eq!(all.iter().map(|row| row.id).sum::<i64>(), 3);
        expect_queries(&db, 0, async |_| ()).await;

        let noticed = tokio::spawn(async move {
            expect_queries(&db, 1, async |db| {
                for row in QuerySet::<Counted>::new().all(db).await.unwrap() {
                    QuerySet::<Counted>::new().filter(|c| c.id.eq(row.id)).exists(db).await.unwrap();
                }
            })
            .await;
        });
        let panic = noticed.await.unwrap_err().into_panic();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.starts_with("3 statements were sent, not 1:\n  SELECT"), "{message}");
    });
}
