//! Renames, in an order in which no name is taken twice.

use super::Renames;
use super::compare::Comparison;
use super::projection::Projection;
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{
    DropConstraint, DropIndex, Operation, RenameColumn, RenameConstraint, RenameIndex, RenameLabel,
    RenameTable,
};
use crate::schema::Schema;

/// Renames tables, then columns, then labels, then indexes and constraints.
pub(super) fn rename(
    stage: &mut Stage,
    projection: &Projection<'_>,
    comparison: &Comparison<'_>,
    renames: &Renames,
) -> Result<()> {
    let renamed = projection.survivors.iter().filter(|survivor| survivor.is_renamed());
    let pairs = renamed.map(|survivor| (survivor.from.name.clone(), survivor.to.name.clone())).collect();
    in_order(pairs, &mut |from, to| stage.emit(Operation::RenameTable(RenameTable { from, to })))?;
    for survivor in &projection.survivors {
        let table = &survivor.to.name;
        in_order(survivor.renamed_columns.clone(), &mut |from, to| {
            stage.emit(Operation::RenameColumn(RenameColumn { table: table.clone(), from, to }))
        })?;
    }
    for survivor in &projection.survivors {
        rename_labels(renames, &survivor.to.name, &mut |rename| stage.emit(Operation::RenameLabel(rename)))?;
    }
    or_drop(
        stage,
        comparison.renamed_indexes(),
        &|_, _, _| true,
        &|table, from, to| Operation::RenameIndex(RenameIndex { table, from, to }),
        &|table, index| Operation::DropIndex(DropIndex { table, index }),
    )?;
    or_drop(
        stage,
        comparison.renamed_constraints(),
        &is_free,
        &|table, from, to| Operation::RenameConstraint(RenameConstraint { table, from, to }),
        &|table, constraint| Operation::DropConstraint(DropConstraint { table, constraint }),
    )
}

/// A name that stands in while names are swapped.
fn interim(name: &str) -> String {
    format!("{name}_interim")
}

/// Renames the labels of a table's columns, in an order in which no name is taken twice.
pub(super) fn rename_labels(
    renames: &Renames,
    table: &str,
    rename: &mut dyn FnMut(RenameLabel) -> Result<()>,
) -> Result<()> {
    for ((_, column), labels) in renames.labels.iter().filter(|((holder, _), _)| holder == table) {
        // In one order, whatever was said first: columns of one enum go through the same lists of labels.
        let mut labels = labels.clone();
        labels.sort();
        in_order(labels, &mut |from, to| {
            rename(RenameLabel { table: table.to_owned(), column: column.clone(), from, to })
        })?;
    }
    Ok(())
}

/// Makes renames as their new names get free; one that fails changes nothing. Where names go round in a circle, the first
/// makes room under an interim name.
fn in_order(
    mut pairs: Vec<(String, String)>,
    rename: &mut dyn FnMut(String, String) -> Result<()>,
) -> Result<()> {
    while !pairs.is_empty() {
        let before = pairs.len();
        pairs.retain(|(from, to)| rename(from.clone(), to.clone()).is_err());
        if pairs.len() == before {
            let (from, to) = pairs.remove(0);
            if !pairs.iter().any(|(other, _)| *other == to) {
                return rename(from, to);
            }
            rename(from.clone(), interim(&from))?;
            pairs.push((interim(&from), to));
        }
    }
    Ok(())
}

/// Whether no other table has a constraint of this name: for some databases names of foreign keys and checks are names of
/// the whole database.
fn is_free(state: &Schema, table: &str, name: &str) -> bool {
    state.tables.values().all(|other| other.name == table || !other.constraints.contains_key(name))
}

/// Emits renames as their new names get free. What then still has no free name is dropped, and built again later.
fn or_drop(
    stage: &mut Stage,
    mut renames: Vec<(String, String, String)>,
    is_free: &dyn Fn(&Schema, &str, &str) -> bool,
    rename: &dyn Fn(String, String, String) -> Operation,
    drop: &dyn Fn(String, String) -> Operation,
) -> Result<()> {
    loop {
        let before = renames.len();
        renames.retain(|(table, from, to)| {
            !is_free(stage.state(), table, to)
                || !stage.attempt(&[rename(table.clone(), from.clone(), to.clone())])
        });
        if renames.len() == before {
            break;
        }
    }
    renames.into_iter().try_for_each(|(table, from, _)| stage.emit(drop(table, from)))
}
