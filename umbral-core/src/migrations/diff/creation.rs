//! New tables, those that are referenced first.

use super::projection::Projection;
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{CreateTable, Operation, has_key};
use crate::schema::{Constraint, ConstraintKind, ForeignKey, Schema, Table};
use std::collections::BTreeMap;

/// Creates what is new. A foreign key that cannot stand yet, since what it references comes later, is left to be added
/// at the end.
pub(super) fn create(stage: &mut Stage, to: &Schema, projection: &Projection<'_>) -> Result<()> {
    let mut left: BTreeMap<&str, &Table> =
        projection.created.iter().map(|table| (table.name.as_str(), *table)).collect();
    while let Some(name) = next(&left) {
        let Some(table) = left.remove(name) else { break };
        let mut table = table.clone();
        table.constraints.retain(|_, constraint| can_stand(stage.state(), to, name, constraint));
        stage.emit(Operation::CreateTable(CreateTable { table }))?;
    }
    Ok(())
}

/// The table to create next: the first that references none of the others, or else the first of a circle.
fn next<'t>(left: &BTreeMap<&'t str, &'t Table>) -> Option<&'t str> {
    let is_free = |table: &&&Table| references(table, left).next().is_none();
    if let Some(free) = left.values().find(is_free) {
        return Some(&free.name);
    }
    // Every table left references another one that is left: following the first leads into a circle.
    let mut path: Vec<&'t str> = vec![left.keys().next()?];
    while let Some(next) = path.last().and_then(|name| references(left.get(name)?, left).next()) {
        if let Some(start) = path.iter().position(|name| *name == next) {
            return path.drain(start..).min();
        }
        path.push(next);
    }
    path.pop()
}

fn references<'t>(table: &'t Table, left: &BTreeMap<&'t str, &'t Table>) -> impl Iterator<Item = &'t str> {
    let of_others = table.foreign_keys().map(|key| key.table.as_str()).filter(|name| *name != table.name);
    of_others.filter(|name| left.contains_key(name)).collect::<std::collections::BTreeSet<_>>().into_iter()
}

/// Whether a constraint of a new table can be created with it: a foreign key only where what it references is there, and
/// will stay as it is.
fn can_stand(state: &Schema, to: &Schema, table: &str, constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::ForeignKey(key) => key.table == table || can_reference(state, to, key),
        ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => true,
    }
}

fn can_reference(state: &Schema, to: &Schema, key: &ForeignKey) -> bool {
    let (Some(there), Some(then)) = (state.table(&key.table), to.table(&key.table)) else { return false };
    let same_type = |name: &String| match (there.column(name), then.column(name)) {
        (Some(there), Some(then)) => there.ty == then.ty,
        _ => false,
    };
    let mut lasting = there.clone();
    if lasting.primary_key != then.primary_key {
        lasting.primary_key.clear();
    }
    key.references.iter().all(same_type) && has_key(&lasting, &key.references)
}
