//! A URL to connections.

use super::super::errors::{failure, transport, unencrypted};
use super::session::Session;
use super::setup::{self, Server};
use crate::backend::standard::server::{self, Failure, Tls, Words};
use crate::backend::{DatabaseUrl, PoolOptions};
use crate::error::{Error, ErrorKind, Result};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Prepared statements that a connection keeps, where the URL does not say: a server keeps 16,382 for all of them.
const STATEMENTS: usize = 256;
/// How long to wait before asking again a server that has no slot free.
const PAUSE: Duration = Duration::from_millis(50);

/// What the URL may say behind its `?`. Anything else is refused: a misspelt `ssl-mode` must not connect in the clear.
const PARAMETERS: &[&str] = &[
    "socket",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "sslca",
    "sslcert",
    "sslkey",
    "sslmode",
    "statement-cache-capacity",
];

/// How TLS is spelt.
const TLS: Words = Words {
    authority: &["ssl-ca", "sslca"],
    client: &["ssl-cert", "sslcert", "ssl-key", "sslkey"],
    verify_name: "ssl-mode=VERIFY_IDENTITY",
    verify_authority: "ssl-mode=VERIFY_CA",
};

/// Makes connections to one database.
pub(super) struct Connector {
    shared: Arc<Shared>,
    lock_timeout: Duration,
    /// How long to try a server that is there and not ready.
    patience: Duration,
    /// What the first connection learns.
    server: OnceLock<Server>,
}

/// What sessions need as well, to end others.
pub(super) struct Shared {
    options: MySqlConnectOptions,
    tls: Tls,
    /// How many prepared statements a connection keeps.
    pub(super) capacity: usize,
    /// Where it connects to, for messages; no password in it.
    shown: String,
}

impl Connector {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]; the message holds no part of the URL that may be a password.
    pub(super) fn new(url: &DatabaseUrl, pool: &PoolOptions) -> Result<Connector> {
        let parameters = parameters(url)?;
        let capacity = statement_capacity(&parameters)?;
        let options: MySqlConnectOptions = url.reveal().parse().map_err(transport)?;
        let verifies =
            matches!(options.get_ssl_mode(), MySqlSslMode::VerifyCa | MySqlSslMode::VerifyIdentity);
        let tls = Tls::of(&TLS, &parameters, verifies)?;
        // What every connection is told is told by `setup`, at once. The statement that is one too many stays until the
        // session forgets them all.
        let options = options
            .statement_cache_capacity(capacity.saturating_add(usize::from(capacity > 0)))
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false)
            .disable_statement_logging();
        let shown = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        Ok(Connector {
            shared: Arc::new(Shared { options, tls, capacity, shown }),
            lock_timeout: pool.lock_timeout,
            patience: pool.acquire_timeout,
            server: OnceLock::new(),
        })
    }

    async fn attempt(&self) -> Result<Session, Failure> {
        let mut connection: MySqlConnection = match self.shared.options.connect().await {
            Ok(connection) => connection,
            Err(error) => return Err(self.shared.refused(error)),
        };
        let server = match self.server.get() {
            Some(server) => server.clone(),
            None => {
                let server = setup::probe(&mut connection).await?;
                self.server.get_or_init(|| server).clone()
            }
        };
        let identity = setup::settle(&mut connection, &server.release, self.lock_timeout).await?;
        Ok(Session::new(connection, server, identity, Arc::clone(&self.shared)))
    }

    fn explain(&self, error: Error) -> Error {
        let unreachable = error.kind() == ErrorKind::Connection && error.code().is_none();
        let has_hint = error.hint().is_some();
        let error = error.context(format!("connecting to the server at {}", self.shared.shown));
        if unreachable && !has_hint {
            error.with_hint("check that the server runs, and the host and port in the database URL")
        } else {
            error
        }
    }
}

impl server::Connector for Connector {
    type Session = Session;

    const SERVER: &'static str = "the MySQL or MariaDB server";

    async fn connect(&self) -> Result<Session> {
        let started = Instant::now();
        loop {
            let error = match self.attempt().await {
                Ok(session) => return Ok(session),
                Err(failure) => failure.error,
            };
            // 1040, 1203: every slot is taken, perhaps by connections just closed.
            let transient = matches!(error.code(), Some("1040" | "1203"));
            if !transient || started.elapsed() + PAUSE > self.patience {
                return Err(self.explain(error));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Shared {
    /// What an error of connecting means.
    fn refused(&self, error: sqlx::Error) -> Failure {
        match self.tls.explain(&error) {
            Some(explained) => explained.into(),
            // The URL has been read before: of a configuration only the client's key can be wrong by now.
            None if matches!(error, sqlx::Error::Configuration(_)) && !self.tls.has_client_certificate() => {
                unencrypted().into()
            }
            None => failure(error),
        }
    }

    /// Ends another connection of the same user, which the server would go on to work for.
    pub(super) async fn end(&self, id: u64) {
        // Whoever it was done for is gone: there is nobody to tell of a failure.
        let Ok(mut connection) = self.options.connect().await else { return };
        let _ = connection.execute(AssertSqlSafe(format!("KILL {id}"))).await;
        let _ = connection.close().await;
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({})", self.shared.shown)
    }
}

fn parameters(url: &DatabaseUrl) -> Result<Vec<(&str, &str)>> {
    let query = url.rest().split_once('?').map_or("", |(_, query)| query);
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect();
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !PARAMETERS.contains(name)) {
        let message = format!("the URL of the server has the parameter `{name}`, which umbral does not know");
        return Err(Error::new(ErrorKind::Config, message)
            .with_hint(format!("remove it; there are: {}", PARAMETERS.join(", "))));
    }
    Ok(pairs)
}

fn statement_capacity(parameters: &[(&str, &str)]) -> Result<usize> {
    let given = parameters.iter().rfind(|(name, _)| *name == "statement-cache-capacity");
    given.map_or(Ok(STATEMENTS), |(_, value)| {
        value
            .parse()
            .map_err(|_| Error::new(ErrorKind::Config, "statement-cache-capacity in the URL is no number"))
    })
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
            "mysql://ann:s3cret@db:notaport/books",
            "mysql://ann:s3cret@db/books?ssl-mod=REQUIRED",
            "mariadb://ann:s3cret@db/books?ssl-mode=perhaps",
            "mysql://ann:s3cret@db/books?ssl-ca=/ca.pem",
            "mysql://ann:s3cret@db/books?ssl-mode=REQUIRED&ssl-ca=/ca.pem",
            "mysql://ann:s3cret@db/books?statement-cache-capacity=many",
            "mysql://ann:s3cret@db/books?timezone=SYSTEM",
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
        let connector = connector("mariadb://ann:s3cret@db:3307/books?ssl-mode=DISABLED").unwrap();
        assert_eq!(format!("{connector:?}"), "Connector(db:3307)");
    }
}
