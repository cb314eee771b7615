//! The lock that only one migrator of a database holds, on a connection of its own.

use super::Session;
use crate::backend::{BoxFuture, MigrationLock};
use crate::error::Result;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps the connection between two attempts, so that waiting by polling does not connect each time.
pub(super) struct LockKeeper<S> {
    waiting: Mutex<Option<S>>,
}

impl<S: Session> LockKeeper<S> {
    /// Tries to take the lock, on a connection that `connect` makes where none is kept.
    pub(super) async fn try_lock<F>(
        &self,
        connect: impl FnOnce() -> F,
    ) -> Result<Option<Box<dyn MigrationLock>>>
    where
        F: Future<Output = Result<S>>,
    {
        let kept = self.kept().take();
        let mut session = match kept {
            Some(session) => session,
            None => connect().await?,
        };
        if session.try_migration_lock().await? {
            return Ok(Some(Box::new(HeldLock { session })));
        }
        *self.kept() = Some(session);
        Ok(None)
    }

    fn kept(&self) -> MutexGuard<'_, Option<S>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Default for LockKeeper<S> {
    fn default() -> LockKeeper<S> {
        LockKeeper { waiting: Mutex::new(None) }
    }
}

impl<S> fmt::Debug for LockKeeper<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockKeeper")
    }
}

/// Ends the lock by ending its connection.
struct HeldLock<S> {
    session: S,
}

impl<S: Session> MigrationLock for HeldLock<S> {
    fn release(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(self.session.close())
    }
}

impl<S> fmt::Debug for HeldLock<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("migration lock of umbral")
    }
}
