//! Transactions and savepoints.

use super::session::{self, Locked, Session};
use crate::error::Result;
use std::marker::PhantomData;
use std::sync::Arc;

/// An open transaction, or a savepoint inside one. Queries run on `&Transaction` as they do on `&Db`.
///
/// Dropped without [`commit`](Transaction::commit), it is rolled back. Statements of one transaction run one after the
/// other, even if their futures are polled at once.
#[derive(Debug)]
pub struct Transaction<'t> {
    session: Arc<Session>,
    depth: usize,
    ended: bool,
    outer: PhantomData<&'t ()>,
}

impl<'t> Transaction<'t> {
    pub(super) fn new(session: Arc<Session>, depth: usize) -> Transaction<'t> {
        Transaction { session, depth, ended: false, outer: PhantomData }
    }

    pub(super) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) async fn connection(&self) -> Result<Locked<'_>> {
        self.session.lock(self.depth).await
    }

    /// Runs `work` inside a savepoint: when it returns an error, or its future is dropped, what it did is rolled back and
    /// this transaction goes on. Until it ends, only its own handle may be used.
    ///
    /// # Errors
    /// What `work` returns, and what the savepoint fails with.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&Transaction<'_>) -> Result<T>,
    {
        let savepoint = session::savepoint(self).await?;
        let result = work(&savepoint).await;
        savepoint.end(result.is_ok()).await?;
        result
    }

    /// Sets a savepoint. Dropped without [`commit`](Transaction::commit) it is rolled back.
    ///
    /// # Errors
    /// What SAVEPOINT fails with.
    pub async fn savepoint(&self) -> Result<Transaction<'_>> {
        session::savepoint(self).await
    }

    /// Runs `hook` after the whole transaction has been committed, in the order in which hooks were added; never when it,
    /// or the savepoint that this handle stands for, is rolled back. The connection is back in the pool by then.
    pub fn on_commit(&self, hook: impl FnOnce() + Send + 'static) {
        self.session.on_commit(self.depth, Box::new(hook));
    }

    /// Commits the transaction; a savepoint's changes become part of what is around it.
    ///
    /// # Errors
    /// What COMMIT fails with: a deferred constraint, or a [serialization failure](crate::Error::is_retryable).
    pub async fn commit(self) -> Result<()> {
        self.end(true).await
    }

    /// Rolls everything back that was done since it began.
    ///
    /// # Errors
    /// What ROLLBACK fails with.
    pub async fn rollback(self) -> Result<()> {
        self.end(false).await
    }

    /// Commits, or rolls back.
    pub(super) async fn end(mut self, commit: bool) -> Result<()> {
        let ended = self.session.end(self.depth, commit).await;
        self.ended = true;
        ended
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.session.abandon(self.depth);
        }
    }
}
