//! What SQLite's own ALTER TABLE does, and when that is enough.

use super::objects::{base, mentions};
use super::{Planning, Track};
use crate::backend::sqlite::ddl::{column_def, create_index, generated_sql};
use crate::backend::sqlite::def::{ConstraintDefKind, TableDef};
use crate::backend::sqlite::parse::parse_index;
use crate::backend::sqlite::quote::{identifier, identifiers};
use crate::backend::sqlite::{Sqlite, features};
use crate::backend::{DatabaseBackend, LiveCatalog, LiveObjectKind, Refusal, Step, StepKind};
use crate::error::Result;
use crate::migrations::Operation;
use crate::migrations::operations::AddColumn;
use crate::schema::expr::Literal;
use crate::schema::{Column, Expr, Index, Schema, Table};

/// Whether the operation is beyond ALTER TABLE.
pub(super) fn needs_rebuild(sqlite: &Sqlite, operation: &Operation, before: &Schema) -> bool {
    match operation {
        Operation::AddColumn(op) => !adds_in_place(op),
        Operation::DropColumn(op) => {
            let is_key = |table: &Table| table.primary_key.contains(&op.column);
            !features::drop_column(sqlite.version()) || before.table(&op.table).is_some_and(is_key)
        }
        Operation::AlterColumn(op) => {
            let commented = Column { comment: op.to.comment.clone(), ..op.from.clone() };
            commented != op.to
        }
        Operation::AlterPrimaryKey(_)
        | Operation::AddConstraint(_)
        | Operation::DropConstraint(_)
        | Operation::RenameConstraint(_) => true,
        _ => false,
    }
}

/// ADD COLUMN takes a constant for the rows that exist: the default, or NULL; or what is computed when it is read.
fn adds_in_place(op: &AddColumn) -> bool {
    let column = &op.column;
    if let Some(generated) = &column.generated {
        return !generated.stored;
    }
    let constant = match &column.default {
        None | Some(Expr::Literal(Literal::Null)) => column.nullable,
        Some(default) => default.is_constant(),
    };
    constant && op.backfill.is_none() && !column.identity
}

/// Whether a column that the plan drops is used by what the state does not know of, so that DROP COLUMN would be
/// refused.
pub(super) fn dropped_column_is_used(track: &Track, live: &LiveCatalog) -> Result<bool> {
    let Some(start) = track.start.as_deref().filter(|_| !track.dropped.is_empty()) else { return Ok(false) };
    let Some(base) = base(start, live)? else { return Ok(false) };
    Ok(track.dropped.iter().any(|column| is_used(&base.def, column)))
}

fn is_used(def: &TableDef, column: &str) -> bool {
    let own = def.column(column);
    let unique = own.is_some_and(|own| own.sql().to_ascii_uppercase().contains(" UNIQUE"));
    let elsewhere = def.columns.iter().filter(|other| !other.name.eq_ignore_ascii_case(column));
    unique
        || elsewhere.into_iter().any(|other| mentions(&other.sql(), column))
        || def.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintDefKind::Check(text) => mentions(text, column),
            ConstraintDefKind::PrimaryKey { columns, .. } | ConstraintDefKind::Unique { columns, .. } => {
                columns
                    .iter()
                    .filter_map(|key| key.column_name())
                    .any(|name| name.eq_ignore_ascii_case(column))
            }
            ConstraintDefKind::ForeignKey { columns, .. } => {
                columns.iter().any(|name| name.eq_ignore_ascii_case(column))
            }
        })
}

/// Whether SQLite checks all views and triggers of the database for the operation, and refuses it where any is
/// broken.
pub(super) fn checks_all_objects(operation: &Operation) -> bool {
    matches!(operation, Operation::RenameTable(_) | Operation::RenameColumn(_) | Operation::DropColumn(_))
}

