//! What a statement changes in a database's catalogue.

use super::DatabaseBackend;
use crate::schema::{Schema, Table};

/// The tables that a statement changes, as they are before it and after it: by them a run that goes on where another was
/// interrupted finds out whether the statement took effect.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CatalogChange {
    /// Those of the tables that are there before.
    pub before: Schema,
    /// Those of the tables that are there after.
    pub after: Schema,
}

impl CatalogChange {
    /// Whether the statement took effect, by what the database's catalogue says now. Only what the statement changes is
    /// looked at. `None`: nothing that the catalogue tells is changed by it.
    pub fn took_effect(&self, live: &Schema, backend: &dyn DatabaseBackend) -> Option<bool> {
        let (before, after) = (backend.normalize(&self.before), backend.normalize(&self.after));
        let mut told = None;
        let mut tell = |agrees: bool| told = Some(told.unwrap_or(true) && agrees);
        for (name, table) in &after.tables {
            match (before.table(name), live.table(name)) {
                (None, found) => tell(found.is_some()),
                (Some(before), Some(found)) => changed_parts(before, table, found, &mut tell),
                (Some(_), None) => tell(false),
            }
        }
        for name in before.tables.keys().filter(|name| after.table(name).is_none()) {
            tell(live.table(name).is_none());
        }
        told
    }
}

/// Tells of every part of a table that the change concerns whether it is found as it is to be.
fn changed_parts(before: &Table, after: &Table, found: &Table, tell: &mut impl FnMut(bool)) {
    let columns = before.columns.keys().chain(after.columns.keys());
    for name in columns.filter(|name| before.columns.get(*name) != after.columns.get(*name)) {
        tell(found.columns.get(name) == after.columns.get(name));
    }
    let indexes = before.indexes.keys().chain(after.indexes.keys());
    for name in indexes.filter(|name| before.indexes.get(*name) != after.indexes.get(*name)) {
        tell(found.indexes.get(name) == after.indexes.get(name));
    }
    let constraints = before.constraints.keys().chain(after.constraints.keys());
    for name in constraints.filter(|name| before.constraints.get(*name) != after.constraints.get(*name)) {
        tell(found.constraints.get(name) == after.constraints.get(name));
    }
    if before.primary_key != after.primary_key {
        tell(found.primary_key == after.primary_key);
    }
}
