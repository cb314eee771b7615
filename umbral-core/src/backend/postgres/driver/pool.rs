//! The pool.
//!
//! Not sqlx's own: that one asks the server for a sign of life whenever a connection is put back, and knows nothing of
//! what must be remembered with a connection. Here a dead connection is found by its error, and everything that was
//! made before it is given up with it.

use super::super::errors::Failure;
use super::connect::Connector;
use super::session::{Session, starts_with};
use crate::backend::{Done, PoolOptions, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a connection may lie unused: shorter than networks forget quiet connections, which nobody is told of.
const IDLE_LIMIT: Duration = Duration::from_secs(240);

/// Connections to one database.
#[derive(Debug)]
pub(super) struct Pool {
    connector: Connector,
    permits: Arc<Semaphore>,
    max_connections: u32,
    acquire_timeout: Duration,
    /// The one used last is taken first.
    idle: Mutex<Vec<Session>>,
    /// Counts up when a connection turns out dead: those made before are not used again.
    generation: AtomicU64,
}

impl Pool {
    pub(super) fn new(connector: Connector, options: &PoolOptions) -> Pool {
        let max_connections = options.max_connections.clamp(1, Semaphore::MAX_PERMITS.min(1 << 20) as u32);
        Pool {
            connector,
            permits: Arc::new(Semaphore::new(max_connections as usize)),
            max_connections,
            acquire_timeout: options.acquire_timeout,
            idle: Mutex::new(Vec::new()),
            generation: AtomicU64::new(0),
        }
    }

    /// Takes a connection, one that lies unused or a new one.
    pub(super) async fn take(self: &Arc<Pool>) -> Result<Lease> {
        let permit = self.permit().await?;
        let (session, fresh) = match self.unused() {
            Some(session) => (session, false),
            None => (self.connect().await?, true),
        };
        Ok(Lease {
            session: Some(session),
            pool: Arc::clone(self),
            fresh,
            discard: false,
            spoiled: false,
            permit: Some(permit),
        })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let waiting = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(self.acquire_timeout, waiting).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => {
                Err(Error::new(ErrorKind::Connection, "the pool of PostgreSQL connections is closed"))
            }
            Err(_) => Err(self.exhausted()),
        }
    }

    #[cold]
    fn exhausted(&self) -> Error {
        let message = format!(
            "all {} connections to PostgreSQL stayed in use for {:?}",
            self.max_connections, self.acquire_timeout
        );
        Error::new(ErrorKind::Timeout, message)
            .with_hint("raise max_connections of the pool, or end transactions sooner")
    }

    async fn connect(&self) -> Result<Session> {
        let generation = self.generation.load(Ordering::Acquire);
        let connecting = self.connector.connect();
        let mut session = match tokio::time::timeout(self.acquire_timeout, connecting).await {
            Ok(session) => session?,
            Err(_) => {
                let message =
                    format!("{:?} did not connect within {:?}", self.connector, self.acquire_timeout);
                return Err(Error::new(ErrorKind::Timeout, message));
            }
        };
        session.generation = generation;
        Ok(session)
    }

    /// A connection beside the pool, for what holds one as long as it lasts.
    pub(super) async fn dedicated(&self) -> Result<Session> {
        let mut session = self.connect().await?;
        // PostgreSQL 14 may end connections that lie idle; this one does so on purpose.
        if session.raw().server_version_num().is_some_and(|version| version >= 140_000) {
            let setting = session.script(Arc::from("SET idle_session_timeout = 0")).await;
            setting.map_err(|failure| failure.error)?;
        }
        Ok(session)
    }

    fn unused(&self) -> Option<Session> {
        let generation = self.generation.load(Ordering::Acquire);
        let mut idle = self.idle();
        let now = Instant::now();
        while let Some(session) = idle.pop() {
            if session.generation == generation && now.duration_since(session.idle_since) < IDLE_LIMIT {
                return Some(session);
            }
        }
        None
    }

    fn put_back(&self, mut session: Session) {
        let current = session.generation == self.generation.load(Ordering::Acquire);
        if current && !self.permits.is_closed() {
            session.idle_since = Instant::now();
            self.idle().push(session);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        // Nothing panics while it is held; a list that was pushed to or popped from is whole in any case.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up every connection as old as one that turned out dead. Those that were made since then are kept, when
    /// another of the old ones is found dead later.
    fn connection_died(&self, generation: u64) {
        let next = generation + 1;
        let _ = self.generation.compare_exchange(generation, next, Ordering::AcqRel, Ordering::Acquire);
        self.idle().retain(|session| session.generation > generation);
    }

    /// Waits for every connection to be put back and closes them.
    pub(super) async fn close(&self) {
        // Fails only when the pool is closed already.
        let all = self.permits.acquire_many(self.max_connections).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for session in idle {
            session.close().await;
        }
    }
}

/// A connection taken out of the pool. Dropping it puts it back; where its state is unknown, it is closed.
pub(super) struct Lease {
    session: Option<Session>,
    pool: Arc<Pool>,
    /// Whether it was made for this lease, or has been of use in it: if it dies now, the server is away, or something
    /// that the lease relies on is lost.
    fresh: bool,
    /// Whether to close it instead of putting it back.
    pub(super) discard: bool,
    /// Whether something may have changed the connection's own state for good.
    pub(super) spoiled: bool,
    permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    /// The connection.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] where it was lost before and could not be replaced.
    pub(super) fn session(&mut self) -> Result<&mut Session> {
        self.session.as_mut().ok_or_else(closed)
    }

    /// How many transactions and savepoints are open.
    pub(super) fn depth(&self) -> usize {
        self.session.as_ref().map_or(0, |session| session.depth)
    }

    /// Runs one statement; a second time where the first provably, or by its nature, left nothing behind.
    pub(super) async fn run(
        &mut self,
        statement: &Statement,
        sink: &mut Option<Box<dyn RowSink>>,
    ) -> Result<Done> {
        let failure = match self.session()?.run(statement, sink.as_deref_mut()).await {
            Ok(done) => {
                self.fresh = true;
                return Ok(done);
            }
            Err(failure) => failure,
        };
        let again = self.recover(&failure, starts_with(&statement.sql, "select")).await?;
        if !again {
            return Err(failure.error);
        }
        let result = self.session()?.run(statement, sink.as_deref_mut()).await;
        result.map_err(|failure| self.note(failure))
    }

    /// Runs text without parameters or results.
    pub(super) async fn script(&mut self, sql: &Arc<str>, harmless: bool) -> Result<()> {
        let failure = match self.session()?.script(Arc::clone(sql)).await {
            Ok(()) => {
                self.fresh = true;
                return Ok(());
            }
            Err(failure) => failure,
        };
        if !self.recover(&failure, harmless).await? {
            return Err(failure.error);
        }
        let result = self.session()?.script(Arc::clone(sql)).await;
        result.map_err(|failure| self.note(failure))
    }

    /// Mends the connection after a failure, and says whether the call may be made again. `harmless`: running it
    /// twice is no worse than running it once.
    async fn recover(&mut self, failure: &Failure, harmless: bool) -> Result<bool> {
        let depth = self.depth();
        if failure.stale_statements {
            self.session()?.forget_statements().await.map_err(|failure| self.note(failure))?;
            return Ok(depth == 0 && !failure.answered);
        }
        if !failure.lost {
            return Ok(false);
        }
        self.lost();
        // 57P01 and 57P05: the server ended a connection that lay idle. Without an answer the statement did nothing.
        let refused = matches!(failure.error.code(), Some("57P01" | "57P05"));
        let again = !self.fresh && depth == 0 && !failure.answered && (harmless || refused);
        if again {
            let session = self.pool.connect().await?;
            self.session = Some(session);
            self.fresh = true;
        }
        Ok(again)
    }

    /// Takes note of a failure that is not mended.
    fn note(&mut self, failure: Failure) -> Error {
        if failure.lost {
            self.lost();
        }
        failure.error
    }

    fn lost(&mut self) {
        if let Some(session) = self.session.take() {
            self.pool.connection_died(session.generation);
        }
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::Connection, "the connection to PostgreSQL was lost before")
        .with_hint("take another one; an open transaction was rolled back")
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        if !session.is_settled() || self.discard || self.spoiled {
            return;
        }
        if session.depth == 0 {
            return self.pool.put_back(session);
        }
        // A transaction was left open: it is rolled back in the background, which frees its locks at once. Without
        // a runtime the connection closes, and the server rolls back.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (pool, permit) = (Arc::clone(&self.pool), self.permit.take());
        runtime.spawn(async move {
            if session.script(Arc::from("ROLLBACK")).await.is_ok() {
                session.depth = 0;
                pool.put_back(session);
            }
            drop(permit);
        });
    }
}
