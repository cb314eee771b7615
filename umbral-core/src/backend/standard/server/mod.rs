//! What the drivers of servers share: the pool, its connections, transactions and the migration lock.
//!
//! Not sqlx's own pool: that one asks the server for a sign of life whenever a connection is put back, and knows nothing
//! of what must be remembered with a connection. Here a dead connection is found by its error, and everything that was
//! made before it is given up with it.

mod connection;
mod driver;
mod lease;
mod lock;
mod pool;
mod tls;

pub(crate) use driver::ServerDriver;
pub(crate) use pool::Pool;
pub(crate) use tls::{Tls, Words};

use crate::backend::{Done, Statement, TransactionOptions};
use crate::error::{Error, Result};
use crate::value::RowSink;
use std::fmt::Debug;
use std::sync::Arc;

/// Makes connections to one database.
pub(crate) trait Connector: Debug + Send + Sync + 'static {
    /// A connection.
    type Session: Session;

    /// What the server is called in messages.
    const SERVER: &'static str;

    /// Connects, and waits for a server that is starting up.
    fn connect(&self) -> impl Future<Output = Result<Self::Session>> + Send;
}

/// One connection to a server, with what must be known about its state.
pub(crate) trait Session: Debug + Send + Sized + 'static {
    /// Runs one statement. Its rows go into `sink`, or nowhere. `in_transaction`: closing the connection would lose a
    /// transaction.
    fn run(
        &mut self,
        statement: &Statement,
        sink: Option<&mut dyn RowSink>,
        in_transaction: bool,
    ) -> impl Future<Output = Result<Done, Failure>> + Send;

    /// Runs text of any number of statements without parameters or results.
    fn script(&mut self, sql: Arc<str>) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Closes every prepared statement.
    fn forget_statements(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Lets the connection lie unused for as long as it takes.
    fn stay(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Ends the connection in good order.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// Gives up a connection whose state is unknown. A server that goes on with a statement although its client has gone
    /// is told to stop.
    fn abandon(self) {
        drop(self);
    }

    /// Whether every call on it has come to its end, and every result too.
    fn is_settled(&self) -> bool;

    /// Tries to take the lock of this database's migrators, which ends with the connection, without waiting.
    fn try_migration_lock(&mut self) -> impl Future<Output = Result<bool>> + Send;

    /// The statements that begin a transaction.
    fn begin(options: TransactionOptions) -> String;

    /// The statements that commit a transaction, and fail where the server has ended it by itself.
    const COMMIT: &'static str;
}

/// A failed call of a driver, with what it means for the connection.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Whether the connection is lost, or in a state that nobody knows.
    pub(crate) lost: bool,
    /// Whether the server ended the connection while it lay idle. Without an answer the statement did nothing.
    pub(crate) ended_idle: bool,
    /// Whether the server has rolled back the whole transaction, and would run what follows outside of one.
    pub(crate) rolled_back: bool,
    /// Whether the connection's prepared statements no longer fit the schema, or the server forgot them.
    pub(crate) stale_statements: bool,
    /// Whether anything came back before it: a row, or word that the statement is done. If not, and the server said
    /// itself that it ends the connection, the statement had no effect.
    pub(crate) answered: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure {
            error,
            lost: false,
            ended_idle: false,
            rolled_back: false,
            stale_statements: false,
            answered: false,
        }
    }
}

/// A connection on which a call was dropped is of no use any more: whether its statement took effect is not known, and a
/// COMMIT behind it must not decide.
#[cold]
pub(crate) fn dropped_before() -> Failure {
    let message = "a call on this connection was dropped before it ended, and the connection closed with it";
    let error = Error::new(crate::error::ErrorKind::Cancelled, message)
        .with_hint("take another connection, or begin again");
    Failure { lost: true, ..Failure::from(error) }
}

/// Whether a text's first word, behind white space, is this.
pub(crate) fn starts_with(sql: &str, word: &str) -> bool {
    let text = sql.trim_start();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        && !text.as_bytes().get(word.len()).is_some_and(is_word)
}
