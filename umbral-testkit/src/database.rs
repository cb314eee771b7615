//! Throw-away databases.

use crate::servers::{self, Identity, Machine, PrivateServer, ServerKind, ServerState, Unavailable};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use umbral_core::Result;
use umbral_core::backend::{BackendRegistry, DatabaseBackend, DatabaseUrl, Driver, PoolOptions, Statement};
use umbral_core::db::Db;

/// A database that was made for one test and is gone with this value, also when the test panics.
///
/// Nothing is touched that it did not create: on a server it has a unique name, in the file system a folder of its
/// own.
pub struct TestDatabase {
    label: String,
    backend: Arc<dyn DatabaseBackend>,
    url: DatabaseUrl,
    cleanup: Option<Box<dyn FnOnce() + Send>>,
}

impl TestDatabase {
    /// A database that exists at `url`, for a backend of one's own. `cleanup` runs when it is dropped.
    pub fn new(
        label: impl Into<String>,
        backend: Arc<dyn DatabaseBackend>,
        url: DatabaseUrl,
        cleanup: impl FnOnce() + Send + 'static,
    ) -> TestDatabase {
        TestDatabase { label: label.into(), backend, url, cleanup: Some(Box::new(cleanup)) }
    }

    /// An empty SQLite file in a folder of its own.
    pub fn sqlite() -> TestDatabase {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let file = folder.path().join("test.sqlite3");
        std::fs::write(&file, "").expect("a file can be made in a temporary folder");
        TestDatabase::built_in("sqlite", &format!("sqlite://{}", file.display()), move || drop(folder))
    }

    /// An SQLite database in memory. Each [`connect`](TestDatabase::connect) gets another one; the connections of
    /// one driver share it.
    pub fn sqlite_memory() -> TestDatabase {
        TestDatabase::built_in("sqlite (memory)", "sqlite::memory:", || {})
    }

    /// A new database on the PostgreSQL server of this run, as [`of_server`](TestDatabase::of_server).
    ///
    /// # Panics
    /// The same.
    pub fn postgres() -> Option<TestDatabase> {
        TestDatabase::of_server(ServerKind::Postgres)
    }

    /// A new database on the server of this kind of this run. `None` where there is no server and whoever runs the tests
    /// says so in the end, or nobody expects one.
    ///
    /// # Panics
    /// Without a server, when nobody else would say that it was missing.
    pub fn of_server(kind: ServerKind) -> Option<TestDatabase> {
        match servers::url_for_this_process(kind) {
            ServerState::Running(url) => {
                Some(TestDatabase::create(kind.name(), &url_of(kind, &url), kind.database_options()))
            }
            ServerState::Reported(reason) => {
                eprintln!("not tested: {reason}");
                None
            }
            ServerState::Missing(unavailable) if !kind.is_expected() => {
                eprintln!("not tested: {unavailable}");
                None
            }
            ServerState::Missing(unavailable) => panic!(
                "there is no server to test on. {unavailable}. Set {}, or run `cargo xtask test`, which goes on \
                 without and says so in the end",
                kind.url_variable()
            ),
        }
    }

    /// A new database on the second, newer PostgreSQL server, where `UMBRAL_TEST_POSTGRES_NEWEST_URL` names one.
    pub fn postgres_newest() -> Option<TestDatabase> {
        let variable = ServerKind::Postgres.newest_url_variable()?;
        let url = std::env::var(variable).ok().filter(|url| !url.is_empty())?;
        Some(TestDatabase::on_server("postgres (newest)", &url))
    }

    /// A new server that demands passwords, for tests of authentication. `None` as for
    /// [`of_server`](TestDatabase::of_server).
    ///
    /// # Panics
    /// Where it does not start, when nobody else would say that it was missing.
    pub fn server_with_passwords(kind: ServerKind) -> Option<PrivateServer> {
        TestDatabase::private_server(kind, |machine| servers::start_with_passwords(kind, machine, None))
    }

    /// A server as [`server_with_passwords`](TestDatabase::server_with_passwords), which takes TLS and shows this
    /// certificate. It listens at 127.0.0.1.
    ///
    /// # Panics
    /// The same.
    pub fn server_with_tls(kind: ServerKind, identity: &Identity) -> Option<PrivateServer> {
        let start = |machine: &Machine| servers::start_with_passwords(kind, machine, Some(identity));
        TestDatabase::private_server(kind, start)
    }

    /// A MariaDB or MySQL server as [`server_with_passwords`](TestDatabase::server_with_passwords), to which a table has one
    /// name in capitals and in small letters.
    ///
    /// # Panics
    /// The same.
    pub fn server_folding_names(kind: ServerKind) -> Option<PrivateServer> {
        TestDatabase::private_server(kind, |machine| servers::start_folding_names(kind, machine))
    }

    fn private_server(
        kind: ServerKind,
        start: impl FnOnce(&Machine) -> std::result::Result<PrivateServer, Unavailable>,
    ) -> Option<PrivateServer> {
        let machine = Machine::this();
        match start(&machine) {
            Ok(server) => Some(server),
            Err(unavailable) => match servers::reported_missing(&unavailable.what, &machine) {
                Some(reason) => {
                    eprintln!("not tested: {reason}");
                    None
                }
                None if !kind.is_expected() => {
                    eprintln!("not tested: {unavailable}");
                    None
                }
                None => panic!("there is no server to test on. {unavailable}. Run `cargo xtask test`"),
            },
        }
    }

