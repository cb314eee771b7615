//! The driver: a pool with the backend that its server turned out to be.

use super::connection::PooledConnection;
use super::lock::LockKeeper;
use super::{Connector, Pool};
use crate::backend::{BoxFuture, Connection, DatabaseBackend, Done, Driver, MigrationLock, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use std::sync::Arc;

/// A pool of connections to one database of a server.
#[derive(Debug)]
pub(crate) struct ServerDriver<C: Connector> {
    backend: Arc<dyn DatabaseBackend>,
    pool: Arc<Pool<C>>,
    lock: LockKeeper<C::Session>,
}

impl<C: Connector> ServerDriver<C> {
    /// A driver of `pool`, whose server is `backend`.
    pub(crate) fn new(backend: Arc<dyn DatabaseBackend>, pool: Arc<Pool<C>>) -> ServerDriver<C> {
        ServerDriver { backend, pool, lock: LockKeeper::default() }
    }
}

impl<C: Connector> Driver for ServerDriver<C> {
    fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.backend
    }

    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        Box::pin(async move { self.pool.take().await?.run(&statement, &mut None).await })
    }

    fn query(&self, statement: Statement, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move {
            let mut lease = self.pool.take().await?;
            let mut sink = Some(sink);
            lease.run(&statement, &mut sink).await?;
            returned(sink)
        })
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move {
            let connection: Box<dyn Connection> = Box::new(PooledConnection::new(self.pool.take().await?));
            Ok(connection)
        })
    }

    fn try_migration_lock(&self) -> BoxFuture<'_, Result<Option<Box<dyn MigrationLock>>>> {
        Box::pin(async move { self.lock.try_lock(|| self.pool.dedicated()).await })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}

/// The sink that went in.
pub(super) fn returned(sink: Option<Box<dyn RowSink>>) -> Result<Box<dyn RowSink>> {
    sink.ok_or_else(|| Error::new(ErrorKind::Internal, "the driver lost its sink"))
}
