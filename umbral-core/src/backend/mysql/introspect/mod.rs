//! A live database to a schema.

use super::MySql;
use crate::backend::{BoxFuture, Connection, Introspector, LiveCatalog};
use crate::error::{Error, Result};
use crate::schema::Schema;

impl Introspector for MySql {
    fn introspect<'a>(&'a self, _connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(std::future::ready(Err(Error::unsupported("introspection", "not yet"))))
    }

    fn live_catalog<'a>(
        &'a self,
        _connection: &'a mut dyn Connection,
    ) -> BoxFuture<'a, Result<LiveCatalog>> {
        Box::pin(std::future::ready(Ok(LiveCatalog::default())))
    }
}
