//! Logical types to the servers', and back.

use crate::backend::{ColumnType, DatabaseBackend, unsupported_type};
use crate::error::Result;
use crate::schema::SqlType;

/// See [`DatabaseBackend::map_type`].
pub(super) fn map_type(backend: &dyn DatabaseBackend, ty: &SqlType) -> Result<ColumnType> {
    Err(unsupported_type(backend, ty, "not yet"))
}

/// See [`DatabaseBackend::type_name`].
pub(super) fn type_name(backend: &dyn DatabaseBackend, ty: &SqlType) -> Result<String> {
    Err(unsupported_type(backend, ty, "not yet"))
}
