//! A connection in somebody's hands: statements, transactions, savepoints.

use super::driver::returned;
use super::lease::{Lease, rolled_back};
use super::{Connector, Session};
use crate::backend::{BoxFuture, Connection, Done, Statement, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use std::fmt;
use std::sync::Arc;

/// A connection that somebody took out of the pool.
pub(super) struct PooledConnection<C: Connector>(Lease<C>);

impl<C: Connector> PooledConnection<C> {
    pub(super) fn new(lease: Lease<C>) -> PooledConnection<C> {
        PooledConnection(lease)
    }

    async fn begin_here(&mut self, options: TransactionOptions) -> Result<()> {
        let depth = self.0.depth();
        let sql = if depth == 0 {
            C::Session::begin(options)
        } else if options == TransactionOptions::default() {
            format!("SAVEPOINT umbral_{depth}")
        } else {
            let message = "a savepoint takes isolation and access from the transaction around it";
            return Err(
                Error::new(ErrorKind::Usage, message).with_hint("set them where the transaction begins")
            );
        };
        self.0.script(&Arc::from(sql), depth == 0).await?;
        self.0.pooled()?.depth += 1;
        Ok(())
    }

    async fn commit_here(&mut self) -> Result<()> {
        self.0.pooled()?;
        let (sql, undo) = match self.0.depth() {
            0 => return Err(no_transaction("commit")),
            1 => (C::Session::COMMIT.to_owned(), "ROLLBACK".to_owned()),
            depth => (format!("RELEASE SAVEPOINT umbral_{}", depth - 1), back_to(depth - 1)),
        };
        if self.0.is_rolled_back() {
            self.rollback_here().await?;
            return Err(rolled_back().context("committing (rolled back)"));
        }
        let result = self.0.script(&Arc::from(sql), false).await;
        if let Err(error) = result {
            // What is not committed is undone; the error that the caller gets is the commit's own.
            let undone = self.end(undo).await;
            return Err(error.context(if undone.is_ok() {
                "committing (rolled back)"
            } else {
                "committing"
            }));
        }
        self.0.pooled()?.depth -= 1;
        Ok(())
    }

    async fn rollback_here(&mut self) -> Result<()> {
        self.0.pooled()?;
        match self.0.depth() {
            0 => Err(no_transaction("roll back")),
            1 => {
                self.0.pooled()?.rolled_back = false;
                self.end("ROLLBACK".to_owned()).await
            }
            // The savepoint went with its transaction.
            _ if self.0.is_rolled_back() => {
                self.0.pooled()?.depth -= 1;
                Ok(())
            }
            depth => self.end(back_to(depth - 1)).await,
        }
    }

    async fn end(&mut self, sql: String) -> Result<()> {
        self.0.script(&Arc::from(sql), false).await?;
        self.0.pooled()?.depth -= 1;
        Ok(())
    }
}

fn back_to(savepoint: usize) -> String {
    format!("ROLLBACK TO SAVEPOINT umbral_{savepoint}; RELEASE SAVEPOINT umbral_{savepoint}")
}

#[cold]
fn no_transaction(what: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("there is no transaction to {what}"))
}

impl<C: Connector> Connection for PooledConnection<C> {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        Box::pin(async move { self.0.run(&statement, &mut None).await })
    }

    fn query(
        &mut self,
        statement: Statement,
        sink: Box<dyn RowSink>,
    ) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move {
            let mut sink = Some(sink);
            self.0.run(&statement, &mut sink).await?;
            returned(sink)
        })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        // A script may set what outlives it, or leave a transaction open: nobody else gets this connection.
        self.0.spoiled = true;
        Box::pin(async move { self.0.script(&Arc::from(sql), false).await })
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin_here(options))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_here())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_here())
    }

    fn depth(&self) -> usize {
        self.0.depth()
    }

    fn set_discard(&mut self, discard: bool) {
        self.0.discard = discard;
    }
}

impl<C: Connector> fmt::Debug for PooledConnection<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} connection at depth {}", C::SERVER, self.depth())
    }
}
