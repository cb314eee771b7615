//! Columns and tables that go.

use super::projection::{Projection, Survivor};
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{
    AlterPrimaryKey, DropColumn, DropConstraint, DropIndex, DropTable, Operation, relation_names,
};
use crate::schema::{ConstraintKind, Schema, Table};
use std::collections::BTreeSet;

/// Drops at once what has a name that something new or renamed gets: tables, indexes and constraints of tables that go,
/// and columns.
pub(super) fn make_room(stage: &mut Stage, projection: &Projection<'_>, to: &Schema) -> Result<()> {
    let wanted: BTreeSet<&str> =
        to.tables.values().flat_map(|table| relation_names(table).chain([table.name.as_str()])).collect();
    for table in &projection.dropped {
        let named = operations_on_named(table, &wanted);
        // Where a foreign key relies on the constraint, the table goes as a whole.
        if wanted.contains(table.name.as_str()) || !stage.attempt(&named) {
            drop_table(stage, &table.name)?;
        }
    }
    projection.survivors.iter().try_for_each(|survivor| make_room_in(stage, survivor))
}

/// The drops of a table's indexes and constraints whose names are wanted.
fn operations_on_named(table: &Table, wanted: &BTreeSet<&str>) -> Vec<Operation> {
    let named = relation_names(table).filter(|name| wanted.contains(name));
    let drop = |name: &str| {
        let (table, name, is_index) = (table.name.clone(), name.to_owned(), table.indexes.contains_key(name));
        if is_index {
            Operation::DropIndex(DropIndex { table, index: name })
        } else {
            Operation::DropConstraint(DropConstraint { table, constraint: name })
        }
    };
    named.map(drop).collect()
}

fn make_room_in(stage: &mut Stage, survivor: &Survivor<'_>) -> Result<()> {
    let table = &survivor.from.name;
    for (_, wanted) in &survivor.renamed_columns {
        if !survivor.dropped_columns.contains(wanted) {
            continue;
        }
        let key = stage.state().table(table).map(|table| table.primary_key.clone()).unwrap_or_default();
        if key.contains(wanted) {
            let (table, to) = (table.clone(), Vec::new());
            stage.emit(Operation::AlterPrimaryKey(AlterPrimaryKey { table, from: key, to }))?;
        }
        drop_readers(stage, table, wanted)?;
        stage.emit(Operation::DropColumn(DropColumn { table: table.clone(), column: wanted.clone() }))?;
    }
    Ok(())
}

/// Drops the generated columns that read a column. Those that stay are added again later: they hold nothing of their own.
fn drop_readers(stage: &mut Stage, table: &str, column: &str) -> Result<()> {
    let there = stage.state().table(table).into_iter().flat_map(|table| table.columns.values());
    let readers: Vec<String> = there.filter(|it| it.reads(column)).map(|it| it.name.clone()).collect();
    for reader in readers {
        drop_readers(stage, table, &reader)?;
        stage.emit(Operation::DropColumn(DropColumn { table: table.to_owned(), column: reader }))?;
    }
    Ok(())
}

/// Drops the columns that go and are still there.
pub(super) fn drop_columns(stage: &mut Stage, projection: &Projection<'_>) -> Result<()> {
    for Survivor { to, .. } in &projection.survivors {
        let there = stage.state().table(&to.name).into_iter().flat_map(|table| table.columns.keys());
        let mut gone: Vec<String> = there.filter(|column| to.column(column).is_none()).cloned().collect();
        while !gone.is_empty() {
            // What is generated from a column that goes is dropped before it.
            let table = stage.state().table(&to.name);
            let is_read =
                |name: &String| table.is_some_and(|table| table.columns.values().any(|it| it.reads(name)));
            let column = gone.remove(gone.iter().position(|name| !is_read(name)).unwrap_or(0));
            stage.emit(Operation::DropColumn(DropColumn { table: to.name.clone(), column }))?;
        }
    }
    Ok(())
}

/// Drops the tables that go and are still there, those that reference others first.
pub(super) fn drop_tables(stage: &mut Stage, projection: &Projection<'_>, to: &Schema) -> Result<()> {
    let mut left: Vec<&str> = projection.dropped.iter().map(|table| table.name.as_str()).collect();
    left.retain(|name| stage.state().table(name).is_some() && to.table(name).is_none());
    while !left.is_empty() {
        let is_free = |name: &&&str| incoming(stage.state(), name).is_empty();
        let next = left.iter().position(|name| is_free(&name)).unwrap_or(0);
        drop_table(stage, left.remove(next))?;
    }
    Ok(())
}

/// Drops a table, and before it the foreign keys of other tables that reference it.
fn drop_table(stage: &mut Stage, name: &str) -> Result<()> {
    for (table, constraint) in incoming(stage.state(), name) {
        stage.emit(Operation::DropConstraint(DropConstraint { table, constraint }))?;
    }
    stage.emit(Operation::DropTable(DropTable { table: name.to_owned() }))
}

/// The foreign keys of other tables that reference a table: the holder's name, and the constraint's.
fn incoming(state: &Schema, table: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for holder in state.tables.values().filter(|holder| holder.name != table) {
        for constraint in holder.constraints.values() {
            if matches!(&constraint.kind, ConstraintKind::ForeignKey(key) if key.table == table) {
                found.push((holder.name.clone(), constraint.name.clone()));
            }
        }
    }
    found
}
