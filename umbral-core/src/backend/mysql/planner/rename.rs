//! Renames of columns.

use super::super::ddl::{constraint_definition, index_definition};
use super::super::text::identifier;
use super::{Walk, column_part, constraint_part, index_part, table_of};
use crate::backend::{BackendFeature, DatabaseBackend};
use crate::error::Result;
use crate::migrations::operations::RenameColumn;
use crate::schema::{Constraint, Expr, Index, Schema, SqlType, Table};

/// What keeps a column from being renamed: taken away before, and made again after.
#[derive(Default)]
struct Readers {
    drops: Vec<String>,
    adds: Vec<String>,
    touched: Vec<String>,
}

impl Walk<'_> {
    /// MySQL renames no column that a generated one, a check or an index's expression reads; MariaDB renames it there too.
    pub(super) fn rename_column(&mut self, op: &RenameColumn, after: &Schema) -> Result<()> {
        let mut next = table_of(after, &op.table)?.clone();
        let mut keyed = in_foreign_key(after, &op.table, &op.to);
        if keyed && self.renames_by_readers() && next.columns.values().any(|column| column.reads(&op.to)) {
            // What goes with a generated column may be the only index that serves the key.
            self.suspend_foreign_keys(&op.table, &op.from)?;
            keyed = false;
        }
        let readers = self.readers(op, &next, keyed)?;
        if let Some(columns) = self.live.columns.get_mut(&op.table)
            && let Some(column) = columns.remove(&op.from)
        {
            columns.insert(op.to.clone(), column);
        }
        self.sources.rename_column(&op.table, &op.from, &op.to);
        self.strangers.column_renamed(&op.table, &op.from, &op.to);
        self.suspended.take_out(&mut next);
        let rename = format!("RENAME COLUMN {} TO {}", identifier(&op.from), identifier(&op.to));
        if keyed && readers.drops.is_empty() {
            self.statements.rename_alone(rename, next);
            return Ok(());
        }
        if keyed {
            let mut before = table_of(&self.state, &op.table)?.clone();
            self.suspended.take_out(&mut before);
            self.statements.alter(readers.drops, readers.touched.clone(), without_readers(before, &op.from));
            self.statements.rename_alone(rename, without_readers(next.clone(), &op.to));
            self.statements.alter(readers.adds, readers.touched, next);
            return Ok(());
        }
        let clauses = readers.drops.into_iter().chain([rename]).chain(readers.adds).collect();
        let mut touched = vec![column_part(&op.from), column_part(&op.to)];
        touched.extend(readers.touched);
        self.statements.rename(clauses, touched, next);
        Ok(())
    }

    /// Whether what reads a column keeps the server from renaming it, as where indexes may be over expressions.
    fn renames_by_readers(&self) -> bool {
        self.backend.supports(BackendFeature::ExpressionIndexes)
    }

    fn readers(&self, op: &RenameColumn, next: &Table, keyed: bool) -> Result<Readers> {
        let mut readers = Readers::default();
        if !self.renames_by_readers() {
            return Ok(readers);
        }
        let generated: Vec<&String> =
            next.columns.values().filter(|column| column.reads(&op.to)).map(|column| &column.name).collect();
        let before = table_of(&self.state, &op.table)?;
        let anew = self.anew(before, next, &generated)?;
        let is_anew = |reads: &dyn Fn(&str) -> bool| generated.iter().any(|column| reads(column));
        (readers.drops, readers.adds, readers.touched) = (anew.drops, anew.adds, anew.touched);
        let stands = |check: &Expr| check.reads(&op.to) || keyed && copies_tables(next, check);
        for (name, check) in next.checks().filter(|(_, check)| stands(&check.expr)) {
            if is_anew(&|column| check.expr.reads(column)) {
                continue;
            }
            let check = Constraint::check(name, check.expr.clone());
            readers.drops.push(self.drop_check(name));
            readers.adds.push(format!("ADD {}", constraint_definition(self.backend, next, &check)?));
            readers.touched.push(constraint_part(name));
        }
        for index in next.indexes.values().filter(|index| computes_with(index, &op.to)) {
            if is_anew(&|column| index.reads(column)) {
                continue;
            }
            readers.drops.push(format!("DROP INDEX {}", identifier(&index.name)));
            readers.adds.push(format!("ADD {}", index_definition(self.backend, next, index)?));
            readers.touched.push(index_part(&index.name));
        }
        Ok(readers)
    }
}

fn computes_with(index: &Index, column: &str) -> bool {
    index.columns.iter().any(|key| !matches!(key.expr, Expr::Column(_)) && key.expr.reads(column))
}

/// Whether a foreign key is of the column, or references it.
fn in_foreign_key(schema: &Schema, table: &str, column: &str) -> bool {
    schema.tables.values().any(|holder| {
        holder.foreign_keys().any(|key| {
            let own = holder.name == table && key.columns.iter().any(|name| name == column);
            own || (key.table == table && key.references.iter().any(|name| name == column))
        })
    })
}

/// Whether a check reads a column of those types that make MySQL copy the table to rename any of its columns. It copies
/// none whose foreign key's column is renamed: "ALGORITHM=COPY is not supported" (error 1846), seen on 9.7.
fn copies_tables(table: &Table, check: &Expr) -> bool {
    use SqlType::{Bytes, Date, Enum, Text, Time, Timestamp, TimestampTz};
    let copies = |ty: &SqlType| matches!(ty, Bytes | Date | Enum(_) | Text | Time | Timestamp | TimestampTz);
    table.columns.values().any(|column| copies(&column.ty) && check.reads(&column.name))
}

/// The table without the checks and the computed indexes that keep a foreign key's column from being renamed.
fn without_readers(mut table: Table, column: &str) -> Table {
    let reads = |check: &Expr| check.reads(column) || copies_tables(&table, check);
    let checks = table.checks().filter(|(_, check)| reads(&check.expr));
    let checks: Vec<String> = checks.map(|(name, _)| name.to_owned()).collect();
    table.constraints.retain(|name, _| !checks.contains(name));
    table.indexes.retain(|_, index| !computes_with(index, column));
    table
}
