//! The driver, on sqlx.

mod connect;
mod row;
mod session;
mod setup;
mod violated;

use crate::backend::standard::server::{Pool, ServerDriver};
use crate::backend::{DatabaseBackend, DatabaseUrl, Driver, PoolOptions};
use crate::error::Result;
use connect::Connector;
use std::sync::Arc;

pub(in crate::backend::mysql) use session::Session;

/// Connects, and learns which server answers.
pub(super) async fn connect(url: &DatabaseUrl, options: &PoolOptions) -> Result<Box<dyn Driver>> {
    let pool = Arc::new(Pool::new(Connector::new(url, options)?, options));
    let backend = pool.look(|session| Ok(session.backend())).await?;
    let backend: Arc<dyn DatabaseBackend> = Arc::new(backend);
    Ok(Box::new(ServerDriver::new(backend, pool)))
}
