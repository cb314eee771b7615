//! Which table, column, constraint and index of the end is which of the start: names change in between.

use crate::error::{Error, ErrorKind, Result};
use crate::migrations::Operation;
use crate::schema::{Column, ConstraintKind, Expr, Schema, SqlType, Table, rename_all};
use std::collections::{BTreeMap, BTreeSet};

/// One table through all operations of a plan.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Its name at the start; none for a table that the plan creates.
    pub(super) start: Option<String>,
    /// Its name at the end; none for a table that the plan drops.
    pub(super) end: Option<String>,
    /// The operation that touches it first.
    pub(super) first: usize,
    /// Whether an operation needs it built anew.
    pub(super) rebuild: bool,
    /// The name that each column has until the plan's own renames: its name at the start, or for a new column a
    /// name that no other has. By its name at the end.
    pub(super) columns: BTreeMap<String, String>,
    /// The names that renames give to columns that are not dropped, by the name in `columns`.
    passed: BTreeMap<String, BTreeSet<String>>,
    /// Columns that are new, by the name in `columns`.
    pub(super) added: BTreeSet<String>,
    /// Columns whose definition changes, by the name in `columns`.
    pub(super) altered: BTreeSet<String>,
    /// What rows that exist get in a column, by the name in `columns`: an expression over the columns of the start, and
    /// the type that the column has when they get it.
    pub(super) backfills: BTreeMap<String, (Expr, SqlType)>,
    /// Names at the start, by names at the end. Absent: added by the plan.
    pub(super) constraints: BTreeMap<String, String>,
    /// Names at the start, by names at the end. Absent: added by the plan.
    pub(super) indexes: BTreeMap<String, String>,
    /// Whether the primary key changes.
    pub(super) key_changes: bool,
    /// Columns of the start that are dropped.
    pub(super) dropped: BTreeSet<String>,
    /// For each operation that renames or adds a column: the column, by the name in `columns`.
    pub(super) named_by: BTreeMap<usize, String>,
}

impl Track {
    fn of(table: &Table, first: usize) -> Track {
        let same = |names: Vec<&String>| names.into_iter().map(|name| (name.clone(), name.clone())).collect();
        Track {
            start: Some(table.name.clone()),
            end: Some(table.name.clone()),
            first,
            columns: same(table.columns.keys().collect()),
            constraints: same(table.constraints.keys().collect()),
            indexes: same(table.indexes.keys().collect()),
            ..Track::default()
        }
    }

    fn created(table: &Table, first: usize) -> Track {
        let mut track = Track { start: None, ..Track::of(table, first) };
        track.constraints.clear();
        track.indexes.clear();
        track
    }

    /// The name that a column of the end has until the plan's own renames.
    pub(super) fn before(&self, column: &str) -> String {
        self.columns.get(column).cloned().unwrap_or_else(|| column.to_owned())
    }

    /// The same expression, read before the plan's own renames.
    pub(super) fn expr_before(&self, expr: &Expr) -> Expr {
        expr.clone().rename_columns(&|name| self.columns.get(name).cloned())
    }

    /// The table of the end as it is before the plan's own renames.
    pub(super) fn table_before(&self, end: &Table) -> Table {
        let rename = |name: &str| self.columns.get(name).cloned();
        let mut table = end.clone();
        table.name = self.start.clone().unwrap_or_else(|| end.name.clone());
        table.columns = end
            .columns
            .values()
            .map(|column| {
                let name = self.before(&column.name);
                let default = column.default.clone().map(|default| default.rename_columns(&rename));
                (name, Column { default, ..column.clone().rename_columns(&rename) })
            })
            .collect();
        rename_all(&mut table.primary_key, &rename);
        for constraint in table.constraints.values_mut() {
            *constraint = constraint.clone().rename_columns(&rename);
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                && key.table == end.name
            {
                key.table.clone_from(&table.name);
                rename_all(&mut key.references, &rename);
            }
        }
        for index in table.indexes.values_mut() {
            *index = index.clone().rename_columns(&rename);
        }
        table
    }

    /// A name for a new column that no column of the table has, and none had at the start or between two renames: a
    /// rebuilt table has the new column from the start.
    fn free(&self, wanted: &str) -> String {
        let held = || self.columns.values().chain(self.passed.values().flatten());
        let taken = |name: &str| held().any(|other| other.eq_ignore_ascii_case(name));
        let numbered = |number: usize| format!("{wanted}_umbral_{number}");
        if taken(wanted) {
            (1..).map(numbered).find(|name| !taken(name)).unwrap_or_default()
        } else {
            wanted.to_owned()
        }
    }
}

/// Lets the foreign keys of `made`, which is `end` under other names, point at tables by the names that these have while
/// the operations from `position` on are still to come: SQLite rewrites them when a table or a column is renamed.
pub(super) fn pointing_at(mut made: Table, end: &Table, operations: &[Operation], position: usize) -> Table {
    let later = operations.get(position..).unwrap_or_default();
    for constraint in made.constraints.values_mut() {
        let Some(ConstraintKind::ForeignKey(last)) =
            end.constraints.get(&constraint.name).map(|one| &one.kind)
        else {
            continue;
        };
        let (ConstraintKind::ForeignKey(key), true) = (&mut constraint.kind, last.table != end.name) else {
            continue;
        };
        (key.table, key.references) = (last.table.clone(), last.references.clone());
        for (at, operation) in later.iter().enumerate().rev() {
            match operation {
                Operation::CreateTable(op) if op.table.name == key.table => {
                    if leaves(&later[..at], &key.table) {
                        key.table = later_name(&key.table);
                    }
                    break;
                }
                Operation::RenameTable(op) if op.to == key.table => key.table.clone_from(&op.from),
                Operation::RenameColumn(op) if op.table == key.table => {
                    rename_all(&mut key.references, &|name| (name == op.to).then(|| op.from.clone()));
                }
                _ => {}
            }
        }
    }
    made
}

