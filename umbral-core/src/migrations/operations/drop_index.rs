//! Drops an index.

use super::footprint::{Footprint, Part};
use super::{AddIndex, Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Schema, Table};

/// Drops an index.
#[derive(Debug, Clone, PartialEq)]
pub struct DropIndex {
    /// The table's name.
    pub table: String,
    /// The index's name.
    pub index: String,
}

impl TableOp for DropIndex {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        match table.indexes.remove(&self.index) {
            Some(_) => Ok(()),
            None => Err(no_index(&self.table, &self.index)),
        }
    }
}

impl Op for DropIndex {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, before: &Schema) -> Result<Operation, Irreversible> {
        let index = before.table(&self.table).and_then(|table| table.indexes.get(&self.index));
        let Some(index) = index else { return Err(Irreversible(no_index(&self.table, &self.index).0)) };
        let (table, index) = (self.table.clone(), index.clone());
        Ok(Operation::AddIndex(AddIndex { table, index }))
    }

    fn describe(&self) -> String {
        format!("Drop index {} from {}", self.index, self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&["drop", &self.index])
    }

    fn footprint(&self) -> Footprint {
        let table = || self.table.clone();
        let name = Part::Name(Some(self.index.clone()));
        Footprint::on(&self.table, [name, Part::Users(table()), Part::Keys(table())])
            .needing([Part::References])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        table_op::reduce(self, next)
    }
}

/// The error that a table has no such index.
pub(super) fn no_index(table: &str, index: &str) -> StateError {
    StateError(format!("`{table}` has no index `{index}`"))
}
