//! Renames a column; generated columns, keys, indexes, constraints and foreign keys that name it follow.

use super::footprint::{Footprint, Part};
use super::{
    DropColumn, Irreversible, Op, Operation, Reduction, StateError, TableOp, consistency, drop_column,
    naming, table_op,
};
use crate::schema::{ConstraintKind, Schema, Table, rename_all};

/// Renames a column; generated columns, keys, indexes, constraints and foreign keys that name it follow.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameColumn {
    /// The table's name.
    pub table: String,
    /// The name it has.
    pub from: String,
    /// The name it gets.
    pub to: String,
}

impl TableOp for RenameColumn {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let no_column = || drop_column::no_column(&self.table, &self.from);
        let place = table.columns.get_index_of(&self.from).ok_or_else(no_column)?;
        if table.column(&self.to).is_some() {
            return Err(StateError(format!("`{}` has a column `{}` already", self.table, self.to)));
        }
        if let Some(mut column) = table.columns.shift_remove(&self.from) {
            self.to.clone_into(&mut column.name);
            table.columns.shift_insert(place, self.to.clone(), column);
        }
        let rename = |name: &str| (name == self.from).then(|| self.to.clone());
        for column in table.columns.values_mut() {
            *column = column.clone().rename_columns(&rename);
        }
        rename_all(&mut table.primary_key, &rename);
        for index in table.indexes.values_mut() {
            *index = index.clone().rename_columns(&rename);
        }
        for constraint in table.constraints.values_mut() {
            *constraint = constraint.clone().rename_columns(&rename);
        }
        self.follow(table);
        Ok(())
    }
}

impl Op for RenameColumn {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        let mut renamed = consistency::table(state, &self.table)?.clone();
        self.change(&mut renamed)?;
        state.tables.insert(self.table.clone(), renamed);
        state
            .tables
            .values_mut()
            .filter(|table| table.name != self.table)
            .for_each(|table| self.follow(table));
        Ok(())
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, from, to) = (self.table.clone(), self.to.clone(), self.from.clone());
        Ok(Operation::RenameColumn(RenameColumn { table, from, to }))
    }

    fn describe(&self) -> String {
        format!("Rename column {} of {} to {}", self.from, self.table, self.to)
    }

    fn slug(&self) -> String {
        naming::slug(&["rename", &self.table, &self.from, &self.to])
    }

    fn footprint(&self) -> Footprint {
        let column = |name: &String| Part::Column(self.table.clone(), name.clone());
        Footprint::on(&self.table, [column(&self.from), column(&self.to)])
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::RenameColumn(next) if next.table == self.table && next.from == self.to => {
                let (table, from, to) = (self.table.clone(), self.from.clone(), next.to.clone());
                let renames = from != to;
                let renamed = Operation::RenameColumn(RenameColumn { table, from, to });
                Reduction::To(renames.then_some(renamed).into_iter().collect())
            }
            Operation::DropColumn(drop) if drop.table == self.table && drop.column == self.to => {
                let (table, column) = (self.table.clone(), self.from.clone());
                Reduction::To(vec![Operation::DropColumn(DropColumn { table, column })])
            }
            _ => table_op::reduce(self, next),
        }
    }
}

impl RenameColumn {
    /// Lets the foreign keys of a table that reference the column follow.
    fn follow(&self, table: &mut Table) {
        for constraint in table.constraints.values_mut() {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && key.table == self.table
            {
                rename_all(&mut key.references, &|name| (name == self.from).then(|| self.to.clone()));
            }
        }
    }
}
