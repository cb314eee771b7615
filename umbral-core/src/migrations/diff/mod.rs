//! The operations that lead from one schema to another.

mod backends;
mod candidates;
mod columns;
mod compare;
mod creation;
mod keys;
mod projection;
mod removal;
mod renaming;
mod stage;

pub use candidates::{ColumnCandidate, TableCandidate, column_candidates, table_candidates};

use super::operations::{AddConstraint, AddIndex, DropConstraint, DropIndex, Operation, check_schema};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Constraint, ConstraintKind, Schema};
use compare::Comparison;
use projection::Projection;
use stage::Stage;
use std::collections::BTreeMap;

/// What was renamed between two schemas: the names alone do not tell a rename from a drop and a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: from the old name to the new.
    pub tables: BTreeMap<String, String>,
    /// Columns: from the table's new name and the column's old name to the column's new name.
    pub columns: BTreeMap<(String, String), String>,
    /// Labels of enums, each once from and once to: by the new names of the table and the column, the old label and the
    /// new one.
    pub labels: BTreeMap<(String, String), Vec<(String, String)>>,
}

impl Renames {
    /// Nothing was renamed.
    pub fn none() -> Renames {
        Renames::default()
    }

    /// Adds a table.
    #[must_use]
    pub fn table(mut self, from: &str, to: &str) -> Renames {
        self.tables.insert(from.to_owned(), to.to_owned());
        self
    }

    /// Adds a column of a table, which is given by its new name.
    #[must_use]
    pub fn column(mut self, table: &str, from: &str, to: &str) -> Renames {
        self.columns.insert((table.to_owned(), from.to_owned()), to.to_owned());
        self
    }

    /// Adds a label of a column's enum; the column and its table are given by their new names.
    #[must_use]
    pub fn label(mut self, table: &str, column: &str, from: &str, to: &str) -> Renames {
        let labels = self.labels.entry((table.to_owned(), column.to_owned())).or_default();
        labels.push((from.to_owned(), to.to_owned()));
        self
    }
}

/// The operations that make `to` of `from`: `apply(diff(from, to), from) == to`, names of indexes and constraints
/// included. They apply in their order, and the same input gives the same operations.
///
/// The order is: the backends that tables stand on; foreign keys that go or have to make room, then other constraints and indexes that go; renames; new
/// tables, those that are referenced first, with a foreign key of its own after them where they reference each other
/// in a circle; new and changed columns and primary keys; new indexes and constraints, foreign keys last; columns and
/// tables that go.
///
/// An index or a constraint that covers the same under another name is renamed, not built again: so a renamed table
/// takes along what is named after it.
///
/// # Errors
/// [`ErrorKind::Schema`] where `to` contradicts itself or `renames` names what is not there.
pub fn diff(from: &Schema, to: &Schema, renames: &Renames) -> Result<Vec<Operation>> {
    check_schema(to)?;
    let projection = Projection::new(from, to, renames)?;
    let comparison = Comparison::new(&projection);
    let mut stage = Stage::new(from.clone());
    backends::change(&mut stage, &projection)?;
    drop_users(&mut stage, &comparison)?;
    removal::make_room(&mut stage, &projection, to)?;
    renaming::rename(&mut stage, &projection, &comparison, renames)?;
    creation::create(&mut stage, to, &projection)?;
    columns::change(&mut stage, &projection)?;
    add_users(&mut stage, to)?;
    removal::drop_columns(&mut stage, &projection)?;
    removal::drop_tables(&mut stage, &projection, to)?;
    stage.finish(to)
}

/// Drops constraints and indexes, foreign keys first: they may rely on the others.
fn drop_users(stage: &mut Stage, comparison: &Comparison<'_>) -> Result<()> {
    for (table, constraint) in comparison.dropped_constraints() {
        stage.emit(Operation::DropConstraint(DropConstraint { table, constraint }))?;
    }
    for (table, index) in comparison.dropped_indexes() {
        stage.emit(Operation::DropIndex(DropIndex { table, index }))?;
    }
    Ok(())
}

/// Adds every index and constraint that `to` has and the state has not, foreign keys last.
fn add_users(stage: &mut Stage, to: &Schema) -> Result<()> {
    let mut foreign_keys = Vec::new();
    for table in to.tables.values() {
        let Some(there) = stage.state().table(&table.name).cloned() else { continue };
        let added = |constraint: &Constraint| {
            let (table, constraint) = (table.name.clone(), constraint.clone());
            Operation::AddConstraint(AddConstraint { table, constraint })
        };
        for constraint in table.constraints.values().filter(|it| !there.constraints.contains_key(&it.name)) {
            match constraint.kind {
                ConstraintKind::ForeignKey(_) => foreign_keys.push(added(constraint)),
                ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
                    stage.emit(added(constraint))?;
                }
            }
        }
        for index in table.indexes.values().filter(|index| !there.indexes.contains_key(&index.name)) {
            let (table, index) = (table.name.clone(), index.clone());
            stage.emit(Operation::AddIndex(AddIndex { table, index }))?;
        }
    }
    foreign_keys.into_iter().try_for_each(|operation| stage.emit(operation))
}

fn no_such(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Schema, format!("a rename names the {what} `{name}`, which is not there"))
}

#[cfg(test)]
mod every_attribute;
#[cfg(test)]
mod tests;
