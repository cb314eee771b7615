//! The lock that only one migrator of a database holds.
//!
//! An advisory lock of a connection of its own, which ends when the connection does. It is tried, never waited for: a
//! migrator that waits inside the server keeps a snapshot open, and `CREATE INDEX CONCURRENTLY` waits for that one.

use super::driver::Session;
use crate::backend::{MigrationLock, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, Row, RowSink, ValueRef};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Advisory locks belong to a database, so that the key tells schemas apart.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended('umbral migrations of ' || coalesce(current_schema(), ''), 0))";

/// Keeps the connection between two attempts, so that waiting by polling does not connect each time.
#[derive(Default)]
pub(super) struct LockKeeper {
    waiting: Mutex<Option<Session>>,
}

impl LockKeeper {
    /// Tries to take the lock, on a connection that `connect` makes where none is kept.
    pub(super) async fn try_lock<F>(
        &self,
        connect: impl FnOnce() -> F,
    ) -> Result<Option<Box<dyn MigrationLock>>>
    where
        F: Future<Output = Result<Session>>,
    {
        let kept = self.kept().take();
        let mut session = match kept {
            Some(session) => session,
            None => connect().await?,
        };
        let mut answer = Answer(None);
        let tried = session.run(&Statement::new(TRY_LOCK), Some(&mut answer)).await;
        tried.map_err(|failure| failure.error)?;
        match answer.0 {
            Some(true) => Ok(Some(Box::new(HeldLock { _session: session }))),
            Some(false) => {
                *self.kept() = Some(session);
                Ok(None)
            }
            None => Err(Error::new(ErrorKind::Internal, "pg_try_advisory_lock returned no boolean")),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Session>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LockKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockKeeper")
    }
}

/// What `pg_try_advisory_lock` said.
struct Answer(Option<bool>);

impl RowSink for Answer {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        if let ValueRef::Boolean(held) = row.value(0)? {
            self.0 = Some(held);
        }
        Ok(Flow::Stop)
    }
}

/// Ends the lock by ending its connection.
struct HeldLock {
    _session: Session,
}

impl MigrationLock for HeldLock {}

impl fmt::Debug for HeldLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("advisory lock of umbral's migrations")
    }
}
