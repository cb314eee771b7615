//! Drops a constraint.

use super::footprint::{Footprint, Part};
use super::{AddConstraint, Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Schema, Table};

/// Drops a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct DropConstraint {
    /// The table's name.
    pub table: String,
    /// The constraint's name.
    pub constraint: String,
}

impl TableOp for DropConstraint {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        match table.constraints.remove(&self.constraint) {
            Some(_) => Ok(()),
            None => Err(no_constraint(&self.table, &self.constraint)),
        }
    }
}

impl Op for DropConstraint {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, before: &Schema) -> Result<Operation, Irreversible> {
        let constraint = before.table(&self.table).and_then(|table| table.constraints.get(&self.constraint));
        let Some(constraint) = constraint else {
            return Err(Irreversible(no_constraint(&self.table, &self.constraint).0));
        };
        let (table, constraint) = (self.table.clone(), constraint.clone());
        Ok(Operation::AddConstraint(AddConstraint { table, constraint }))
    }

    fn describe(&self) -> String {
        format!("Drop constraint {} from {}", self.constraint, self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&["drop", &self.constraint])
    }

    fn footprint(&self) -> Footprint {
        let table = || self.table.clone();
        let name = Part::Name(Some(self.constraint.clone()));
        Footprint::on(&self.table, [name, Part::Users(table()), Part::Keys(table()), Part::References])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        table_op::reduce(self, next)
    }
}

/// The error that a table has no such constraint.
pub(super) fn no_constraint(table: &str, constraint: &str) -> StateError {
    StateError(format!("`{table}` has no constraint `{constraint}`"))
}
