//! Changes what a table's comment says.

use super::footprint::{Footprint, Part};
use super::{Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Schema, Table};

/// Changes what a table's comment says.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTableComment {
    /// The table's name.
    pub table: String,
    /// The comment that it has.
    pub from: Option<String>,
    /// The comment that it gets.
    pub to: Option<String>,
}

impl TableOp for AlterTableComment {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        if table.comment != self.from {
            let there = table.comment.as_deref().unwrap_or("");
            return Err(StateError(format!("the comment of `{}` is {there:?}", self.table)));
        }
        table.comment.clone_from(&self.to);
        Ok(())
    }
}

impl Op for AlterTableComment {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::AlterTableComment(AlterTableComment { table, from, to }))
    }

    fn describe(&self) -> String {
        let verb = if self.to.is_some() { "Change" } else { "Drop" };
        format!("{verb} the comment of {}", self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&["comment", &self.table])
    }

    fn footprint(&self) -> Footprint {
        Footprint::on(&self.table, [Part::Comment(self.table.clone())])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::AlterTableComment(next) if next.table == self.table => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let changes = from != to;
                let merged = Operation::AlterTableComment(AlterTableComment { table, from, to });
                Reduction::To(changes.then_some(merged).into_iter().collect())
            }
            _ => table_op::reduce(self, next),
        }
    }
}
