//! The schema that migrations add up to.

use super::{Migration, Operation};
use crate::error::{Error, Result};
use crate::schema::Schema;
use std::collections::{BTreeMap, BTreeSet};

/// A schema with the application of each of its tables: what a set of migrations makes of an empty database.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectState {
    /// The tables.
    pub schema: Schema,
    /// Each table's application: that of the migration that created it.
    pub owners: BTreeMap<String, String>,
    /// The names that tables and columns had before, those that stood in while others were exchanged too.
    former: FormerNames,
}

/// The names that tables and columns had before their own.
#[derive(Debug, Clone, Default, PartialEq)]
struct FormerNames {
    tables: BTreeMap<String, BTreeSet<String>>,
    columns: BTreeMap<(String, String), BTreeSet<String>>,
}

impl FormerNames {
    fn follow(&mut self, operation: &Operation) {
        match operation {
            Operation::RenameTable(rename) => {
                move_name(&mut self.tables, rename.from.clone(), rename.to.clone(), &rename.from);
                let columns = std::mem::take(&mut self.columns);
                self.columns = columns
                    .into_iter()
                    .map(|((table, column), names)| match table == rename.from {
                        true => ((rename.to.clone(), column), names),
                        false => ((table, column), names),
                    })
                    .collect();
            }
            Operation::RenameColumn(rename) => {
                let of = |column: &str| (rename.table.clone(), column.to_owned());
                move_name(&mut self.columns, of(&rename.from), of(&rename.to), &rename.from);
            }
            Operation::DropTable(drop) => {
                self.tables.remove(&drop.table);
                self.columns.retain(|(table, _), _| *table != drop.table);
            }
            Operation::DropColumn(drop) => {
                self.columns.remove(&(drop.table.clone(), drop.column.clone()));
            }
            _ => {}
        }
    }
}

/// What had names before has one more.
fn move_name<K: Ord>(names: &mut BTreeMap<K, BTreeSet<String>>, from: K, to: K, name: &str) {
    let mut former = names.remove(&from).unwrap_or_default();
    former.insert(name.to_owned());
    names.insert(to, former);
}

impl ProjectState {
    /// No tables.
    pub fn empty() -> ProjectState {
        ProjectState::default()
    }

    /// Applies a migration's operations.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`](crate::error::ErrorKind::Schema) naming the migration and the operation that does
    /// not fit.
    pub fn apply(&mut self, migration: &Migration) -> Result<()> {
        for (position, operation) in migration.operations.iter().enumerate() {
            self.apply_operation(&migration.id.app, operation).map_err(|error| {
                error.context(format!("migration {}, operation {}", migration.id, position + 1))
            })?;
        }
        Ok(())
    }

    /// Applies one operation of an application.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`](crate::error::ErrorKind::Schema) where it does not fit.
    pub fn apply_operation(&mut self, app: &str, operation: &Operation) -> Result<()> {
        operation.apply(&mut self.schema).map_err(Error::from)?;
        match operation {
            Operation::CreateTable(create) => {
                self.owners.insert(create.table.name.clone(), app.to_owned());
            }
            Operation::DropTable(drop) => {
                self.owners.remove(&drop.table);
            }
            Operation::RenameTable(rename) => {
                if let Some(owner) = self.owners.remove(&rename.from) {
                    self.owners.insert(rename.to.clone(), owner);
                }
            }
            _ => {}
        }
        self.former.follow(operation);
        Ok(())
    }

    /// Whether a table had this name before the one it has.
    pub(in crate::migrations) fn table_was(&self, table: &str, before: &str) -> bool {
        self.former.tables.get(table).is_some_and(|names| names.contains(before))
    }

    /// Whether a column had this name before the one it has.
    pub(in crate::migrations) fn column_was(&self, table: &str, column: &str, before: &str) -> bool {
        let key = (table.to_owned(), column.to_owned());
        self.former.columns.get(&key).is_some_and(|names| names.contains(before))
    }

    /// The application of a table.
    pub fn owner(&self, table: &str) -> Option<&str> {
        self.owners.get(table).map(String::as_str)
    }
}
