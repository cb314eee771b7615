//! Drops and additions that may be renames.

use super::Renames;
use super::projection::Projection;
use crate::error::Result;
use crate::schema::{Column, ConstraintKind, ForeignKey, Schema, Table};

/// A table that has gone, and a new one of the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableCandidate<'s> {
    /// The table that has gone.
    pub from: &'s str,
    /// The table that is new.
    pub to: &'s str,
}

/// A column that has gone, and a new one of the same definition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnCandidate<'s> {
    /// The table, by its new name.
    pub table: &'s str,
    /// The column that has gone.
    pub from: &'s Column,
    /// The column that is new.
    pub to: &'s Column,
}

/// The pairs of tables that may be renames beside `renames`: same columns, same primary key. By name; a table can stand
/// in several.
///
/// # Errors
/// As [`diff`](super::diff), where `renames` names what is not there.
pub fn table_candidates<'s>(
    from: &'s Schema,
    to: &'s Schema,
    renames: &Renames,
) -> Result<Vec<TableCandidate<'s>>> {
    let projection = Projection::new(from, to, renames)?;
    let mut found = Vec::new();
    for gone in &projection.dropped {
        for new in projection.created.iter().filter(|new| same_shape(gone, new)) {
            found.push(TableCandidate { from: &gone.name, to: &new.name });
        }
    }
    Ok(found)
}

fn same_shape(gone: &Table, new: &Table) -> bool {
    gone.columns == new.columns && gone.primary_key == new.primary_key
}

/// The pairs of columns that may be renames beside `renames`: the same but for their names, and referencing the same
/// where they are foreign keys. By table, and in the order of the columns that went; a column can stand in several.
///
/// # Errors
/// As [`diff`](super::diff), where `renames` names what is not there.
pub fn column_candidates<'s>(
    from: &'s Schema,
    to: &'s Schema,
    renames: &Renames,
) -> Result<Vec<ColumnCandidate<'s>>> {
    let projection = Projection::new(from, to, renames)?;
    let mut found = Vec::new();
    for survivor in &projection.survivors {
        let new =
            survivor.to.columns.values().filter(|column| survivor.projected.column(&column.name).is_none());
        let new: Vec<&'s Column> = new.collect();
        for gone in survivor.dropped_columns.iter().filter_map(|name| survivor.from.column(name)) {
            let references = survivor.references(&gone.name);
            let same = |new: &&&Column| {
                same_definition(gone, new) && references == reference_of(survivor.to, &new.name)
            };
            let table = survivor.to.name.as_str();
            found.extend(new.iter().filter(same).map(|new| ColumnCandidate { table, from: gone, to: new }));
        }
    }
    Ok(found)
}

fn same_definition(gone: &Column, new: &Column) -> bool {
    Column { name: new.name.clone(), ..gone.clone() } == *new
}

/// What the column of a table references on its own: the table and the column.
pub(super) fn reference_of<'t>(table: &'t Table, column: &str) -> Option<(&'t str, &'t str)> {
    table.constraints.values().find_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(ForeignKey { columns, table, references, .. }) => {
            match (&columns[..], &references[..]) {
                ([own], [target]) if own == column => Some((table.as_str(), target.as_str())),
                _ => None,
            }
        }
        _ => None,
    })
}
