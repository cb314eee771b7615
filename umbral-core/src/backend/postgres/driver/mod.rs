//! The driver, on sqlx.

mod connect;
mod connection;
mod pool;
mod prepared;
mod row;
mod session;

use super::Postgres;
use super::lock::LockKeeper;
use crate::backend::{
    BoxFuture, Connection, DatabaseBackend, DatabaseUrl, Done, Driver, MigrationLock, PoolOptions, Statement,
};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use connect::Connector;
use connection::PooledConnection;
use pool::Pool;
use std::sync::Arc;

pub(in crate::backend::postgres) use session::Session;

/// A pool of connections to one PostgreSQL database.
#[derive(Debug)]
pub(super) struct PostgresDriver {
    backend: Arc<dyn DatabaseBackend>,
    pool: Arc<Pool>,
    lock: LockKeeper,
}

/// Connects, and learns which version answers.
pub(super) async fn connect(url: &DatabaseUrl, options: &PoolOptions) -> Result<Box<dyn Driver>> {
    let pool = Arc::new(Pool::new(Connector::new(url, options)?, options));
    let mut lease = pool.take().await?;
    let version = connect::server_version(lease.session()?.raw())?;
    drop(lease);
    let backend: Arc<dyn DatabaseBackend> = Arc::new(Postgres::new(version));
    Ok(Box::new(PostgresDriver { backend, pool, lock: LockKeeper::default() }))
}

impl Driver for PostgresDriver {
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
fn returned(sink: Option<Box<dyn RowSink>>) -> Result<Box<dyn RowSink>> {
    sink.ok_or_else(|| Error::new(ErrorKind::Internal, "the driver lost its sink"))
}
