//! The pool: how many connections there are, and which are idle.

use super::open::{Handle, Opener};
use super::thread;
use super::timer::within;
use crate::error::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What a pool's connections share.
pub(super) struct Shared {
    pub(super) opener: Opener,
    /// One permit a connection that may be taken out.
    permits: Semaphore,
    max_connections: u32,
    #[allow(clippy::vec_box, reason = "a handle moves between threads with every statement")]
    idle: Mutex<Vec<Box<Handle>>>,
    closed: AtomicBool,
    /// Keeps a database in memory alive while no connection is open.
    _anchor: Mutex<Option<Box<Handle>>>,
    /// Counts schema changes made through this pool: statements measured before one are measured anew.
    pub(super) schema_changes: AtomicU64,
    /// Microseconds that the last commit took; `u32::MAX`: none was measured.
    pub(super) commit_micros: AtomicU32,
    acquire_timeout: Duration,
    pub(super) lock_timeout: Duration,
}

impl Shared {
    pub(super) fn new(
        opener: Opener,
        options: &crate::backend::PoolOptions,
        first: Handle,
    ) -> Result<Shared> {
        let in_memory = opener.location.file().is_none();
        let anchor = if in_memory { Some(Box::new(opener.open()?)) } else { None };
        let max_connections = options.max_connections.max(1);
        Ok(Shared {
            opener,
            permits: Semaphore::new(max_connections as usize),
            max_connections,
            idle: Mutex::new(vec![Box::new(first)]),
            closed: AtomicBool::new(false),
            _anchor: Mutex::new(anchor),
            schema_changes: AtomicU64::new(0),
            commit_micros: AtomicU32::new(u32::MAX),
            acquire_timeout: options.acquire_timeout,
            lock_timeout: options.lock_timeout,
        })
    }

    /// Takes an idle connection out, if there is one that nobody waits for.
    #[inline]
    pub(super) fn take_idle(self: &Arc<Shared>) -> Option<Lease> {
        if self.closed.load(Ordering::Relaxed) {
            return None;
        }
        let permit = self.permits.try_acquire().ok()?;
        let handle = self.idle().pop()?;
        permit.forget();
        Some(Lease { handle: Some(handle), shared: Arc::clone(self), discard: false })
    }

    /// Takes a connection out, waiting for one at most as long as the options say.
    pub(super) async fn take(self: &Arc<Shared>) -> Result<Lease> {
        if let Some(lease) = self.take_idle() {
            return Ok(lease);
        }
        let closed = || Error::new(ErrorKind::Connection, "the pool of connections is closed");
        if self.closed.load(Ordering::Relaxed) {
            return Err(closed());
        }
        let permit = within(self.acquire_timeout, self.permits.acquire()).await;
        let permit = permit.ok_or_else(|| self.exhausted())?.map_err(|_| closed())?;
        permit.forget();
        let idle = self.idle().pop();
        match idle {
            Some(handle) => Ok(Lease { handle: Some(handle), shared: Arc::clone(self), discard: false }),
            None => self.open_lease().await,
        }
    }

    fn exhausted(&self) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!(
                "all {} connections are in use, and none became free within {:?}",
                self.max_connections, self.acquire_timeout
            ),
        )
        .with_hint("raise max_connections, or look for a transaction that uses the Db beside itself")
    }

    /// Opens a connection for a permit that was taken; the permit goes back when that fails or is dropped.
    async fn open_lease(self: &Arc<Shared>) -> Result<Lease> {
        let mut lease = Lease { handle: None, shared: Arc::clone(self), discard: false };
        let opener = self.opener.clone();
        lease.handle = Some(Box::new(thread::run(move || opener.open()).await??));
        Ok(lease)
    }

    /// Closes the idle connections once all are back.
    pub(super) async fn close(self: &Arc<Shared>) {
        self.closed.store(true, Ordering::Relaxed);
        if let Ok(all) = self.permits.acquire_many(self.max_connections).await {
            all.forget();
            self.permits.close();
        }
        let idle: Vec<_> = self.idle().drain(..).collect();
        // Closing the last connection copies the write-ahead log into the file.
        let _ = thread::run(move || drop(idle)).await;
    }

    #[allow(clippy::vec_box, reason = "as the field")]
    fn idle(&self) -> MutexGuard<'_, Vec<Box<Handle>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection out of the pool. Dropped, it goes back, cleaned; where it cannot be cleaned, it is closed.
pub(super) struct Lease {
    handle: Option<Box<Handle>>,
    shared: Arc<Shared>,
    /// Whether to close the connection instead of putting it back.
    pub(super) discard: bool,
}

impl Lease {
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The connection.
    #[inline]
    pub(super) fn handle(&mut self) -> Result<&mut Handle> {
        self.parts().map(|(handle, _)| handle)
    }

    /// The connection, and what it shares with the pool's others.
    #[inline]
    pub(super) fn parts(&mut self) -> Result<(&mut Handle, &Shared)> {
        match self.handle.as_deref_mut() {
            Some(handle) => Ok((handle, &self.shared)),
            None => Err(Error::new(ErrorKind::Internal, "the connection is not open")),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take()
            && !self.discard
            && clean(&handle)
        {
            let mut handle = handle;
            handle.query_only = false;
            self.shared.idle().push(handle);
        }
        self.shared.permits.add_permits(1);
    }
}

/// Rolls back what is open. Whether the connection can be used again.
fn clean(handle: &Handle) -> bool {
    let connection = &handle.connection;
    (connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok())
        && (!handle.query_only || connection.execute_batch("PRAGMA query_only = OFF").is_ok())
}
