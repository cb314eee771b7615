//! A connection in somebody's hands: statements, transactions, savepoints.

use super::pool::Lease;
use super::returned;
use crate::backend::{BoxFuture, Connection, Done, IsolationLevel, Statement, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use std::fmt;
use std::sync::Arc;

/// A connection that somebody took out of the pool.
pub(super) struct PooledConnection(Lease);

impl PooledConnection {
    pub(super) fn new(lease: Lease) -> PooledConnection {
        PooledConnection(lease)
    }

    async fn begin_here(&mut self, options: TransactionOptions) -> Result<()> {
        let depth = self.0.depth();
        let sql = if depth == 0 {
            begin_text(options)
        } else if options == TransactionOptions::default() {
            format!("SAVEPOINT umbral_{depth}")
        } else {
            let message = "a savepoint takes isolation and access from the transaction around it";
            return Err(
                Error::new(ErrorKind::Usage, message).with_hint("set them where the transaction begins")
            );
        };
        self.0.script(&Arc::from(sql), depth == 0).await?;
        self.0.session()?.depth += 1;
        Ok(())
    }

    /// The server answers the COMMIT of a broken transaction with a rollback and no error, and that of none with a
    /// warning. A savepoint in front of it is refused in both cases, which makes the loss known.
    async fn commit_here(&mut self) -> Result<()> {
        self.0.session()?;
        let (sql, undo) = match self.0.depth() {
            0 => return Err(no_transaction("commit")),
            1 => ("SAVEPOINT umbral_commit; COMMIT".to_owned(), "ROLLBACK".to_owned()),
            depth => (format!("RELEASE SAVEPOINT umbral_{}", depth - 1), back_to(depth - 1)),
        };
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
        self.0.session()?.depth -= 1;
        Ok(())
    }

    async fn rollback_here(&mut self) -> Result<()> {
        self.0.session()?;
        match self.0.depth() {
            0 => Err(no_transaction("roll back")),
            1 => self.end("ROLLBACK".to_owned()).await,
            depth => self.end(back_to(depth - 1)).await,
        }
    }

    async fn end(&mut self, sql: String) -> Result<()> {
        self.0.script(&Arc::from(sql), false).await?;
        self.0.session()?.depth -= 1;
        Ok(())
    }
}

fn back_to(savepoint: usize) -> String {
    format!("ROLLBACK TO SAVEPOINT umbral_{savepoint}; RELEASE SAVEPOINT umbral_{savepoint}")
}

fn begin_text(options: TransactionOptions) -> String {
    let mut sql = "BEGIN".to_owned();
    sql.push_str(match options.isolation {
        None => "",
        Some(IsolationLevel::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
        Some(IsolationLevel::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
        Some(IsolationLevel::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
    });
    if options.read_only {
        sql.push_str(" READ ONLY");
    }
    sql
}

#[cold]
fn no_transaction(what: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("there is no transaction to {what}"))
}

impl Connection for PooledConnection {
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

impl fmt::Debug for PooledConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL connection at depth {}", self.depth())
    }
}
