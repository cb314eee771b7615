//! The pool.

use super::lease::Lease;
use super::{Connector, Session};
use crate::backend::PoolOptions;
use crate::error::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a connection may lie unused: shorter than networks forget quiet connections, which nobody is told of.
const IDLE_LIMIT: Duration = Duration::from_secs(240);

/// A connection and what the pool knows about it.
#[derive(Debug)]
pub(super) struct Pooled<S> {
    pub(super) session: S,
    /// Transactions and savepoints that are open.
    pub(super) depth: usize,
    /// Whether the server has rolled back the transaction, though its levels are still open here.
    pub(super) rolled_back: bool,
    /// When it was put back into the pool.
    idle_since: Instant,
    /// The pool's generation in which it was made.
    pub(super) generation: u64,
}

/// Connections to one database.
#[derive(Debug)]
pub(crate) struct Pool<C: Connector> {
    connector: C,
    permits: Arc<Semaphore>,
    max_connections: u32,
    acquire_timeout: Duration,
    /// The one used last is taken first.
    idle: Mutex<Vec<Pooled<C::Session>>>,
    /// Counts up when a connection turns out dead: those made before are not used again.
    generation: AtomicU64,
}

impl<C: Connector> Pool<C> {
    /// An empty pool.
    pub(crate) fn new(connector: C, options: &PoolOptions) -> Pool<C> {
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
    pub(super) async fn take(self: &Arc<Pool<C>>) -> Result<Lease<C>> {
        let permit = self.permit().await?;
        let (pooled, fresh) = match self.unused() {
            Some(pooled) => (pooled, false),
            None => (self.connect().await?, true),
        };
        Ok(Lease::new(pooled, Arc::clone(self), fresh, permit))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let waiting = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(self.acquire_timeout, waiting).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Error::new(
                ErrorKind::Connection,
                format!("the pool of {} connections is closed", C::SERVER),
            )),
            Err(_) => Err(self.exhausted()),
        }
    }

    #[cold]
    fn exhausted(&self) -> Error {
        let message = format!(
            "all {} connections to {} stayed in use for {:?}",
            self.max_connections,
            C::SERVER,
            self.acquire_timeout
        );
        Error::new(ErrorKind::Timeout, message)
            .with_hint("raise max_connections of the pool, or end transactions sooner")
    }

    pub(super) async fn connect(&self) -> Result<Pooled<C::Session>> {
        let generation = self.generation.load(Ordering::Acquire);
        let connecting = self.connector.connect();
        let session = match tokio::time::timeout(self.acquire_timeout, connecting).await {
            Ok(session) => session?,
            Err(_) => {
                let message =
                    format!("{:?} did not connect within {:?}", self.connector, self.acquire_timeout);
                return Err(Error::new(ErrorKind::Timeout, message));
            }
        };
        Ok(Pooled { session, depth: 0, rolled_back: false, idle_since: Instant::now(), generation })
    }

    /// A connection beside the pool, for what holds one as long as it lasts.
    pub(super) async fn dedicated(&self) -> Result<C::Session> {
        let mut session = self.connect().await?.session;
        session.stay().await.map_err(|failure| failure.error)?;
        Ok(session)
    }

    /// Lets `first` look at a connection, which is then put into the pool.
    pub(crate) async fn look<T>(
        self: &Arc<Pool<C>>,
        first: impl FnOnce(&C::Session) -> Result<T>,
    ) -> Result<T> {
        let mut lease = self.take().await?;
        first(&lease.pooled()?.session)
    }

    fn unused(&self) -> Option<Pooled<C::Session>> {
        let generation = self.generation.load(Ordering::Acquire);
        let mut idle = self.idle();
        let now = Instant::now();
        while let Some(pooled) = idle.pop() {
            if pooled.generation == generation && now.duration_since(pooled.idle_since) < IDLE_LIMIT {
                return Some(pooled);
            }
        }
        None
    }

    pub(super) fn put_back(&self, mut pooled: Pooled<C::Session>) {
        let current = pooled.generation == self.generation.load(Ordering::Acquire);
        if current && !self.permits.is_closed() {
            pooled.idle_since = Instant::now();
            self.idle().push(pooled);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Pooled<C::Session>>> {
        // Nothing panics while it is held; a list that was pushed to or popped from is whole in any case.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up every connection as old as one that turned out dead. Those that were made since then are kept, when
    /// another of the old ones is found dead later.
    pub(super) fn connection_died(&self, generation: u64) {
        let next = generation + 1;
        let _ = self.generation.compare_exchange(generation, next, Ordering::AcqRel, Ordering::Acquire);
        self.idle().retain(|pooled| pooled.generation > generation);
    }

    /// Waits for every connection to be put back and closes them.
    pub(super) async fn close(&self) {
        // Fails only when the pool is closed already.
        let all = self.permits.acquire_many(self.max_connections).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for pooled in idle {
            pooled.session.close().await;
        }
    }
}
