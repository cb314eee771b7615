//! Live SQLite, on rusqlite.
//!
//! A statement whose cost is known and small runs on the caller's thread: handing it to another would cost more
//! than running it. All others run on a blocking thread, which decodes rows straight from the statement into the
//! sink that moved there with it.

mod job;
mod location;
mod lock;
mod once;
mod open;
mod pool;
mod session;
mod thread;
mod timer;

#[cfg(test)]
mod tests;

use crate::backend::{
    BoxFuture, Connection, DatabaseBackend, DatabaseUrl, Done, Driver, MigrationLock, PoolOptions, Statement,
};
use crate::error::Result;
use crate::value::RowSink;
use job::Job;
use location::Location;
use open::Opener;
use pool::Shared;
use session::Session;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A pool of connections to one SQLite database.
struct SqliteDriver {
    backend: Arc<dyn DatabaseBackend>,
    shared: Arc<Shared>,
    /// Whether the migration lock of a database in memory is held.
    memory_lock: Arc<AtomicBool>,
}

/// Opens a database and the first connection to it.
pub(super) async fn connect(
    backend: &dyn DatabaseBackend,
    url: &DatabaseUrl,
    options: &PoolOptions,
) -> Result<Box<dyn Driver>> {
    let location = Location::of(url)?;
    let memory_lock = Arc::new(AtomicBool::new(false));
    // An address is unique in the process for as long as what stands there lives.
    let opener = Opener::new(location, options, Arc::as_ptr(&memory_lock).addr());
    let options = options.clone();
    let shared = thread::run(move || {
        let first = opener.open()?;
        Shared::new(opener, &options, first)
    });
    let shared = Arc::new(shared.await??);
    let backend = backend.at(&rusqlite::version().parse()?);
    Ok(Box::new(SqliteDriver { backend, shared, memory_lock }))
}

impl SqliteDriver {
    async fn session(&self) -> Result<Session> {
        self.shared.take().await.map(Session::new)
    }
}

impl fmt::Debug for SqliteDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteDriver").field("location", &self.shared.opener.location).finish_non_exhaustive()
    }
}

impl Driver for SqliteDriver {
    fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.backend
    }

    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        once::execute(&self.shared, Job::statement(statement))
    }

    fn query(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        once::query(&self.shared, Job::query(statement, sink))
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move { Ok(Box::new(self.session().await?) as Box<dyn Connection>) })
    }

    fn try_migration_lock(&self) -> BoxFuture<'_, Result<Option<Box<dyn MigrationLock>>>> {
        Box::pin(async move {
            match self.shared.opener.location.file() {
                Some(path) => lock::try_lock_file(path),
                None => Ok(lock::try_lock_memory(&self.memory_lock)),
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.shared.close())
    }
}
