//! Renames a table; foreign keys of other tables follow.

use super::footprint::{Footprint, Part};
use super::{DropTable, Irreversible, Op, Operation, Reduction, StateError, consistency, naming};
use crate::schema::{ConstraintKind, Schema, Table};

/// Renames a table; foreign keys of other tables follow.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameTable {
    /// The name it has.
    pub from: String,
    /// The name it gets.
    pub to: String,
}

impl Op for RenameTable {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        consistency::table(state, &self.from)?;
        if let Some(table) = state.tables.values().find(|table| {
            table.name == self.to || consistency::relation_names(table).any(|name| name == self.to)
        }) {
            let (to, holder) = (&self.to, &table.name);
            return Err(StateError(format!(
                "the name `{to}` is taken by table `{holder}` or an index or constraint of it"
            )));
        }
        for table in state.tables.values_mut() {
            self.change(table);
        }
        if let Some(mut table) = state.tables.remove(&self.from) {
            self.to.clone_into(&mut table.name);
            state.tables.insert(self.to.clone(), table);
        }
        Ok(())
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        Ok(Operation::RenameTable(RenameTable { from: self.to.clone(), to: self.from.clone() }))
    }

    fn describe(&self) -> String {
        format!("Rename table {} to {}", self.from, self.to)
    }

    fn slug(&self) -> String {
        naming::slug(&["rename", &self.from, &self.to])
    }

    fn footprint(&self) -> Footprint {
        let names = [&self.from, &self.to];
        let tables = names.map(|name| Part::Table(name.clone()));
        Footprint::changing(tables.into_iter().chain(names.map(|name| Part::Name(Some(name.clone())))))
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::RenameTable(next) if next.from == self.to && next.to == self.from => {
                Reduction::To(Vec::new())
            }
            Operation::RenameTable(next) if next.from == self.to => {
                let (from, to) = (self.from.clone(), next.to.clone());
                Reduction::To(vec![Operation::RenameTable(RenameTable { from, to })])
            }
            Operation::DropTable(drop) if drop.table == self.to => {
                Reduction::To(vec![Operation::DropTable(DropTable { table: self.from.clone() })])
            }
            _ => Reduction::by_footprint(self.footprint(), next),
        }
    }
}

impl RenameTable {
    /// Lets the foreign keys of a table follow; its own name stays.
    pub(super) fn change(&self, table: &mut Table) {
        for constraint in table.constraints.values_mut() {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && key.table == self.from
            {
                self.to.clone_into(&mut key.table);
            }
        }
    }
}
