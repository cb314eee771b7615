//! What goes wrong on a live database, and what is left then.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use umbral::ErrorKind;
use umbral::backend::BackendFeature;
use umbral::migrations::{Boundary, MigrateOptions, MigrationObserver};
use umbral_testkit::{TestDatabase, each_engine};

fn first() -> Vec<Operation> {
    vec![create(table("note", &[("text", "text?")]))]
}

#[test]
fn looking_changes_nothing() {
    let set = chain([first()]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let executor = MigrationExecutor::new(driver.as_ref(), &set);
        let status = executor.status().await.unwrap();
        assert_eq!((status.applied.len(), status.pending.len()), (0, 1));
        assert_eq!(executor.plan(&Target::Latest).await.unwrap()[0].operations, ["Create table note"]);
        let mut connection = driver.acquire().await.unwrap();
        let schema = driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        assert_eq!(schema, Schema::default());
        drop(connection);
        driver.close().await;
    });
}

#[test]
fn a_failing_migration_leaves_nothing_and_is_found_the_next_time() {
    let wrong = |sql: &str| {
        let text = add_column("note", column("more", "text?"), None);
        chain([first(), vec![text, run_sql(sql, sql), add_column("note", column("last", "text?"), None)]])
    };
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let error = migrate(driver, &wrong("UPDATE nowhere SET x = 1"), &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Statement);
        assert!(
            error.to_string().starts_with("applying shop/0002: step 1 of 1, `UPDATE nowhere SET x = 1`: "),
            "{error}"
        );
        // Not applied, and so free to be changed.
        let right = wrong("UPDATE note SET text = 'x'");
        if driver.backend().supports(BackendFeature::TransactionalDdl) {
            check(driver, &right).await;
        }
        assert_eq!(migrate(driver, &right, &Target::Latest).await.unwrap(), ["apply 0002"]);
        check(driver, &right).await;
        let error = migrate(driver, &wrong("UPDATE note SET text = 'y'"), &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        driver.close().await;
    });
}

#[test]
fn a_lock_that_is_held_is_waited_for_and_then_an_error() {
    let set = chain([first()]);
    each_engine(async |database| {
        let (holder, driver) = (database.connect().await, database.connect().await);
        let lock = holder.try_migration_lock().await.unwrap().unwrap();
        let mut options = MigrateOptions::default();
        options.lock_timeout = Duration::from_millis(200);
        let executor = MigrationExecutor::new(driver.as_ref(), &set).with_options(options);
        let error = executor.migrate(&Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(shape(driver.as_ref()).await, Schema::default());
        drop(lock);
        assert_eq!(migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap(), ["apply 0001"]);
        holder.close().await;
        driver.close().await;
    });
}

/// Ends every other connection of the database when a statement is met.
struct Cut {
    at: usize,
    seen: AtomicUsize,
    url: umbral::backend::DatabaseUrl,
    backend: Arc<dyn umbral::backend::DatabaseBackend>,
}

impl MigrationObserver for Cut {
    fn statement(&self, _: Boundary, _: &str) {
        if self.seen.fetch_add(1, Ordering::Relaxed) + 1 != self.at {
            return;
        }
        let (url, backend) = (self.url.clone(), Arc::clone(&self.backend));
        let cut = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let driver = backend.connect(&url, &Default::default()).await.unwrap();
                let others = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity \
                              WHERE datname = current_database() AND pid <> pg_backend_pid()";
                rows(driver.as_ref(), others).await;
                driver.close().await;
            });
        });
        cut.join().unwrap();
    }
}

#[test]
fn a_connection_that_is_lost_leaves_a_migration_that_can_be_run_again() {
    let Some(database) = TestDatabase::postgres() else { return };
    let set = chain([
        first(),
        vec![
            add_column("note", column("more", "text?"), None),
            run_sql("UPDATE note SET more = 'x'", "SELECT 1"),
        ],
    ]);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for at in [1, 4, 7, 9, 11, 14] {
            let driver = database.connect().await;
            let cut = Cut {
                at,
                seen: AtomicUsize::new(0),
                url: database.url().clone(),
                backend: Arc::clone(database.backend()),
            };
            let executor = MigrationExecutor::new(driver.as_ref(), &set).with_observer(&cut);
            let result = executor.migrate(&Target::Latest).await;
            let error = result.expect_err("the connection was cut");
            assert_eq!(error.kind(), ErrorKind::Connection, "{at}: {error:?}");
            // The pool goes on with another connection.
            migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap();
            check(driver.as_ref(), &set).await;
            migrate(driver.as_ref(), &set, &to("zero")).await.unwrap();
            driver.close().await;
        }
    });
}

/// A migrating future that is dropped leaves a pool whose connections are as they were.
///
/// Cases: 1.
#[test]
fn a_dropped_migration_leaves_a_clean_pool() {
    let set = chain([
        vec![
            create(table("parent", &[("name", "varchar(9)")])),
            create(table("child", &[("parent_id", "bigint")]).with_constraint(references(
                "child",
                "parent_id",
                "parent",
            ))),
        ],
        vec![
            alter_column("parent", column("name", "varchar(9)"), column("name", "varchar(99)")),
            add_constraint("parent", Constraint::unique("parent_name_uniq", ["name"])),
        ],
    ]);
    /// Wakes the test at a statement, which then drops the migration.
    struct Stop(usize, AtomicUsize, tokio::sync::Notify);
    impl MigrationObserver for Stop {
        fn statement(&self, _: Boundary, _: &str) {
            if self.1.fetch_add(1, Ordering::Relaxed) + 1 == self.0 {
                self.2.notify_one();
            }
        }
    }
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO parent (id, name) VALUES (1, 'a')").await;
        execute(driver, "INSERT INTO child (id, parent_id) VALUES (1, 1)").await;
        let mut dropped = 0;
        // On a machine that has too much to do, every answer may be there at once.
        for _ in 0..50 {
            for at in 1.. {
                let stop = Stop(at, AtomicUsize::new(0), tokio::sync::Notify::new());
                let executor = MigrationExecutor::new(driver, &set).with_observer(&stop);
                tokio::select! {
                    biased;
                    () = stop.2.notified() => dropped += 1,
                    result = executor.migrate(&Target::Latest) => {
                        result.unwrap();
                        // Answers can be there at once, and the migration then ends before it can be dropped.
                        if stop.1.load(Ordering::Relaxed) < at {
                            break;
                        }
                    }
                }
                // Foreign keys are in force on every connection that is left in the pool.
                let orphan =
                    driver.execute(Statement::new("INSERT INTO child (id, parent_id) VALUES (2, 7)")).await;
                assert!(orphan.unwrap_err().is_foreign_key_violation(), "dropped at {at}");
                assert_eq!(rows(driver, "SELECT id, parent_id FROM child").await, ["1|1"], "dropped at {at}");
                migrate(driver, &set, &Target::Latest).await.unwrap();
                check(driver, &set).await;
                migrate(driver, &set, &to("0001")).await.unwrap();
            }
            if dropped >= 3 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        println!("{}: dropped at {dropped} boundaries", database.label());
        assert!(dropped >= 3, "at {dropped}");
        driver.close().await;
    });
}
