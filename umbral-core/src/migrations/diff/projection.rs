//! One schema seen with the names of the other.

use super::candidates::reference_of;
use super::renaming::rename_labels;
use super::{Renames, no_such};
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::operations::TableOp;
use crate::schema::{ConstraintKind, Schema, Table, rename_all};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of each table.
pub(super) struct Projection<'s> {
    /// Tables that stay, by their new names.
    pub(super) survivors: Vec<Survivor<'s>>,
    /// Tables that go.
    pub(super) dropped: Vec<&'s Table>,
    /// Tables that are new.
    pub(super) created: Vec<&'s Table>,
}

/// A table that stays.
pub(super) struct Survivor<'s> {
    /// As it was.
    pub(super) from: &'s Table,
    /// As it becomes.
    pub(super) to: &'s Table,
    /// As it was, under the new names of all tables, columns and labels. Names that go are marked, so that nothing that uses
    /// them equals anything new.
    pub(super) projected: Table,
    /// Its columns that stay under another name: old and new, in the order of the columns.
    pub(super) renamed_columns: Vec<(String, String)>,
    /// Its columns that go.
    pub(super) dropped_columns: Vec<String>,
}

/// The mark of a name that goes: no database has it in a name.
const GONE: char = '\0';

impl<'s> Projection<'s> {
    pub(super) fn new(from: &'s Schema, to: &'s Schema, renames: &Renames) -> Result<Projection<'s>> {
        let tables = TableNames::new(from, to, renames)?;
        let mut names = Names { tables: BTreeMap::new(), columns: BTreeMap::new() };
        for table in from.tables.values() {
            let new = tables.stays.get(table.name.as_str()).and_then(|name| to.table(name));
            let columns = match new {
                Some(new) => column_names(table, new, renames)?,
                None => BTreeMap::new(),
            };
            names.columns.insert(table.name.clone(), columns);
            names
                .tables
                .insert(table.name.clone(), new.map_or_else(|| gone(&table.name), |new| new.name.clone()));
        }
        let stays = tables.stays.iter().filter_map(|(old, new)| Some((from.table(old)?, to.table(new)?)));
        let survivors: Result<Vec<Survivor<'s>>> =
            stays.map(|(from, to)| names.survivor(from, to, renames)).collect();
        let mut survivors = survivors?;
        survivors.sort_by(|left, right| left.to.name.cmp(&right.to.name));
        Ok(Projection {
            survivors,
            dropped: from
                .tables
                .values()
                .filter(|table| !tables.stays.contains_key(table.name.as_str()))
                .collect(),
            created: to.tables.values().filter(|table| !tables.is_old(&table.name)).collect(),
        })
    }
}

impl Survivor<'_> {
    pub(super) fn is_renamed(&self) -> bool {
        self.from.name != self.to.name
    }

    /// What a column that goes references on its own: the table and the column, under their new names.
    pub(super) fn references(&self, dropped: &str) -> Option<(&str, &str)> {
        reference_of(&self.projected, &gone(dropped))
    }
}

/// The tables that stay: from the old names to the new.
struct TableNames<'a> {
    stays: BTreeMap<&'a str, &'a str>,
}

impl<'a> TableNames<'a> {
    fn new(from: &'a Schema, to: &'a Schema, renames: &'a Renames) -> Result<TableNames<'a>> {
        let mut stays = BTreeMap::new();
        for (old, new) in &renames.tables {
            from.table(old).ok_or_else(|| no_such("table", old))?;
            to.table(new).ok_or_else(|| no_such("table", new))?;
            stays.insert(old.as_str(), new.as_str());
        }
        let taken: BTreeSet<&str> = stays.values().copied().collect();
        if taken.len() < stays.len() {
            return Err(Error::new(ErrorKind::Schema, "two tables are renamed to the same name"));
        }
        for name in from.tables.keys().map(String::as_str) {
            if to.table(name).is_some() && !stays.contains_key(name) && !taken.contains(name) {
                stays.insert(name, name);
            }
        }
        Ok(TableNames { stays })
    }

    fn is_old(&self, new: &str) -> bool {
        self.stays.values().any(|name| *name == new)
    }
}

/// The new name of every column of a table, or the mark that it goes.
fn column_names(from: &Table, to: &Table, renames: &Renames) -> Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for ((_, old), new) in renames.columns.iter().filter(|((table, _), _)| *table == to.name) {
        let place = |column: &str| format!("{}.{column}", to.name);
        from.column(old).ok_or_else(|| no_such("column", &place(old)))?;
        to.column(new).ok_or_else(|| no_such("column", &place(new)))?;
        if !taken.insert(new.as_str()) {
            let message = format!("two columns of `{}` are renamed to `{new}`", to.name);
            return Err(Error::new(ErrorKind::Schema, message));
        }
        names.insert(old.clone(), new.clone());
    }
    for column in from.columns.keys() {
        if names.contains_key(column) {
            continue;
        }
        let stays = to.column(column).is_some() && !taken.contains(column.as_str());
        names.insert(column.clone(), if stays { column.clone() } else { gone(column) });
    }
    Ok(names)
}

fn gone(name: &str) -> String {
    format!("{name}{GONE}")
}

/// The new names of all tables and, by the old name of their table, columns.
struct Names {
    tables: BTreeMap<String, String>,
    columns: BTreeMap<String, BTreeMap<String, String>>,
}

impl Names {
    fn survivor<'s>(&self, from: &'s Table, to: &'s Table, renames: &Renames) -> Result<Survivor<'s>> {
        let of_column = |name: &str| self.column(&from.name, name);
        let renamed = from.columns.keys().filter_map(|old| Some((old.clone(), of_column(old)?)));
        let (dropped, renamed): (Vec<_>, Vec<_>) = renamed.partition(|(_, new)| new.ends_with(GONE));
        let mut projected = self.projected(from, to);
        rename_labels(renames, &to.name, &mut |rename| Ok(rename.change(&mut projected)?))?;
        Ok(Survivor {
            from,
            to,
            projected,
            renamed_columns: renamed.into_iter().filter(|(old, new)| old != new).collect(),
            dropped_columns: dropped.into_iter().map(|(old, _)| old).collect(),
        })
    }

    fn column(&self, table: &str, column: &str) -> Option<String> {
        self.columns.get(table)?.get(column).cloned()
    }

    fn projected(&self, from: &Table, to: &Table) -> Table {
        let of_column = |name: &str| self.column(&from.name, name);
        let mut table = Table::new(to.name.clone());
        for column in from.columns.values() {
            let column = column.clone().rename_columns(&of_column);
            table.columns.insert(column.name.clone(), column);
        }
        table.comment.clone_from(&from.comment);
        table.backends.clone_from(&from.backends);
        table.primary_key.clone_from(&from.primary_key);
        rename_all(&mut table.primary_key, &of_column);
        for (name, index) in &from.indexes {
            table.indexes.insert(name.clone(), index.clone().rename_columns(&of_column));
        }
        for (name, constraint) in &from.constraints {
            let mut constraint = constraint.clone().rename_columns(&of_column);
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                rename_all(&mut key.references, &|name| self.column(&key.table, name));
                key.table = self.tables.get(&key.table).cloned().unwrap_or_else(|| gone(&key.table));
            }
            table.constraints.insert(name.clone(), constraint);
        }
        table
    }
}
