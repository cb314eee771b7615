//! Adds a column at the end of a table.

use super::footprint::{Footprint, Part};
use super::{
    AlterColumn, DropColumn, Irreversible, Op, Operation, Reduction, RenameColumn, RenameLabel, StateError,
    TableOp, naming, table_op,
};
use crate::schema::{Column, Expr, Schema, Table};

/// Adds a column at the end of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct AddColumn {
    /// The table's name.
    pub table: String,
    /// The column.
    pub column: Column,
    /// The value for rows that exist, where the column is NOT NULL and has no default.
    pub backfill: Option<Expr>,
}

impl TableOp for AddColumn {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let name = &self.column.name;
        if table.column(name).is_some() {
            return Err(StateError(format!("`{}` has a column `{name}` already", table.name)));
        }
        if self.column.generated.is_some() && self.backfill.is_some() {
            return Err(given_and_generated(&table.name, name));
        }
        table.columns.insert(name.clone(), self.column.clone());
        Ok(())
    }
}

impl Op for AddColumn {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, column) = (self.table.clone(), self.column.name.clone());
        Ok(Operation::DropColumn(DropColumn { table, column }))
    }

    fn describe(&self) -> String {
        format!("Add column {} to {}", self.column.name, self.table)
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.table, &self.column.name])
    }

    fn footprint(&self) -> Footprint {
        let added = Part::Column(self.table.clone(), self.column.name.clone());
        Footprint::on(&self.table, [added]).with_column(&self.table, &self.column)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        let same = |table: &str, column: &str| table == self.table && column == self.column.name;
        match next {
            Operation::DropColumn(DropColumn { table, column }) if same(table, column) => {
                Reduction::To(Vec::new())
            }
            Operation::RenameColumn(RenameColumn { table, from, to }) if same(table, from) => {
                let column = Column { name: to.clone(), ..self.column.clone() };
                Reduction::To(vec![self.with(column, self.backfill.clone())])
            }
            Operation::RenameLabel(rename) if same(&rename.table, &rename.column) => {
                self.relabelled(rename).unwrap_or_else(|_| table_op::reduce(self, next))
            }
            Operation::AlterColumn(alter) if same(&alter.table, &alter.from.name) => {
                self.altered(alter, next)
            }
            _ => table_op::reduce(self, next),
        }
    }
}

/// The error that rows are given values in a column that the database computes.
pub(super) fn given_and_generated(table: &str, column: &str) -> StateError {
    StateError(format!("`{table}.{column}` is generated, and takes no `backfill`: the database computes it"))
}

impl AddColumn {
    fn with(&self, column: Column, backfill: Option<Expr>) -> Operation {
        Operation::AddColumn(AddColumn { table: self.table.clone(), column, backfill })
    }

    fn relabelled(&self, rename: &RenameLabel) -> Result<Reduction, StateError> {
        let backfill = self.backfill.clone().map(|value| rename.value(&self.column.ty, value)).transpose()?;
        Ok(Reduction::To(vec![self.with(rename.relabelled(&self.column)?, backfill)]))
    }

    /// The column as it is altered, where rows that exist end up with the same value.
    fn altered(&self, alter: &AlterColumn, next: &Operation) -> Reduction {
        let given = self.backfill.as_ref().or(self.column.default.as_ref());
        if alter.to.generated.is_some() {
            return Reduction::To(vec![self.with(alter.to.clone(), None)]);
        }
        // What was computed stays as the plain column's values.
        if self.column.generated.is_some() {
            return table_op::reduce(self, next);
        }
        let (to, identity) = (&alter.to, self.column.identity || alter.to.identity);
        match given {
            None if !identity => Reduction::To(vec![self.with(to.clone(), alter.backfill.clone())]),
            Some(value) if to.ty == self.column.ty && to.default.as_ref() == Some(value) => {
                Reduction::To(vec![self.with(to.clone(), None)])
            }
            Some(value) if to.ty == self.column.ty && to.default.is_none() && !to.nullable => {
                Reduction::To(vec![self.with(to.clone(), Some(value.clone()))])
            }
            _ => table_op::reduce(self, next),
        }
    }
}
