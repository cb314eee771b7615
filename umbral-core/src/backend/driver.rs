//! Connections to a live database.

use super::{BoxFuture, DatabaseBackend, Statement};
use crate::error::Result;
use crate::value::RowSink;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// Whether a connection may create what is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Reads and writes a database that exists.
    #[default]
    Existing,
    /// Creates a database file that is missing, as `migrate` does.
    Create,
}

/// How a pool behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PoolOptions {
    /// How many connections at most. Default 10.
    pub max_connections: u32,
    /// How long to wait for one. Default 30 s.
    pub acquire_timeout: Duration,
    /// How long a statement waits for somebody else's lock before it fails with
    /// [`ErrorKind::Busy`](crate::error::ErrorKind::Busy). Default 5 s.
    pub lock_timeout: Duration,
    /// Whether a missing database file is created.
    pub access: Access,
}

impl Default for PoolOptions {
    fn default() -> PoolOptions {
        PoolOptions {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            access: Access::Existing,
        }
    }
}

/// What a statement without a result did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// How many rows it inserted, changed or deleted.
    pub rows_affected: u64,
    /// The integer key that the database assigned last, where the driver reports one.
    pub last_insert_id: Option<i64>,
    /// The integer keys that the database assigned to the rows of one INSERT … VALUES, where it guarantees them.
    pub assigned: Option<AssignedKeys>,
}

/// Integer keys at equal distances, in the order of the rows that they were assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignedKeys {
    /// That of the first row.
    pub first: i64,
    /// How much greater each key is than the one before it.
    pub step: i64,
}

impl AssignedKeys {
    /// The keys of so many rows.
    pub fn of(self, rows: usize) -> impl Iterator<Item = i64> {
        (0..rows as i64).map(move |row| self.first + row * self.step)
    }
}

/// How much of other transactions a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IsolationLevel {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// Every statement sees what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionOptions {
    /// The isolation; absent: the database's default.
    pub isolation: Option<IsolationLevel>,
    /// Whether it only reads.
    pub read_only: bool,
}

/// A pool of connections to one database.
///
/// Dropping a future of this trait leaves the pool usable: the connection it used is clean or discarded.
pub trait Driver: Debug + Send + Sync {
    /// The backend, bound to the version of the connected server.
    fn backend(&self) -> &Arc<dyn DatabaseBackend>;

    /// Runs one statement that returns no rows, on any connection.
    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>>;

    /// Runs one statement and pushes its rows into `sink`, which is handed back.
    fn query(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>>;

    /// Takes a connection out of the pool. Dropping it puts it back, or discards it where its state is unknown;
    /// an open transaction is rolled back.
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>>;

    /// Tries to take the lock that only one migrator of this database holds, without waiting. `None`: somebody
    /// else holds it. It ends with the guard or with the process.
    fn try_migration_lock(&self) -> BoxFuture<'_, Result<Option<Box<dyn MigrationLock>>>>;

    /// Closes every connection; statements under way end first.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// Holds the migration lock until it is released or dropped.
pub trait MigrationLock: Debug + Send + 'static {
    /// Gives the lock back, by dropping it where that is all. A connection that holds it is closed in good order here:
    /// servers note one that is merely dropped as lost, in their logs.
    fn release(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// One connection.
pub trait Connection: Debug + Send {
    /// Runs one statement that returns no rows.
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<Done>>;

    /// Runs one statement and pushes its rows into `sink`, which is handed back.
    fn query(
        &mut self,
        statement: Statement,
        sink: Box<dyn RowSink>,
    ) -> BoxFuture<'_, Result<Box<dyn RowSink>>>;

    /// Runs text of any number of statements, without parameters, as `run_sql` does.
    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Begins a transaction; inside one, sets a savepoint.
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>>;

    /// Commits the transaction, or releases the innermost savepoint.
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls the transaction back, or to the innermost savepoint, which ends.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;

    /// How many transactions and savepoints are open.
    fn depth(&self) -> usize;

    /// Says whether dropping it closes it instead of putting it back. Set by who changes the state of the
    /// connection itself (`PRAGMA foreign_keys = OFF`), before the change, and taken back once that is undone: a
    /// future dropped in between cannot leak the changed state into the pool.
    fn set_discard(&mut self, discard: bool);
}
