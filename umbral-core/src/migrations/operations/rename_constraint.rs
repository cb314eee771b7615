//! Renames a constraint.

use super::footprint::{Footprint, Part};
use super::{
    DropConstraint, Irreversible, Op, Operation, Reduction, StateError, TableOp, drop_constraint, naming,
    table_op,
};
use crate::schema::{Schema, Table};

/// Renames a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameConstraint {
    /// The table's name.
    pub table: String,
    /// The name it has.
    pub from: String,
    /// The name it gets.
    pub to: String,
}

impl TableOp for RenameConstraint {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        if table.constraints.contains_key(&self.to) {
            return Err(StateError(format!("`{}` has a constraint `{}` already", self.table, self.to)));
        }
        let no_constraint = || drop_constraint::no_constraint(&self.table, &self.from);
        let mut constraint = table.constraints.remove(&self.from).ok_or_else(no_constraint)?;
        self.to.clone_into(&mut constraint.name);
        table.constraints.insert(self.to.clone(), constraint);
        Ok(())
    }
}

impl Op for RenameConstraint {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::RenameConstraint(RenameConstraint { table, from, to }))
    }

    fn describe(&self) -> String {
        format!("Rename constraint {} of {} to {}", self.from, self.table, self.to)
    }

    fn slug(&self) -> String {
        naming::slug(&["rename", &self.from, &self.to])
    }

    fn footprint(&self) -> Footprint {
        let names = [&self.from, &self.to].map(|name| Part::Name(Some(name.clone())));
        Footprint::on(&self.table, names)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::RenameConstraint(next) if next.table == self.table && next.from == self.to => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let renames = from != to;
                let renamed = Operation::RenameConstraint(RenameConstraint { table, from, to });
                Reduction::To(renames.then_some(renamed).into_iter().collect())
            }
            Operation::DropConstraint(drop) if drop.table == self.table && drop.constraint == self.to => {
                let (table, constraint) = (self.table.clone(), self.from.clone());
                Reduction::To(vec![Operation::DropConstraint(DropConstraint { table, constraint })])
            }
            _ => table_op::reduce(self, next),
        }
    }
}
