//! A URL to connections.

use super::super::errors::{failure, transport};
use super::session::Session;
use crate::backend::standard::server::{self, Failure, Tls, Words};
use crate::backend::{DatabaseUrl, PoolOptions, ServerVersion};
use crate::error::{Error, ErrorKind, Result};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Prepared statements that a connection keeps, where the URL does not say.
const STATEMENTS: usize = 1000;
/// How long to wait before asking again a server that is starting up or has no slot free.
const PAUSE: Duration = Duration::from_millis(50);

/// Lets the server look every two seconds whether its client is still there: a query whose future was dropped, and
/// with it the connection, ends then, and its locks with it.
const WATCH_CLIENT: &str = "SET client_connection_check_interval = 2000";

/// What the URL may say behind its `?`. Anything else is refused: a misspelt `sslmode` must not connect in the clear.
const PARAMETERS: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// How TLS is spelt.
const TLS: Words = Words {
    authority: &["sslrootcert", "ssl-root-cert", "ssl-ca"],
    client: &["sslcert", "ssl-cert", "sslkey", "ssl-key"],
    verify_name: "sslmode=verify-full",
    verify_authority: "sslmode=verify-ca",
};

/// Makes connections to one database.
pub(super) struct Connector {
    options: PgConnectOptions,
    tls: Tls,
    /// Whether statements are prepared under a name and kept.
    keeps_statements: bool,
    setup: String,
    /// Where it connects to, for messages; no password in it.
    shown: String,
    /// How long to try a server that is there and not ready.
    patience: Duration,
    /// Whether the server was found unable to watch its client.
    no_watch: AtomicBool,
}

impl Connector {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]; the message holds no part of the URL that may be a password.
    pub(super) fn new(url: &DatabaseUrl, pool: &PoolOptions) -> Result<Connector> {
        let parameters = parameters(url)?;
        check_percent(url)?;
        let options: PgConnectOptions = url.reveal().parse().map_err(transport)?;
        if options.get_database().is_none_or(str::is_empty) {
            return Err(Error::new(ErrorKind::Config, "the PostgreSQL URL names no database")
                .with_hint("write postgres://user:password@host:5432/database"));
        }
        let verifies = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        let tls = Tls::of(&TLS, &parameters, verifies)?;
        let mut capacity = STATEMENTS;
        let mut options = options.disable_statement_logging();
        for (name, value) in &parameters {
            if *name == "statement-cache-capacity" {
                capacity = value.parse().map_err(|_| {
                    Error::new(ErrorKind::Config, "statement-cache-capacity in the URL is no number")
                })?;
            }
        }
        options = options.statement_cache_capacity(capacity);
        let shown = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        Ok(Connector {
            options,
            tls,
            keeps_statements: capacity > 0,
            setup: setup(pool.lock_timeout),
            shown,
            patience: pool.acquire_timeout,
            no_watch: AtomicBool::new(false),
        })
    }

    async fn attempt(&self) -> Result<Session, Failure> {
        let mut connection: PgConnection = match self.options.connect().await {
            Ok(connection) => connection,
            Err(error) => return Err(self.tls.explain(&error).map_or_else(|| failure(error), Failure::from)),
        };
        let watches = connection.server_version_num().is_some_and(|version| version >= 140_000)
            && !self.no_watch.load(Ordering::Relaxed);
        if watches {
            let setup = format!("{}; {WATCH_CLIENT}", self.setup);
            match sqlx::raw_sql(AssertSqlSafe(setup)).execute(&mut connection).await.map_err(failure) {
                Ok(_) => return Ok(Session::new(connection, self.keeps_statements)),
                // The server's operating system cannot tell.
                Err(failure) if failure.error.code() == Some("22023") => {
                    self.no_watch.store(true, Ordering::Relaxed);
                }
                Err(failure) => return Err(failure),
            }
        }
        sqlx::raw_sql(AssertSqlSafe(self.setup.as_str())).execute(&mut connection).await.map_err(failure)?;
        Ok(Session::new(connection, self.keeps_statements))
    }

    fn explain(&self, error: Error) -> Error {
        let unreachable = error.kind() == ErrorKind::Connection && error.code().is_none();
        let has_hint = error.hint().is_some();
        let error = error.context(format!("connecting to PostgreSQL at {}", self.shown));
        if unreachable && !has_hint {
            error.with_hint("check that the server runs, and the host and port in the database URL")
        } else {
            error
        }
    }
}

