//! What a foreign key does by itself, and may not do to a column that is never NULL.

use super::super::{MySql, features};
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::schema::{ConstraintKind, ForeignKey, ReferentialAction, Schema, Table};

/// # Errors
/// For a foreign key of the table, or to it, that would make a column NULL which is NOT NULL: the servers refuse it when
/// it is made, which may be in the middle of a migration.
pub(super) fn check_actions(backend: &MySql, schema: &Schema, table: &Table) -> Result<()> {
    for holder in schema.tables.values() {
        for constraint in holder.constraints.values() {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
            if holder.name != table.name && key.table != table.name {
                continue;
            }
            if let Some(column) = made_null(backend, schema, holder, key) {
                return Err(Error::unsupported(
                    format!(
                        "{} has no foreign key that makes a column NULL which is NOT NULL, as {} would {}.{column}",
                        backend.name(),
                        constraint.name,
                        holder.name
                    ),
                    "let the column hold NULL, or give the foreign key other actions",
                ));
            }
        }
    }
    Ok(())
}

/// The column that a foreign key makes NULL by SET NULL, or by CASCADE of an update where what it references may be NULL,
/// which MariaDB refuses from the releases of 2025 on (MDEV-34392).
fn made_null<'k>(backend: &MySql, schema: &Schema, holder: &Table, key: &'k ForeignKey) -> Option<&'k str> {
    let sets = [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull);
    let cascades =
        key.on_update == ReferentialAction::Cascade && backend.release.has(features::REFUSES_NULL_BY_CASCADE);
    let may_be_null = |table: &Table, name: &str| table.column(name).is_some_and(|column| column.nullable);
    let parent = schema.table(&key.table)?;
    let pairs = key.columns.iter().zip(&key.references);
    let mut closed = pairs.filter(|(column, _)| !may_be_null(holder, column));
    let made = closed.find(|(_, referenced)| sets || cascades && may_be_null(parent, referenced));
    made.map(|(column, _)| column.as_str())
}
