//! A connection taken out of the pool, for as long as somebody needs it.

use super::pool::{Pool, Pooled};
use super::{Connector, Failure, Session, starts_with};
use crate::backend::{Done, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A connection taken out of the pool. Dropping it puts it back; where its state is unknown, it is closed.
pub(super) struct Lease<C: Connector> {
    pooled: Option<Pooled<C::Session>>,
    pool: Arc<Pool<C>>,
    /// Whether it was made for this lease, or has been of use in it: if it dies now, the server is away, or something
    /// that the lease relies on is lost.
    fresh: bool,
    /// Whether to close it instead of putting it back.
    pub(super) discard: bool,
    /// Whether something may have changed the connection's own state for good.
    pub(super) spoiled: bool,
    permit: Option<OwnedSemaphorePermit>,
}

impl<C: Connector> Lease<C> {
    pub(super) fn new(
        pooled: Pooled<C::Session>,
        pool: Arc<Pool<C>>,
        fresh: bool,
        permit: OwnedSemaphorePermit,
    ) -> Lease<C> {
        Lease { pooled: Some(pooled), pool, fresh, discard: false, spoiled: false, permit: Some(permit) }
    }

    /// The connection.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] where it was lost before and could not be replaced.
    pub(super) fn pooled(&mut self) -> Result<&mut Pooled<C::Session>> {
        self.pooled.as_mut().ok_or_else(closed::<C>)
    }

    /// How many transactions and savepoints are open.
    pub(super) fn depth(&self) -> usize {
        self.pooled.as_ref().map_or(0, |pooled| pooled.depth)
    }

    /// Whether the server has rolled back the transaction that is still open here.
    pub(super) fn is_rolled_back(&self) -> bool {
        self.pooled.as_ref().is_some_and(|pooled| pooled.rolled_back)
    }

    /// The connection for a statement: it must not run outside of the transaction that it was meant for.
    fn usable(&mut self) -> Result<&mut Pooled<C::Session>> {
        let pooled = self.pooled()?;
        if pooled.rolled_back { Err(rolled_back()) } else { Ok(pooled) }
    }

    /// Runs one statement; a second time where the first provably, or by its nature, left nothing behind.
    pub(super) async fn run(
        &mut self,
        statement: &Statement,
        sink: &mut Option<Box<dyn RowSink>>,
    ) -> Result<Done> {
        let pooled = self.usable()?;
        let inside = pooled.depth > 0;
        let failure = match pooled.session.run(statement, sink.as_deref_mut(), inside).await {
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
        let result = self.pooled()?.session.run(statement, sink.as_deref_mut(), inside).await;
        result.map_err(|failure| self.note(failure))
    }

    /// Runs text without parameters or results.
    pub(super) async fn script(&mut self, sql: &Arc<str>, harmless: bool) -> Result<()> {
        let failure = match self.usable()?.session.script(Arc::clone(sql)).await {
            Ok(()) => {
                self.fresh = true;
                return Ok(());
            }
            Err(failure) => failure,
        };
        if !self.recover(&failure, harmless).await? {
            return Err(failure.error);
        }
        let result = self.pooled()?.session.script(Arc::clone(sql)).await;
        result.map_err(|failure| self.note(failure))
    }

    /// Mends the connection after a failure, and says whether the call may be made again. `harmless`: running it
    /// twice is no worse than running it once.
    async fn recover(&mut self, failure: &Failure, harmless: bool) -> Result<bool> {
        let depth = self.depth();
        if failure.rolled_back && depth > 0 {
            self.pooled()?.rolled_back = true;
        }
        if failure.stale_statements {
            let forgotten = self.pooled()?.session.forget_statements().await;
            forgotten.map_err(|failure| self.note(failure))?;
            return Ok(depth == 0 && !failure.answered);
        }
        if !failure.lost {
            return Ok(false);
        }
        self.lost();
        let again = !self.fresh && depth == 0 && !failure.answered && (harmless || failure.ended_idle);
        if again {
            let pooled = self.pool.connect().await?;
            self.pooled = Some(pooled);
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
        if let Some(pooled) = self.pooled.take() {
            self.pool.connection_died(pooled.generation);
        }
    }
}

#[cold]
fn closed<C: Connector>() -> Error {
    Error::new(ErrorKind::Connection, format!("the connection to {} was lost before", C::SERVER))
        .with_hint("take another one; an open transaction was rolled back")
}

#[cold]
pub(super) fn rolled_back() -> Error {
    Error::new(ErrorKind::Serialization, "the server has rolled this transaction back")
        .with_hint("begin it again; the error that broke it came before this one")
}

impl<C: Connector> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut pooled) = self.pooled.take() else { return };
        if !pooled.session.is_settled() {
            return pooled.session.abandon();
        }
        if self.discard || self.spoiled {
            return;
        }
        if pooled.depth == 0 {
            return self.pool.put_back(pooled);
        }
        // A transaction was left open: it is rolled back in the background, which frees its locks at once. Without
        // a runtime the connection closes, and the server rolls back.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (pool, permit) = (Arc::clone(&self.pool), self.permit.take());
        runtime.spawn(async move {
            if pooled.session.script(Arc::from("ROLLBACK")).await.is_ok() {
                (pooled.depth, pooled.rolled_back) = (0, false);
                pool.put_back(pooled);
            }
            drop(permit);
        });
    }
}
