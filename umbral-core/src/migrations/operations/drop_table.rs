//! Drops a table with its rows.

use super::footprint::{Footprint, Part};
use super::{CreateTable, Irreversible, Op, Operation, Reduction, StateError, consistency, naming};
use crate::schema::Schema;

/// Drops a table with its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct DropTable {
    /// The table's name.
    pub table: String,
}

impl Op for DropTable {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        consistency::table(state, &self.table)?;
        let holder = state.references_to(&self.table).map(|(holder, _)| &holder.name);
        if let Some(holder) = holder.filter(|holder| **holder != self.table).min() {
            let table = &self.table;
            return Err(StateError(format!(
                "a foreign key of `{holder}` references `{table}`; drop it first"
            )));
        }
        state.tables.remove(&self.table);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Operation, Irreversible> {
        let table = consistency::table(before, &self.table).map_err(|error| Irreversible(error.0))?;
        Ok(Operation::CreateTable(CreateTable { table: table.clone() }))
    }

    fn describe(&self) -> String {
        format!("Drop table {}", self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&["drop", &self.table])
    }

    fn footprint(&self) -> Footprint {
        Footprint::changing([Part::Table(self.table.clone()), Part::Name(None), Part::References])
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        Reduction::by_footprint(self.footprint(), next)
    }
}
