//! Changes on which backends a table stands.

use super::footprint::{Footprint, Part};
use super::{Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Schema, Table};

/// Changes on which backends a table stands: on those that are new it is created, on those that go it is dropped with its
/// rows.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTableBackends {
    /// The table's name.
    pub table: String,
    /// The backends that it stands on, sorted; empty: all.
    pub from: Vec<String>,
    /// The backends that it is to stand on, sorted; empty: all.
    pub to: Vec<String>,
}

impl TableOp for AlterTableBackends {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        if table.backends != self.from {
            let there = listed(&table.backends);
            return Err(StateError(format!("`{}` stands on {there}", self.table)));
        }
        table.backends.clone_from(&self.to);
        Ok(())
    }
}

impl Op for AlterTableBackends {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::AlterTableBackends(AlterTableBackends { table, from, to }))
    }

    fn describe(&self) -> String {
        format!("Let {} stand on {} instead of {}", self.table, listed(&self.to), listed(&self.from))
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.table, "backends"])
    }

    fn footprint(&self) -> Footprint {
        Footprint::changing([Part::Table(self.table.clone()), Part::Name(None), Part::References])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::AlterTableBackends(next) if next.table == self.table => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let changes = from != to;
                let merged = Operation::AlterTableBackends(AlterTableBackends { table, from, to });
                Reduction::To(changes.then_some(merged).into_iter().collect())
            }
            _ => table_op::reduce(self, next),
        }
    }
}

fn listed(backends: &[String]) -> String {
    if backends.is_empty() { "every backend".to_owned() } else { backends.join(", ") }
}
