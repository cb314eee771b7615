//! Names that PostgreSQL would cut.

use super::super::Postgres;
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::Operation;

/// PostgreSQL cuts a longer name without an error, so that two may become one.
///
/// # Errors
/// For the first name that an operation would bring in and that is too long.
pub(super) fn check(backend: &Postgres, operation: &Operation) -> Result<()> {
    let Some(limit) = backend.limits().identifier_bytes else { return Ok(()) };
    match new_names(operation).into_iter().find(|name| name.len() > limit) {
        None => Ok(()),
        Some(name) => Err(Error::unsupported(
            format!("the name `{name}` has {} bytes, and PostgreSQL keeps {limit}", name.len()),
            "give it a shorter name",
        )),
    }
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
