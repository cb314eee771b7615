//! One test body on every engine.

use crate::TestDatabase;
use crate::servers::{Machine, ServerKind};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// An engine that tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TestEngine {
    /// SQLite, in a file.
    Sqlite,
    /// The PostgreSQL server of this run.
    Postgres,
    /// A second PostgreSQL server of a newer version, where one is given: features are probed, not assumed.
    PostgresNewest,
    /// The MariaDB server of this run.
    MariaDb,
    /// The MySQL server of this run, where there is one.
    MySql,
}

impl TestEngine {
    /// All of them.
    pub const ALL: &'static [TestEngine] = &[
        TestEngine::Sqlite,
        TestEngine::Postgres,
        TestEngine::PostgresNewest,
        TestEngine::MariaDb,
        TestEngine::MySql,
    ];

    /// Its name in `UMBRAL_TEST_ONLY`.
    pub fn name(self) -> &'static str {
        match self {
            TestEngine::Sqlite => "sqlite",
            TestEngine::Postgres => "postgres",
            TestEngine::PostgresNewest => "postgres-newest",
            TestEngine::MariaDb => "mariadb",
            TestEngine::MySql => "mysql",
        }
    }

    /// Those that [`each_engine`] runs on: all, or the ones that `UMBRAL_TEST_ONLY` names, separated by commas, for
    /// work on one backend. MySQL is among all where there is a server of it.
    pub fn chosen() -> Vec<TestEngine> {
        let only = std::env::var("UMBRAL_TEST_ONLY").unwrap_or_default();
        let names: Vec<&str> = only.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let unknown = names.iter().find(|name| TestEngine::ALL.iter().all(|engine| engine.name() != **name));
        assert!(unknown.is_none(), "UMBRAL_TEST_ONLY: there is no engine {unknown:?}");
        if let Some(variable) = ServerKind::Postgres.newest_url_variable() {
            let newest = names.contains(&TestEngine::PostgresNewest.name());
            assert!(!newest || std::env::var_os(variable).is_some(), "{variable} is not set");
        }
        let all = TestEngine::ALL.iter().copied();
        let wanted = |engine: &TestEngine| match names.is_empty() {
            true => engine.server().is_none_or(|kind| kind.is_wanted(&Machine::this())),
            false => names.contains(&engine.name()),
        };
        all.filter(wanted).collect()
    }

    fn server(self) -> Option<ServerKind> {
        match self {
            TestEngine::Sqlite => None,
            TestEngine::Postgres | TestEngine::PostgresNewest => Some(ServerKind::Postgres),
            TestEngine::MariaDb => Some(ServerKind::MariaDb),
            TestEngine::MySql => Some(ServerKind::MySql),
        }
    }

    /// A new database; `None` where the engine is missing and whoever runs the tests says so in the end.
    ///
    /// # Panics
    /// As [`TestDatabase::of_server`].
    pub fn database(self) -> Option<TestDatabase> {
        match self {
            TestEngine::Sqlite => Some(TestDatabase::sqlite()),
            TestEngine::Postgres => TestDatabase::postgres(),
            TestEngine::PostgresNewest => TestDatabase::postgres_newest(),
            TestEngine::MariaDb => TestDatabase::of_server(ServerKind::MariaDb),
            TestEngine::MySql => TestDatabase::of_server(ServerKind::MySql),
        }
    }
}

/// Runs `body` on a new database of every engine, on all of them at once: each on a thread of its own, which is named
/// as the engine is, with a runtime of its own of two more. Most of a test on a server is waiting for it.
///
/// ```no_run
/// use umbral_testkit::each_engine;
///
/// each_engine(async |database| {
///     let db = database.db().await;
///     // … queries on `db` …
///     db.close().await;
/// });
/// ```
///
/// # Panics
/// After all engines had their turn, with the labels of those on which the body panicked.
pub fn each_engine(body: impl AsyncFn(&TestDatabase) + Sync) {
    on_databases(TestEngine::chosen().into_iter().filter_map(TestEngine::database), body);
}

/// Runs `body` on each of these databases, as [`each_engine`] does.
///
/// # Panics
/// As [`each_engine`].
pub fn on_databases(
    databases: impl IntoIterator<Item = TestDatabase>,
    body: impl AsyncFn(&TestDatabase) + Sync,
) {
    let failed: Vec<String> = std::thread::scope(|scope| {
        let run = |database: TestDatabase| {
            let label = database.label().to_owned();
            let thread = std::thread::Builder::new().name(label.clone());
            let body = &body;
            let running = thread.spawn_scoped(scope, move || on_database(&database, body));
            (label, running.expect("a thread can be started"))
        };
        let running: Vec<_> = databases.into_iter().map(run).collect();
        let failed =
            running.into_iter().filter_map(|(label, thread)| thread.join().is_err().then_some(label));
        failed.collect()
    });
    assert!(failed.is_empty(), "failed on {}", failed.join(", "));
}

fn on_database(database: &TestDatabase, body: &impl AsyncFn(&TestDatabase)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(body(database))));
    // Tasks that the body left behind are not waited for.
    runtime.shutdown_background();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn files(count: usize) -> Vec<TestDatabase> {
        (0..count).map(|_| TestDatabase::sqlite()).collect()
    }

    #[test]
    fn every_database_has_its_turn_and_failures_are_named() {
        let seen = Mutex::new(0);
        let run = catch_unwind(AssertUnwindSafe(|| {
            on_databases(files(3), async |_| {
                let turn = {
                    let mut seen = seen.lock().unwrap();
                    *seen += 1;
                    *seen
                };
                assert_ne!(turn, 2, "the second fails");
            });
        }));
        assert_eq!(*seen.lock().unwrap(), 3);
        let message = run.unwrap_err();
        assert_eq!(message.downcast_ref::<String>().map(String::as_str), Some("failed on sqlite"));
    }
}
