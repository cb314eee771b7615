//! Renames, in an order in which no name is taken twice.

use super::Renames;
use super::compare::Comparison;
use super::projection::Projection;
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{
    DropConstraint, DropIndex, Operation, RenameColumn, RenameConstraint, RenameIndex, RenameTable,
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
    in_order(stage, pairs, &|from, to| Operation::RenameTable(RenameTable { from, to }))?;
    for survivor in &projection.survivors {
        let table = &survivor.to.name;
        in_order(stage, survivor.renamed_columns.clone(), &|from, to| {
            Operation::RenameColumn(RenameColumn { table: table.clone(), from, to })
        })?;
    }
    for survivor in &projection.survivors {
        let mut labels = renames.labels_of(&survivor.to.name);
        labels.try_for_each(|rename| stage.emit(Operation::RenameLabel(rename)))?;
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

/// Emits renames as their new names get free. Where names go round in a circle, the first makes room under an interim
/// name.
fn in_order(
    stage: &mut Stage,
    mut pairs: Vec<(String, String)>,
    rename: &dyn Fn(String, String) -> Operation,
) -> Result<()> {
    let mut circles = pairs.len();
    while !pairs.is_empty() {
        let before = pairs.len();
        pairs.retain(|(from, to)| !stage.attempt(&[rename(from.clone(), to.clone())]));
        if pairs.len() == before {
            let (from, to) = pairs.remove(0);
            if circles == 0 {
                return stage.emit(rename(from, to));
            }
            circles -= 1;
            stage.emit(rename(from.clone(), interim(&from)))?;
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
