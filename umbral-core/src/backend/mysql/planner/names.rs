//! Names that an operation would bring in and that the servers refuse.

use super::super::MySql;
use super::super::release::Family;
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::{Constraint, ConstraintKind, Schema, Table};

/// # Errors
/// For the first name that is too long, that is taken in the whole database, or that an index of the server's own has.
pub(super) fn check(backend: &MySql, operation: &Operation, after: &Schema) -> Result<()> {
    for name in new_names(operation) {
        backend.check_name(name)?;
    }
    let table = match operation {
        Operation::CreateTable(op) => &op.table.name,
        Operation::AddIndex(op) => &op.table,
        Operation::RenameIndex(op) => &op.table,
        Operation::AddConstraint(op) => &op.table,
        Operation::RenameConstraint(op) => &op.table,
        _ => return Ok(()),
    };
    after.table(table).map_or(Ok(()), |table| constraints(backend, table, after))
}

/// Foreign keys have names of their own in a database, as checks have in MySQL's, and each an index of its name.
fn constraints(backend: &MySql, table: &Table, after: &Schema) -> Result<()> {
    let named = |constraint: &&Constraint| match constraint.kind {
        ConstraintKind::ForeignKey(_) => true,
        ConstraintKind::Check(_) => backend.release.family == Family::MySql,
        ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => false,
    };
    for constraint in table.constraints.values().filter(named) {
        let same = |other: &Table| {
            let found = other.constraints.get(&constraint.name).filter(named);
            found.is_some_and(|other| {
                std::mem::discriminant(&other.kind) == std::mem::discriminant(&constraint.kind)
            })
        };
        if let Some(other) = after.tables.values().find(|other| other.name != table.name && same(other)) {
            return Err(Error::unsupported(
                format!("{} and {} each have a constraint {}", table.name, other.name, constraint.name),
                "give one of them another name: it is one name for the whole database",
            ));
        }
        let is_key = matches!(constraint.kind, ConstraintKind::ForeignKey(_));
        if is_key && table.indexes.contains_key(&constraint.name) {
            return Err(Error::unsupported(
                format!("{} has a foreign key and an index {}", table.name, constraint.name),
                "give the index another name: a foreign key has an index of its own name",
            ));
        }
    }
    Ok(())
}

fn new_names(operation: &Operation) -> Vec<&str> {
    match operation {
        Operation::CreateTable(op) => {
            let table = &op.table;
            let parts = table.columns.keys().chain(table.indexes.keys()).chain(table.constraints.keys());
            parts.chain([&table.name]).map(String::as_str).collect()
        }
        Operation::RenameTable(op) => vec![&op.to],
        Operation::AddColumn(op) => vec![&op.column.name],
        Operation::RenameColumn(op) => vec![&op.to],
        Operation::AddIndex(op) => vec![&op.index.name],
        Operation::RenameIndex(op) => vec![&op.to],
        Operation::AddConstraint(op) => vec![&op.constraint.name],
        Operation::RenameConstraint(op) => vec![&op.to],
        Operation::DropTable(_)
        | Operation::DropColumn(_)
        | Operation::AlterColumn(_)
        | Operation::RenameLabel(_)
        | Operation::AlterPrimaryKey(_)
        | Operation::AlterTableBackends(_)
        | Operation::AlterTableComment(_)
        | Operation::DropIndex(_)
        | Operation::DropConstraint(_)
        | Operation::RunSql(_) => Vec::new(),
    }
}
