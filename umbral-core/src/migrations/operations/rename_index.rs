//! Renames an index.

use super::footprint::{Footprint, Part};
use super::{
    DropIndex, Irreversible, Op, Operation, Reduction, StateError, TableOp, drop_index, naming, table_op,
};
use crate::schema::{Schema, Table};

/// Renames an index.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameIndex {
    /// The table's name.
    pub table: String,
    /// The name it has.
    pub from: String,
    /// The name it gets.
    pub to: String,
}

impl TableOp for RenameIndex {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        if table.indexes.contains_key(&self.to) {
            return Err(StateError(format!("`{}` has an index `{}` already", self.table, self.to)));
        }
        let no_index = || drop_index::no_index(&self.table, &self.from);
        let mut index = table.indexes.remove(&self.from).ok_or_else(no_index)?;
        self.to.clone_into(&mut index.name);
        table.indexes.insert(self.to.clone(), index);
        Ok(())
    }
}

impl Op for RenameIndex {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::RenameIndex(RenameIndex { table, from, to }))
    }

    fn describe(&self) -> String {
        format!("Rename index {} of {} to {}", self.from, self.table, self.to)
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
            Operation::RenameIndex(next) if next.table == self.table && next.from == self.to => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let renames = from != to;
                let renamed = Operation::RenameIndex(RenameIndex { table, from, to });
                Reduction::To(renames.then_some(renamed).into_iter().collect())
            }
            Operation::DropIndex(drop) if drop.table == self.table && drop.index == self.to => {
                let (table, index) = (self.table.clone(), self.from.clone());
                Reduction::To(vec![Operation::DropIndex(DropIndex { table, index })])
            }
            _ => table_op::reduce(self, next),
        }
    }
}