/// Whether one of the operations gives the table of this name another one.
pub(super) fn leaves(operations: &[Operation], name: &str) -> bool {
    operations.iter().any(|operation| matches!(operation, Operation::RenameTable(op) if op.from == name))
}

/// What a table is called until it has its name, where that is another table's while foreign keys to it are made: they
/// would follow the other one.
pub(super) fn later_name(name: &str) -> String {
    format!("umbral_later_{name}")
}

/// All tables that the operations touch.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    /// The track of each name at the operation at hand.
    current: BTreeMap<String, usize>,
    /// The track that each operation is about.
    of_operation: BTreeMap<usize, usize>,
}

impl Tracks {
    /// Follows the operations from `from`; also the states before each of them, and the one at the end.
    pub(super) fn follow(operations: &[Operation], from: &Schema) -> Result<(Tracks, Vec<Schema>)> {
        let mut tracks = Tracks::default();
        let mut states = vec![from.clone()];
        for (position, operation) in operations.iter().enumerate() {
            let before = states[position].clone();
            let mut after = before.clone();
            operation.apply(&mut after)?;
            tracks.record(operation, position, &before)?;
            states.push(after);
        }
        Ok((tracks, states))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter()
    }

    /// The track of the table that has this name at the end; none where no operation is about it.
    pub(super) fn ending_as(&self, name: &str) -> Option<&Track> {
        self.tracks.iter().find(|track| track.end.as_deref() == Some(name))
    }

    /// The track of the table that an operation is about.
    pub(super) fn of_operation(&self, position: usize) -> Option<&Track> {
        self.tracks.get(*self.of_operation.get(&position)?)
    }

    pub(super) fn of_operation_mut(&mut self, position: usize) -> Option<&mut Track> {
        self.tracks.get_mut(*self.of_operation.get(&position)?)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Track> {
        self.tracks.iter_mut()
    }

    /// The number of the track of the table of this name, begun where there is none yet.
    fn number(&mut self, table: &str, position: usize, before: &Schema) -> Result<usize> {
        if let Some(number) = self.current.get(table) {
            return Ok(*number);
        }
        let table = before
            .table(table)
            .ok_or_else(|| Error::new(ErrorKind::Schema, format!("there is no table {table}")))?;
        self.begin(Track::of(table, position))
    }

    fn begin(&mut self, track: Track) -> Result<usize> {
        let name = track.end.clone().unwrap_or_default();
        self.tracks.push(track);
        self.current.insert(name, self.tracks.len() - 1);
        Ok(self.tracks.len() - 1)
    }

    fn record(&mut self, operation: &Operation, position: usize, before: &Schema) -> Result<()> {
        let number = match operation {
            Operation::CreateTable(op) => self.begin(Track::created(&op.table, position))?,
            Operation::DropTable(op) => {
                let number = self.number(&op.table, position, before)?;
                self.tracks[number].end = None;
                self.current.remove(&op.table);
                number
            }
            Operation::RenameTable(op) => {
                let number = self.number(&op.from, position, before)?;
                self.tracks[number].end = Some(op.to.clone());
                self.current.remove(&op.from);
                self.current.insert(op.to.clone(), number);
                number
            }
            _ => {
                let Some(table_op) = operation.as_op().as_table_op() else { return Ok(()) };
                let number = self.number(table_op.table(), position, before)?;
                self.tracks[number].record(operation, position);
                number
            }
        };
        self.of_operation.insert(position, number);
        Ok(())
    }
}

impl Track {
    fn record(&mut self, operation: &Operation, position: usize) {
        match operation {
            Operation::AddColumn(op) => {
                let name = self.free(&op.column.name);
                if let Some(backfill) = &op.backfill {
                    let value = (self.expr_before(backfill), op.column.ty.clone());
                    self.backfills.insert(name.clone(), value);
                }
                self.added.insert(name.clone());
                self.named_by.insert(position, name.clone());
                self.columns.insert(op.column.name.clone(), name);
            }
            Operation::DropColumn(op) => {
                if let Some(name) = self.columns.remove(&op.column) {
                    self.passed.remove(&name);
                    if !self.added.remove(&name) {
                        self.dropped.insert(name);
                    }
                }
            }
            Operation::RenameColumn(op) => {
                if let Some(name) = self.columns.remove(&op.from) {
                    self.named_by.insert(position, name.clone());
                    self.passed.entry(name.clone()).or_default().insert(op.to.clone());
                    self.columns.insert(op.to.clone(), name);
                }
            }
            Operation::AlterColumn(op) => {
                let name = self.before(&op.to.name);
                if let Some(backfill) = &op.backfill {
                    let value = (self.expr_before(backfill), op.to.ty.clone());
                    self.backfills.insert(name.clone(), value);
                }
                self.altered.insert(name);
            }
            Operation::AlterPrimaryKey(_) => self.key_changes = true,
            Operation::DropConstraint(op) => {
                self.constraints.remove(&op.constraint);
            }
            Operation::RenameConstraint(op) => rename(&mut self.constraints, &op.from, &op.to),
            Operation::DropIndex(op) => {
                self.indexes.remove(&op.index);
            }
            Operation::RenameIndex(op) => rename(&mut self.indexes, &op.from, &op.to),
            _ => {}
        }
    }
}

fn rename(names: &mut BTreeMap<String, String>, from: &str, to: &str) {
    if let Some(start) = names.remove(from) {
        names.insert(to.to_owned(), start);
    }
}
