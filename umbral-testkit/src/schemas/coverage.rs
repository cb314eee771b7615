//! Which operations met which column types.

use super::{Space, is_indexable};
use std::collections::BTreeMap;
use umbral_core::migrations::Operation;
use umbral_core::schema::{Constraint, Index, Schema, SqlType};

/// Counts, for every operation and column type, how often the one touched the other.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    seen: BTreeMap<(&'static str, String), usize>,
}

/// The operations whose meeting with a column type is counted.
const OPERATIONS: &[&str] = &[
    "create_table",
    "drop_table",
    "rename_table",
    "add_column",
    "drop_column",
    "alter_column_from",
    "alter_column_to",
    "rename_column",
    "rename_label",
    "add_index",
    "drop_index",
    "rename_index",
    "add_constraint",
    "drop_constraint",
    "rename_constraint",
    "alter_primary_key",
];

/// Operations on indexes, which hold no JSON and no arrays.
const INDEXED: &[&str] = &["add_index", "drop_index", "rename_index"];
/// Operations on keys, which do not hold every type on every database.
const KEYED: &[&str] = &["alter_primary_key"];

impl Coverage {
    /// Counts an operation, given the state before it.
    pub fn count(&mut self, operation: &Operation, before: &Schema) {
        let of_table = |name: &str| -> Vec<SqlType> {
            let table = before.tables.get(name);
            table
                .map(|table| table.columns.values().map(|column| column.ty.clone()).collect())
                .unwrap_or_default()
        };
        let of_column = |table: &str, column: &str| -> Vec<SqlType> {
            let column = before.tables.get(table).and_then(|table| table.columns.get(column));
            column.map(|column| column.ty.clone()).into_iter().collect()
        };
        let of_columns = |table: &str, reads: &dyn Fn(&str) -> bool| -> Vec<SqlType> {
            let columns = before.tables.get(table).into_iter().flat_map(|table| table.columns.values());
            columns.filter(|column| reads(&column.name)).map(|column| column.ty.clone()).collect()
        };
        let of_index = |table: &str, index: &Index| of_columns(table, &|column| index.reads(column));
        let of_index_named = |table: &str, name: &str| {
            let index = before.tables.get(table).and_then(|table| table.indexes.get(name));
            index.map(|index| of_index(table, index)).unwrap_or_default()
        };
        let of_constraint =
            |table: &str, constraint: &Constraint| of_columns(table, &|column| constraint.reads(column));
        let of_constraint_named = |table: &str, name: &str| {
            let constraint = before.tables.get(table).and_then(|table| table.constraints.get(name));
            constraint.map(|constraint| of_constraint(table, constraint)).unwrap_or_default()
        };
        match operation {
            Operation::CreateTable(op) => {
                self.add("create_table", op.table.columns.values().map(|column| column.ty.clone()).collect());
            }
            Operation::DropTable(op) => self.add("drop_table", of_table(&op.table)),
            Operation::RenameTable(op) => self.add("rename_table", of_table(&op.from)),
            Operation::AddColumn(op) => self.add("add_column", vec![op.column.ty.clone()]),
            Operation::DropColumn(op) => self.add("drop_column", of_column(&op.table, &op.column)),
            Operation::AlterColumn(op) => {
                self.add("alter_column_from", vec![op.from.ty.clone()]);
                self.add("alter_column_to", vec![op.to.ty.clone()]);
            }
            Operation::RenameColumn(op) => self.add("rename_column", of_column(&op.table, &op.from)),
            Operation::RenameLabel(op) => self.add("rename_label", of_column(&op.table, &op.column)),
            Operation::AddIndex(op) => self.add("add_index", of_index(&op.table, &op.index)),
            Operation::DropIndex(op) => self.add("drop_index", of_index_named(&op.table, &op.index)),
            Operation::RenameIndex(op) => self.add("rename_index", of_index_named(&op.table, &op.from)),
            Operation::AddConstraint(op) => {
                self.add("add_constraint", of_constraint(&op.table, &op.constraint))
            }
            Operation::DropConstraint(op) => {
                self.add("drop_constraint", of_constraint_named(&op.table, &op.constraint));
            }
            Operation::RenameConstraint(op) => {
                self.add("rename_constraint", of_constraint_named(&op.table, &op.from));
            }
            Operation::AlterPrimaryKey(op) => {
                let columns = op.from.iter().chain(&op.to);
                self.add(
                    "alter_primary_key",
                    columns.flat_map(|column| of_column(&op.table, column)).collect(),
                );
            }
            Operation::AlterTableBackends(_) | Operation::AlterTableComment(_) | Operation::RunSql(_) => {}
        }
    }

    fn add(&mut self, operation: &'static str, types: Vec<SqlType>) {
        for ty in types {
            *self.seen.entry((operation, ty.to_string())).or_default() += 1;
        }
    }

    /// Takes in what another run counted.
    pub fn merge(&mut self, other: Coverage) {
        for (cell, count) in other.seen {
            *self.seen.entry(cell).or_default() += count;
        }
    }

    /// The share of operations × the types of `space` that was reached, in words, and the cells that never were.
    pub fn report(&self, space: &Space) -> (String, Vec<String>) {
        let exists = |operation: &str, ty: &SqlType| {
            (!INDEXED.contains(&operation) || is_indexable(ty))
                && (!KEYED.contains(&operation) || space.keys.contains(ty))
                && (operation != "rename_label" || ty.enum_of().is_some())
        };
        let cells = OPERATIONS.iter().flat_map(|operation| {
            let types = space.types.iter().filter(move |ty| exists(operation, ty));
            types.map(move |ty| (*operation, ty.to_string()))
        });
        let (reached, missed): (Vec<_>, Vec<_>) = cells.partition(|cell| self.seen.contains_key(cell));
        let all = reached.len() + missed.len();
        let share = format!("reached {} of {all} operations × types", reached.len());
        (share, missed.into_iter().map(|(operation, ty)| format!("{operation} × {ty}")).collect())
    }
}
