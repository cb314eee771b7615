//! The schema that migrations add up to.

use super::{Migration, Operation};
use crate::error::{Error, Result};
use crate::schema::Schema;
use std::collections::BTreeMap;

/// A schema with the application of each of its tables: what a set of migrations makes of an empty database.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectState {
    /// The tables.
    pub schema: Schema,
    /// Each table's application: that of the migration that created it.
    pub owners: BTreeMap<String, String>,
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
        Ok(())
    }

    /// The application of a table.
    pub fn owner(&self, table: &str) -> Option<&str> {
        self.owners.get(table).map(String::as_str)
    }
}