    /// A new database on the server at `url`, whose user may create databases; of any backend that knows
    /// `CREATE DATABASE`.
    ///
    /// # Panics
    /// Where the server cannot be reached or refuses.
    pub fn on_server(label: &str, url: &str) -> TestDatabase {
        TestDatabase::create(label, url, "")
    }

    fn create(label: &str, url: &str, options: &str) -> TestDatabase {
        let name = unique_name();
        let server = DatabaseUrl::parse(url).expect("the server's URL is one");
        let backend = built_in_backend(&server);
        let quoted = backend.dialect().quote_identifier(&name);
        let create = format!("CREATE DATABASE {quoted} {options}");
        run_aside(administer(Arc::clone(&backend), server.clone(), create))
            .unwrap_or_else(|error| panic!("a database cannot be made on {server}: {error:?}"));
        let own = DatabaseUrl::parse(&with_database(url, &name)).expect("the database's URL is one");
        let admin = Arc::clone(&backend);
        TestDatabase::new(label, backend, own, move || {
            let sql = format!("DROP DATABASE IF EXISTS {quoted}");
            // FORCE ends connections that a failed test left open; not every server has it.
            let forced = administer(Arc::clone(&admin), server.clone(), format!("{sql} WITH (FORCE)"));
            let dropped = run_aside(forced).or_else(|_| run_aside(administer(admin, server, sql)));
            if let Err(error) = dropped {
                eprintln!("the test's database {quoted} was not dropped: {error:?}");
            }
        })
    }

    fn built_in(label: &str, url: &str, cleanup: impl FnOnce() + Send + 'static) -> TestDatabase {
        let url = DatabaseUrl::parse(url).expect("a built-in URL is one");
        let backend = built_in_backend(&url);
        TestDatabase::new(label, backend, url, cleanup)
    }

    /// What it is called in a test's output.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its backend, not yet bound to the version of its server; a driver's is.
    pub fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.backend
    }

    /// Its URL.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Connects.
    ///
    /// # Panics
    /// Where that fails.
    pub async fn connect(&self) -> Box<dyn Driver> {
        self.try_connect(&PoolOptions::default())
            .await
            .unwrap_or_else(|error| panic!("{} at {}: {error:?}", self.label, self.url))
    }

    /// Connects, for queries.
    ///
    /// # Panics
    /// Where that fails.
    pub async fn db(&self) -> Db {
        Db::new(self.connect().await)
    }

    /// Connects with a pool's options.
    ///
    /// # Errors
    /// As [`DatabaseBackend::connect`].
    pub async fn try_connect(&self, options: &PoolOptions) -> Result<Box<dyn Driver>> {
        self.backend.connect(&self.url, options).await
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestDatabase({} at {})", self.label, self.url)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(cleanup) = self.cleanup.take() {
            cleanup();
        }
    }
}

/// The URL with the scheme of its kind: the two families of one protocol have one each, and take the other's.
fn url_of(kind: ServerKind, url: &str) -> String {
    match (kind, url.split_once("://")) {
        (ServerKind::MariaDb | ServerKind::MySql, Some((_, rest))) => format!("{}://{rest}", kind.name()),
        _ => url.to_owned(),
    }
}

fn built_in_backend(url: &DatabaseUrl) -> Arc<dyn DatabaseBackend> {
    let registry = BackendRegistry::built_in();
    let backend = registry.detect(url);
    Arc::clone(backend.unwrap_or_else(|error| panic!("this build has no backend for {url}: {error:?}")))
}

async fn administer(backend: Arc<dyn DatabaseBackend>, url: DatabaseUrl, sql: String) -> Result<()> {
    let mut options = PoolOptions::default();
    options.max_connections = 1;
    let driver = backend.connect(&url, &options).await?;
    let done = driver.execute(Statement::new(sql)).await;
    driver.close().await;
    done.map(drop)
}

/// Runs a future to its end on a thread and a runtime of its own, so that it works inside a runtime, outside of
/// one, and while a panic unwinds.
fn run_aside<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(future)
    });
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Unique among the processes and runs that share a server.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("umbral_test_{}_{number}_{now:x}", std::process::id())
}

/// The URL with another database: the part between the host and the parameters.
fn with_database(url: &str, name: &str) -> String {
    let (main, parameters) = url.split_once('?').map_or((url, None), |(main, rest)| (main, Some(rest)));
    let host = main.find("://").map_or(0, |at| at + 3);
    let end = main[host..].find('/').map_or(main.len(), |at| host + at);
    let parameters = parameters.map(|rest| format!("?{rest}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &main[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced_and_nothing_else() {
        for (url, expected) in [
            ("postgres://ann:pw@host:5432/postgres", "postgres://ann:pw@host:5432/mine"),
            ("postgres://host", "postgres://host/mine"),
            ("postgres:///postgres?host=/run", "postgres:///mine?host=/run"),
            ("postgres://host/?sslmode=require", "postgres://host/mine?sslmode=require"),
        ] {
            assert_eq!(with_database(url, "mine"), expected);
        }
    }

    #[test]
    fn a_server_is_asked_for_by_its_own_scheme() {
        assert_eq!(url_of(ServerKind::MariaDb, "mysql://root@host/"), "mariadb://root@host/");
        assert_eq!(url_of(ServerKind::Postgres, "postgresql://host/"), "postgresql://host/");
    }

    #[test]
    fn names_are_unique() {
        assert_ne!(unique_name(), unique_name());
    }
}