impl server::Connector for Connector {
    type Session = Session;

    const SERVER: &'static str = "PostgreSQL";

    async fn connect(&self) -> Result<Session> {
        let started = Instant::now();
        loop {
            let error = match self.attempt().await {
                Ok(session) => return Ok(session),
                Err(failure) => failure.error,
            };
            // 57P03: the server is starting up; 53300: every slot is taken, perhaps by connections just closed.
            let transient = matches!(error.code(), Some("57P03" | "53300"));
            if !transient || started.elapsed() + PAUSE > self.patience {
                return Err(self.explain(error));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({})", self.shown)
    }
}

/// What every connection is told first. A backslash in a quoted text is itself on any server, which quoting relies on.
fn setup(lock_timeout: Duration) -> String {
    let millis = lock_timeout.as_millis().clamp(1, i32::MAX as u128);
    format!("SET standard_conforming_strings = on; SET lock_timeout = {millis}")
}

/// A % that stands for itself would be read as something else in some passwords and not in others.
fn check_percent(url: &DatabaseUrl) -> Result<()> {
    let hex =
        |code: &str| code.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match url.rest().split('%').skip(1).all(hex) {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Config, "the PostgreSQL URL holds a % that is no %XX")
            .with_hint("write a % in a password or a name as %25, an @ as %40, a / as %2F")),
    }
}

fn parameters(url: &DatabaseUrl) -> Result<Vec<(&str, &str)>> {
    let Some((_, query)) = url.rest().split_once('?') else { return Ok(Vec::new()) };
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect();
    for (name, _) in &pairs {
        let known =
            PARAMETERS.contains(name) || name.starts_with("options[") || name.starts_with("options%5B");
        if !known {
            let message =
                format!("the PostgreSQL URL has the parameter `{name}`, which umbral does not know");
            return Err(Error::new(ErrorKind::Config, message)
                .with_hint(format!("remove it; there are: {}", PARAMETERS.join(", "))));
        }
    }
    Ok(pairs)
}

/// The version that the server announced when the connection began: 150004 is 15.4.
pub(super) fn server_version(connection: &PgConnection) -> Result<ServerVersion> {
    let number = connection.server_version_num().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "the server does not say which version of PostgreSQL it is")
    })?;
    let (major, minor) = (number / 10_000, number % 10_000);
    Ok(ServerVersion::new(if major >= 10 { vec![major, minor] } else { vec![major, minor / 100] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(url: &str) -> Result<Connector> {
        Connector::new(&DatabaseUrl::parse(url)?, &PoolOptions::default())
    }

    #[test]
    fn urls_that_are_wrong_are_refused_without_their_password() {
        for url in [
            "postgres://ann:s3cret@db:notaport/books",
            "postgres://ann:s3cret@db/books?sslmod=require",
            "postgres://ann:s3cret@db/books?sslmode=perhaps",
            "postgres://ann:s3cret@db/books?sslrootcert=/ca.pem",
            "postgres://ann:s3cret@db/books?sslmode=require&sslrootcert=/ca.pem",
            "postgres://ann:s3cret@db/books?statement-cache-capacity=many",
            "postgres://ann:s3cret@",
            "postgres://ann:s3cret@db",
            "postgres://ann:s3cret@db/",
            "postgres://ann:s3cret%@db/books",
            "postgres://ann:s3cret%2@db/books",
            "postgres://ann:s3cret%zz@db/books",
            "postgres://ann:s3cret%é@db/books",
        ] {
            match connector(url) {
                Ok(_) => panic!("{url} was accepted"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Config, "{url}");
                    assert!(!format!("{error:?} {error}").contains("s3cret"), "{error:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_shown_holds_no_password() {
        let connector = connector("postgres://ann:s3cret@db:5433/books?sslmode=disable").unwrap();
        assert_eq!(format!("{connector:?}"), "Connector(db:5433)");
    }

    #[test]
    fn lock_timeouts_are_never_endless() {
        assert!(setup(Duration::ZERO).ends_with("lock_timeout = 1"));
        assert!(setup(Duration::from_secs(5)).ends_with("lock_timeout = 5000"));
        assert!(setup(Duration::MAX).ends_with("lock_timeout = 2147483647"));
    }
}
