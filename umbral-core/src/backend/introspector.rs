//! A live database to a schema.

use super::{BoxFuture, Connection, LiveCatalog};
use crate::error::Result;
use crate::schema::Schema;

/// Reads a live database's shape.
pub trait Introspector: Send + Sync {
    /// The schema of every table of the database, or of the connection's current schema, without the engine's own
    /// tables. umbral's own tables are included; callers leave them out by
    /// [`migrations::OWN_TABLES`](crate::migrations::OWN_TABLES).
    fn introspect<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>>;

    /// What stands beside the schema.
    fn live_catalog<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<LiveCatalog>>;
}
