//! What the servers report back for a schema that was created in them.

use super::MySql;
use crate::schema::Schema;

/// See [`DatabaseBackend::normalize`](crate::backend::DatabaseBackend::normalize).
pub(super) fn normalize(_backend: &MySql, schema: &Schema) -> Schema {
    schema.clone()
}