impl Planning<'_> {
    /// An operation on a table that is not rebuilt.
    pub(super) fn native(&mut self, position: usize, operation: &Operation) -> Result<()> {
        let after = &self.states[position + 1];
        match operation {
            Operation::RenameTable(op) => self.rename_table(&op.from, &op.to),
            Operation::RenameColumn(op) => self.rename_column(&op.table, &op.from, &op.to),
            Operation::AddColumn(op) => {
                let Some(table) = after.table(&op.table) else { return Ok(()) };
                let strict = self.is_strict(position)?;
                self.steps.extend(computed_nulls(&identifier(&op.table), table, &op.column)?);
                let column = column_def(table, &op.column, strict)?;
                self.execute(format!("ALTER TABLE {} ADD COLUMN {}", identifier(&op.table), column.sql()));
            }
            Operation::DropColumn(op) => {
                let (table, column) = (identifier(&op.table), identifier(&op.column));
                self.execute(format!("ALTER TABLE {table} DROP COLUMN {column}"));
            }
            Operation::AddIndex(op) => {
                let Some(table) = after.table(&op.table) else { return Ok(()) };
                self.steps.extend(duplicates(table, &op.index)?);
                self.execute(create_index(table, &op.index)?);
            }
            Operation::DropIndex(op) => self.execute(format!("DROP INDEX {}", identifier(&op.index))),
            Operation::RenameIndex(op) => {
                self.execute(format!("DROP INDEX {}", identifier(&op.from)));
                let sql = match (self.live_index(&op.from), after.table(&op.table)) {
                    (Some(sql), _) => parse_index(sql)?.sql(&op.to, &op.table),
                    (None, Some(table)) => match table.indexes.get(&op.to) {
                        Some(index) => create_index(table, index)?,
                        None => return Ok(()),
                    },
                    (None, None) => return Ok(()),
                };
                self.execute(sql);
            }
            _ => {}
        }
        Ok(())
    }

    fn is_strict(&self, position: usize) -> Result<bool> {
        let start = self.tracks.of_operation(position).and_then(|track| track.start.as_deref());
        let base = start.map(|start| base(start, self.live)).transpose()?.flatten();
        Ok(base.is_some_and(|base| base.def.strict))
    }

    /// The text of an index that keeps what the schema has no word for, such as a collation. Only where no column
    /// was renamed since it was read.
    fn live_index(&self, name: &str) -> Option<&str> {
        let untouched = self.tracks.iter().all(|track| track.named_by.is_empty());
        let index = self.live.objects.iter().find(|object| {
            object.kind == LiveObjectKind::Index && object.name == name && !object.sql.is_empty()
        });
        index.filter(|_| untouched).map(|index| index.sql.as_str())
    }
}

/// The refusal of rows of `source` for which a generated column would be NULL and must not be.
pub(super) fn computed_nulls(source: &str, table: &Table, column: &Column) -> Result<Option<Step>> {
    let Some(generated) = column.generated.as_ref().filter(|_| !column.nullable) else { return Ok(None) };
    let rows = format!("FROM {source} WHERE ({}) IS NULL", generated_sql(table, column, &generated.expr)?);
    let refusal = Refusal {
        message: format!("{}.{} does not accept NULL, and is computed as NULL", table.name, column.name),
        find: Some(format!("SELECT * {rows}")),
        hint: "give what it is computed from values first, or let it accept NULL".to_owned(),
    };
    Ok(Some(Step { sql: format!("SELECT count(*) {rows}"), kind: StepKind::Refuse(refusal) }))
}

/// The refusal of a unique index over rows that are equal in it.
fn duplicates(table: &Table, index: &Index) -> Result<Option<Step>> {
    let columns: Option<Vec<&str>> = index
        .columns
        .iter()
        .map(|key| match &key.expr {
            Expr::Column(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let Some(columns) = columns.filter(|_| index.unique && index.predicate.is_none()) else {
        return Ok(None);
    };
    Ok(Some(duplicates_in(&identifier(&table.name), &table.name, &index.name, &columns)))
}

/// The refusal of rows of `source` that agree in all of `columns`.
pub(super) fn duplicates_in(source: &str, table: &str, name: &str, columns: &[&str]) -> Step {
    let keys = identifiers(columns.iter().copied());
    let present: Vec<String> =
        columns.iter().map(|column| format!("{} IS NOT NULL", identifier(column))).collect();
    let groups = format!("FROM {source} WHERE {} GROUP BY {keys} HAVING count(*) > 1", present.join(" AND "));
    Step {
        sql: format!("SELECT count(*) FROM (SELECT 1 {groups})"),
        kind: StepKind::Refuse(Refusal {
            message: format!(
                "{table} holds rows that agree in {}, which {name} forbids; groups",
                columns.join(", ")
            ),
            find: Some(format!("SELECT {keys}, count(*) {groups}")),
            hint: "make the values differ, or delete all but one row of each group".to_owned(),
        }),
    }
}
