//! What a query runs on.

use super::observer::observed;
use super::session;
use super::{Db, Transaction, TxOptions};
use crate::backend::{BoxFuture, Done, Statement};
use crate::error::Result;
use crate::value::RowSink;

/// What a query runs on: a [`&Db`](Db), or inside a transaction its [`&Transaction`](Transaction). Implemented for
/// nothing else.
///
/// A function that serves both takes `&dyn Executor`.
#[diagnostic::on_unimplemented(
    message = "a query cannot run on `{Self}`",
    label = "expected a &Db or a &Transaction"
)]
pub trait Executor: sealed::Sealed + Send + Sync {
    /// The database.
    fn db(&self) -> &Db;

    /// Runs a statement that returns no rows.
    #[doc(hidden)]
    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>>;

    /// Runs a statement and pushes its rows into `sink`, which is handed back.
    #[doc(hidden)]
    fn fetch(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>>;

    /// Begins a transaction, or inside one sets a savepoint.
    #[doc(hidden)]
    fn nest(&self) -> BoxFuture<'_, Result<Transaction<'_>>>;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Db {}
impl sealed::Sealed for Transaction<'_> {}
impl<E: Executor + ?Sized> sealed::Sealed for &E {}

#[diagnostic::do_not_recommend]
impl Executor for Db {
    fn db(&self) -> &Db {
        self
    }

    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        match self.observer() {
            None => self.driver().execute(statement),
            observer => {
                let sql = statement.sql.clone();
                observed(observer, &sql, self.driver().execute(statement))
            }
        }
    }

    fn fetch(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        match self.observer() {
            None => self.driver().query(statement, sink),
            observer => {
                let sql = statement.sql.clone();
                observed(observer, &sql, self.driver().query(statement, sink))
            }
        }
    }

    fn nest(&self) -> BoxFuture<'_, Result<Transaction<'_>>> {
        Box::pin(async { self.begin(TxOptions::new()).await })
    }
}

#[diagnostic::do_not_recommend]
impl Executor for Transaction<'_> {
    fn db(&self) -> &Db {
        self.session().db()
    }

    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        let sql = statement.sql.clone();
        let run = Box::pin(async move { self.connection().await?.get()?.execute(statement).await });
        observed(self.db().observer(), &sql, run)
    }

    fn fetch(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        let sql = statement.sql.clone();
        let run = Box::pin(async move { self.connection().await?.get()?.query(statement, sink).await });
        observed(self.db().observer(), &sql, run)
    }

    fn nest(&self) -> BoxFuture<'_, Result<Transaction<'_>>> {
        Box::pin(session::savepoint(self))
    }
}

/// A reference to an executor is one, so that `&tx` may be written where `tx` is a reference already.
#[diagnostic::do_not_recommend]
impl<E: Executor + ?Sized> Executor for &E {
    fn db(&self) -> &Db {
        (**self).db()
    }

    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        (**self).execute(statement)
    }

    fn fetch(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        (**self).fetch(statement, sink)
    }

    fn nest(&self) -> BoxFuture<'_, Result<Transaction<'_>>> {
        (**self).nest()
    }
}
