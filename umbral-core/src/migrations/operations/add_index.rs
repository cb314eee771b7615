//! Adds an index.

use super::footprint::Footprint;
use super::{
    DropIndex, Irreversible, Op, Operation, Reduction, RenameIndex, StateError, TableOp, naming, table_op,
};
use crate::schema::{Index, Schema, Table};

/// Adds an index.
#[derive(Debug, Clone, PartialEq)]
pub struct AddIndex {
    /// The table's name.
    pub table: String,
    /// The index.
    pub index: Index,
}

impl TableOp for AddIndex {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let name = &self.index.name;
        if table.indexes.contains_key(name) {
            return Err(StateError(format!("`{}` has an index `{name}` already", self.table)));
        }
        table.indexes.insert(name.clone(), self.index.clone());
        Ok(())
    }
}

impl Op for AddIndex {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, index) = (self.table.clone(), self.index.name.clone());
        Ok(Operation::DropIndex(DropIndex { table, index }))
    }

    fn describe(&self) -> String {
        let keys: Vec<String> = self.index.columns.iter().map(|key| key.expr.to_string()).collect();
        let unique = if self.index.unique { "unique " } else { "" };
        format!("Add {unique}index {} to {} ({})", self.index.name, self.table, keys.join(", "))
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.index.name])
    }

    fn footprint(&self) -> Footprint {
        Footprint::on(&self.table, []).with_index(&self.table, &self.index)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::DropIndex(drop) if drop.table == self.table && drop.index == self.index.name => {
                Reduction::To(Vec::new())
            }
            Operation::RenameIndex(RenameIndex { table, from, to })
                if *table == self.table && *from == self.index.name =>
            {
                let mut renamed = self.clone();
                to.clone_into(&mut renamed.index.name);
                Reduction::To(vec![Operation::AddIndex(renamed)])
            }
            _ => table_op::reduce(self, next),
        }
    }
}
