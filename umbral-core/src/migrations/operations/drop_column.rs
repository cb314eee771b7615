//! Drops a column with its values. Indexes and constraints that use it are dropped before, by operations of their own.

use super::footprint::{Footprint, Part};
use super::{
    AddColumn, Irreversible, Op, Operation, Reduction, StateError, TableOp, consistency, naming, table_op,
};
use crate::schema::{Schema, Table};

/// Drops a column with its values. Indexes and constraints that use it are dropped before, by operations of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct DropColumn {
    /// The table's name.
    pub table: String,
    /// The column's name.
    pub column: String,
}

impl TableOp for DropColumn {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        match table.columns.shift_remove(&self.column) {
            Some(_) => Ok(()),
            None => Err(no_column(&self.table, &self.column)),
        }
    }
}

impl Op for DropColumn {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        let table = consistency::table(state, &self.table)?;
        if let Some(user) = consistency::user_of_column(state, table, &self.column) {
            let place = format!("`{}.{}`", self.table, self.column);
            return Err(StateError(format!("{place} is used by {user}, which has to be dropped first")));
        }
        table_op::apply(self, state)
    }

    fn invert(&self, before: &Schema) -> Result<Operation, Irreversible> {
        let column = before.table(&self.table).and_then(|table| table.column(&self.column));
        let Some(column) = column else { return Err(Irreversible(no_column(&self.table, &self.column).0)) };
        let (table, column) = (self.table.clone(), column.clone());
        Ok(Operation::AddColumn(AddColumn { table, column, backfill: None }))
    }

    fn describe(&self) -> String {
        format!("Drop column {} from {}", self.column, self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&["drop", &self.table, &self.column])
    }

    fn footprint(&self) -> Footprint {
        let dropped = Part::Column(self.table.clone(), self.column.clone());
        Footprint::on(&self.table, [dropped]).needing([Part::Users(self.table.clone()), Part::References])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        table_op::reduce(self, next)
    }
}

/// The error that a table has no such column.
pub(super) fn no_column(table: &str, column: &str) -> StateError {
    StateError(format!("`{table}` has no column `{column}`"))
}
