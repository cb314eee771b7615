//! Creates a table with its indexes and constraints.

use super::footprint::{Footprint, Part};
use super::{
    DropTable, Irreversible, Op, Operation, Reduction, RenameTable, StateError, consistency, naming,
};
use crate::schema::{Schema, Table};

/// Creates a table with its indexes and constraints.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub table: Table,
}

impl Op for CreateTable {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        let name = &self.table.name;
        if state.table(name).is_some() {
            return Err(StateError(format!("there is a table `{name}` already")));
        }
        consistency::check(state, &self.table)?;
        state.tables.insert(name.clone(), self.table.clone());
        Ok(())
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        Ok(Operation::DropTable(DropTable { table: self.table.name.clone() }))
    }

    fn describe(&self) -> String {
        format!("Create table {}", self.table.name)
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.table.name])
    }

    fn footprint(&self) -> Footprint {
        let name = &self.table.name;
        let own = Footprint::changing([Part::Table(name.clone()), Part::Name(Some(name.clone()))]);
        let indexes = self.table.indexes.values();
        let footprint = indexes.fold(own, |footprint, index| footprint.with_index(name, index));
        let constraints = self.table.constraints.values();
        constraints.fold(footprint, |footprint, constraint| footprint.with_constraint(name, constraint))
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        let changed = match next {
            Operation::DropTable(drop) if drop.table == self.table.name => return Reduction::To(Vec::new()),
            Operation::RenameTable(rename) if rename.from == self.table.name => Some(self.renamed(rename)),
            _ => next.as_op().as_table_op().filter(|op| op.table() == self.table.name).and_then(|op| {
                let mut table = self.table.clone();
                op.change(&mut table).ok().map(|()| table)
            }),
        };
        match changed {
            Some(table) => Reduction::To(vec![Operation::CreateTable(CreateTable { table })]),
            None => Reduction::by_footprint(self.footprint(), next),
        }
    }
}

impl CreateTable {
    fn renamed(&self, rename: &RenameTable) -> Table {
        let mut table = self.table.clone();
        rename.change(&mut table);
        rename.to.clone_into(&mut table.name);
        table
    }
}
