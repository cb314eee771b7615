//! Changes which columns are the primary key. Foreign keys that reference it are dropped before and added again after, by operations of their own.

use super::footprint::{Footprint, Part};
use super::{Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Schema, Table};

/// Changes which columns are the primary key. Foreign keys that reference it are dropped before and added again after, by operations of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPrimaryKey {
    /// The table's name.
    pub table: String,
    /// The columns as they are, in key order; empty: there is no primary key.
    pub from: Vec<String>,
    /// The columns as they become.
    pub to: Vec<String>,
}

impl TableOp for AlterPrimaryKey {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        if table.primary_key != self.from {
            let (found, expected) = (columns(&table.primary_key), columns(&self.from));
            return Err(StateError(format!(
                "the primary key of `{}` is {found}, not {expected}",
                self.table
            )));
        }
        table.primary_key.clone_from(&self.to);
        Ok(())
    }
}

impl Op for AlterPrimaryKey {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::AlterPrimaryKey(AlterPrimaryKey { table, from, to }))
    }

    fn describe(&self) -> String {
        format!("Change primary key of {} from {} to {}", self.table, columns(&self.from), columns(&self.to))
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.table, "primary_key"])
    }

    fn footprint(&self) -> Footprint {
        let table = || self.table.clone();
        Footprint::on(&self.table, [Part::Keys(table()), Part::Users(table())])
            .needing([Part::Table(table()), Part::References])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::AlterPrimaryKey(next) if next.table == self.table => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let changes = from != to;
                let merged = Operation::AlterPrimaryKey(AlterPrimaryKey { table, from, to });
                Reduction::To(changes.then_some(merged).into_iter().collect())
            }
            _ => table_op::reduce(self, next),
        }
    }
}

fn columns(key: &[String]) -> String {
    if key.is_empty() { "nothing".to_owned() } else { format!("({})", key.join(", ")) }
}
