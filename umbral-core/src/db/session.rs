//! One connection with its open transaction, shared by the handles of the transaction and of its savepoints.

use super::{Db, Transaction};
use crate::backend::{Connection, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard};

/// A connection with an open transaction.
pub(super) struct Session {
    db: Db,
    /// `None` once the transaction has ended, when it is back in the pool.
    connection: AsyncMutex<Option<Box<dyn Connection>>>,
    /// How many handles are alive, one inside the other: 1 for the transaction, one more for each savepoint. The
    /// connection is deeper where a handle was dropped without an end, and is brought back before it is used again.
    depth: AtomicUsize,
    hooks: Mutex<Vec<Hook>>,
}

/// What runs after the commit.
struct Hook {
    /// The depth at which it counts as committed so far.
    depth: usize,
    run: Box<dyn FnOnce() + Send>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, depth {}", self.db, self.depth.load(Ordering::Relaxed))
    }
}

/// Begins a transaction on a connection of its own.
pub(super) async fn begin(db: Db, options: TransactionOptions) -> Result<Transaction<'static>> {
    let mut connection = db.driver().acquire().await?;
    connection.begin(options).await?;
    let session = Session {
        db,
        connection: AsyncMutex::new(Some(connection)),
        depth: AtomicUsize::new(1),
        hooks: Mutex::new(Vec::new()),
    };
    Ok(Transaction::new(Arc::new(session), 1))
}

/// Sets a savepoint inside a transaction.
pub(super) async fn savepoint<'t>(outer: &'t Transaction<'_>) -> Result<Transaction<'t>> {
    let mut connection = outer.connection().await?;
    connection.get()?.begin(TransactionOptions::default()).await?;
    let depth = outer.depth() + 1;
    outer.session().depth.store(depth, Ordering::Relaxed);
    Ok(Transaction::new(Arc::clone(outer.session()), depth))
}

/// The connection, locked for one statement.
pub(super) struct Locked<'s>(MutexGuard<'s, Option<Box<dyn Connection>>>);

impl Locked<'_> {
    pub(super) fn get(&mut self) -> Result<&mut dyn Connection> {
        self.0.as_deref_mut().ok_or_else(ended).map(|connection| connection as &mut dyn Connection)
    }
}

impl Session {
    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    /// The connection, for the handle at `depth`.
    ///
    /// Two statements of one handle run one after the other. A handle inside which a savepoint is open may not be used:
    /// what it did would belong to the savepoint.
    pub(super) async fn lock(&self, depth: usize) -> Result<Locked<'_>> {
        let mut locked = Locked(self.connection.lock().await);
        if self.depth.load(Ordering::Relaxed) != depth {
            return Err(Error::new(
                ErrorKind::Usage,
                "a transaction was used while a savepoint inside it is open",
            )
            .with_hint("use the inner closure's own handle until it returns"));
        }
        let connection = locked.get()?;
        while connection.depth() > depth {
            connection.rollback().await?;
        }
        if connection.depth() < depth {
            return Err(ended());
        }
        Ok(locked)
    }

    /// Ends the transaction or the savepoint at `depth`.
    pub(super) async fn end(&self, depth: usize, commit: bool) -> Result<()> {
        let mut locked = self.lock(depth).await?;
        let connection = locked.get()?;
        let ended = if commit { connection.commit().await } else { connection.rollback().await };
        self.leave(depth);
        if depth > 1 {
            self.settle_hooks(depth, commit && ended.is_ok());
            return ended;
        }
        // Back into the pool before the hooks, which may run queries of their own.
        locked.0.take();
        drop(locked);
        let hooks = std::mem::take(&mut *self.hooks.lock().unwrap_or_else(PoisonError::into_inner));
        if commit && ended.is_ok() {
            hooks.into_iter().for_each(|hook| (hook.run)());
        }
        ended
    }

    /// A handle at `depth` is gone without an end: its savepoint is rolled back before the next statement.
    pub(super) fn abandon(&self, depth: usize) {
        self.leave(depth);
        self.settle_hooks(depth, false);
    }

    fn leave(&self, depth: usize) {
        self.depth.store(depth - 1, Ordering::Relaxed);
    }

    pub(super) fn on_commit(&self, depth: usize, run: Box<dyn FnOnce() + Send>) {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Hook { depth, run });
    }

    /// Hooks of a savepoint become those of what is around it, or are dropped with it.
    fn settle_hooks(&self, depth: usize, kept: bool) {
        let mut hooks = self.hooks.lock().unwrap_or_else(PoisonError::into_inner);
        if kept {
            hooks.iter_mut().for_each(|hook| hook.depth = hook.depth.min(depth - 1));
        } else {
            hooks.retain(|hook| hook.depth < depth);
        }
    }
}

#[cold]
fn ended() -> Error {
    Error::new(ErrorKind::Usage, "the transaction has ended")
}
