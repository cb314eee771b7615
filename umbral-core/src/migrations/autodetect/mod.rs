//! What changed since the last migration.

mod backfill;
mod models;
mod naming;
mod order;
mod questions;
mod renames;
mod split_cycles;

pub use models::Models;
pub use questions::{Backfill, ColumnRename, NoInput, Questioner, TableRename};

use super::diff::diff;
use super::{Migration, MigrationId, MigrationSet, Operation, ProjectState};
use crate::error::{Error, ErrorKind, Result};
use naming::Numbers;
use order::Placed;
use split_cycles::Chunk;
use std::collections::BTreeSet;

/// How new migrations are made.
#[derive(Debug, Clone, Default)]
pub struct AutodetectOptions {
    /// The applications that get migrations; empty: all. Those that they need come with them.
    pub apps: Vec<String>,
    /// What new migrations are called behind their number, instead of what they do.
    pub name: Option<String>,
    /// Migrations that are applied somewhere: their names are never given to new ones, and new numbers are
    /// greater than theirs.
    pub taken: BTreeSet<MigrationId>,
}

/// The migrations that bring the state after `set` to `models`, in an order in which they can be applied; none
/// where nothing changed. The same input gives the same output on every run.
///
/// ```
/// use umbral_core::migrations::{AutodetectOptions, MigrationSet, Models, NoInput, autodetect};
/// use umbral_core::schema::{Column, SqlType, Table};
/// let book = Table::new("book").with_column(Column::new("id", SqlType::BigInt)).with_primary_key(["id"]);
/// let models = Models::default().with("bookshop", book);
/// let options = AutodetectOptions::default();
/// let new = autodetect(&MigrationSet::default(), &models, &mut NoInput, &options).unwrap();
/// assert_eq!(new[0].id.to_string(), "bookshop/0001_initial");
/// let set = MigrationSet::new(new).unwrap();
/// assert!(autodetect(&set, &models, &mut NoInput, &options).unwrap().is_empty());
/// ```
///
/// # Errors
/// [`ErrorKind::Migration`] where an application's migrations have several ends, where there are tables but no
/// models at all, or where `questioner` has no answer; [`ErrorKind::Schema`] where the migrations do not fit each
/// other.
pub fn autodetect(
    set: &MigrationSet,
    models: &Models,
    questioner: &mut dyn Questioner,
    options: &AutodetectOptions,
) -> Result<Vec<Migration>> {
    set.check_leaves()?;
    let state = set.state()?;
    check_linked(&state, models)?;
    let renames = renames::find(&state, models, questioner)?;
    let mut operations = diff(&state.schema, &models.schema, &renames)?;
    backfill::ask(&mut operations, models, questioner)?;
    let placed = order::place(operations, &state, |state, table| owner(state, models, table))?;
    let chunks = split_cycles::chunks(&placed);
    let migrations = migrations(set, &placed, &chunks, options)?;
    check_result(set, &migrations, models)?;
    Ok(only(migrations, options))
}

/// A migration without operations for an application, to be filled by hand.
///
/// # Errors
/// As [`autodetect`].
pub fn empty(set: &MigrationSet, app: &str, options: &AutodetectOptions) -> Result<Migration> {
    let leaf = set.leaf(app)?;
    let name = options.name.as_deref().or(leaf.map(|_| "custom"));
    let id = Numbers::after(set, &options.taken).next(app, name, &[])?;
    Ok(Migration { id, dependencies: leaf.into_iter().cloned().collect(), operations: Vec::new() })
}

/// A program that is linked wrongly sees no models. That is never taken for a wish to drop every table.
fn check_linked(state: &ProjectState, models: &Models) -> Result<()> {
    if state.schema.tables.is_empty() || !models.schema.tables.is_empty() {
        return Ok(());
    }
    let tables = match state.schema.tables.len() {
        1 => "a table".to_owned(),
        count => format!("{count} tables"),
    };
    Err(Error::new(ErrorKind::Migration, format!("no models were found, though the migrations make {tables}"))
        .with_hint(
            "check that the crate with the models is linked; where the tables are to go, write drop_table into an \
             empty migration",
        ))
}

/// The application that an operation on a table belongs to: its model's, or where it has none any more, that of
/// the migration which made it.
fn owner(state: &ProjectState, models: &Models, table: &str) -> String {
    models.owners.get(table).map(String::as_str).or_else(|| state.owner(table)).unwrap_or_default().to_owned()
}

fn migrations(
    set: &MigrationSet,
    placed: &[Placed],
    chunks: &[Chunk],
    options: &AutodetectOptions,
) -> Result<Vec<Migration>> {
    let mut numbers = Numbers::after(set, &options.taken);
    let mut migrations: Vec<Migration> = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        let operations: Vec<Operation> =
            chunk.operations.iter().map(|place| placed[*place].operation.clone()).collect();
        let id = numbers.next(&chunk.app, options.name.as_deref(), &operations)?;
        let mut dependencies = BTreeSet::new();
        let before = migrations.iter().rev().find(|migration| migration.id.app == chunk.app);
        match before {
            Some(before) => dependencies.insert(before.id.clone()),
            None => set.leaf(&chunk.app)?.is_some_and(|leaf| dependencies.insert(leaf.clone())),
        };
        dependencies.extend(chunk.after.iter().map(|place| migrations[*place].id.clone()));
        for app in chunk.operations.iter().flat_map(|place| &placed[*place].after_apps) {
            // A new migration of that application stands on its leaf already.
            if !dependencies.iter().any(|id| id.app == *app) {
                dependencies.extend(set.leaf(app)?.cloned());
            }
        }
        migrations.push(Migration { id, dependencies: dependencies.into_iter().collect(), operations });
    }
    Ok(migrations)
}

/// What was made is applied once before it is written: a migration that does not lead to the models would lead to
/// another one on every run.
fn check_result(set: &MigrationSet, new: &[Migration], models: &Models) -> Result<()> {
    let after = MigrationSet::new(set.iter().chain(new).cloned())?.state()?;
    if after.schema == models.schema {
        return Ok(());
    }
    let names: BTreeSet<&String> = after.schema.tables.keys().chain(models.schema.tables.keys()).collect();
    let differing: Vec<&str> = names
        .into_iter()
        .filter(|name| after.schema.table(name) != models.schema.table(name))
        .map(String::as_str)
        .collect();
    Err(Error::new(
        ErrorKind::Internal,
        format!("the new migrations do not lead to the models: {} would differ", differing.join(", ")),
    )
    .with_hint("nothing was written; this is a defect of umbral, please report it with the models"))
}

/// The migrations of the applications that are wished, and those that they stand on.
fn only(migrations: Vec<Migration>, options: &AutodetectOptions) -> Vec<Migration> {
    if options.apps.is_empty() {
        return migrations;
    }
    let mut kept: BTreeSet<MigrationId> = BTreeSet::new();
    for migration in migrations.iter().rev() {
        if options.apps.contains(&migration.id.app) || kept.contains(&migration.id) {
            kept.insert(migration.id.clone());
            kept.extend(migration.dependencies.iter().cloned());
        }
    }
    migrations.into_iter().filter(|migration| kept.contains(&migration.id)).collect()
}

#[cfg(test)]
mod tests;
