//! The driver, on sqlx.

mod connect;
mod prepared;
mod row;
mod session;

use super::Postgres;
use crate::backend::standard::server::{Pool, ServerDriver};
use crate::backend::{DatabaseBackend, DatabaseUrl, Driver, PoolOptions};
use crate::error::Result;
use connect::Connector;
use std::sync::Arc;

pub(in crate::backend::postgres) use session::Session;

/// Connects, and learns which version answers.
pub(super) async fn connect(url: &DatabaseUrl, options: &PoolOptions) -> Result<Box<dyn Driver>> {
    let pool = Arc::new(Pool::new(Connector::new(url, options)?, options));
    let version = pool.look(|session| connect::server_version(session.raw())).await?;
    let backend: Arc<dyn DatabaseBackend> = Arc::new(Postgres::new(version));
    Ok(Box::new(ServerDriver::new(backend, pool)))
}
