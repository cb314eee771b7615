//! Queries that find rows which stand against a change, before it is made.

use super::super::MySql;
use super::super::ddl::{check_text, key_text};
use super::super::text::identifier;
use super::sources::Sources;
use crate::backend::{DatabaseBackend, Refusal, Step, StepKind, requirements};
use crate::error::Result;
use crate::schema::{Constraint, ConstraintKind, ForeignKey, Index, Table};

/// A step that refuses when there are rows of `table` for which `condition` is true. `None`: it has none.
pub(super) fn rows_where(
    sources: &Sources,
    table: &str,
    condition: &str,
    message: String,
    hint: &str,
) -> Option<Step> {
    let from = format!("FROM {} WHERE {condition}", sources.from(table, table)?);
    Some(refusal(format!("SELECT COUNT(*) {from}"), format!("SELECT * {from}"), message, hint))
}

fn refusal(count: String, find: String, message: String, hint: &str) -> Step {
    let refusal = Refusal { message, find: Some(find), hint: hint.to_owned() };
    Step { sql: count, kind: StepKind::Refuse(refusal) }
}

/// A new column would be NOT NULL without any value for the rows there are: the server would make one up.
pub(super) fn rows_without_value(sources: &Sources, table: &str, column: &str) -> Option<Step> {
    let from = format!("FROM {}", sources.from(table, table)?);
    Some(refusal(
        format!("SELECT COUNT(*) {from}"),
        format!("SELECT * {from}"),
        format!("{table} has rows, and the new column {column} is NOT NULL without a default"),
        "give the column a default, or the operation a `backfill`",
    ))
}

/// A column is to become NOT NULL and holds NULL.
pub(super) fn nulls(sources: &Sources, table: &str, column: &str) -> Option<Step> {
    rows_where(
        sources,
        table,
        &format!("{} IS NULL", identifier(column)),
        format!("{table}.{column} holds NULL, and is to become NOT NULL"),
        "give these rows a value first, or the operation a `backfill`",
    )
}

/// Columns are to become the primary key and hold NULL, or several rows agree in them.
pub(super) fn key(sources: &Sources, table: &str, columns: &[String]) -> Vec<Step> {
    let keys: Vec<String> = columns.iter().map(|column| identifier(column)).collect();
    let conditions: Vec<String> = keys.iter().map(|key| format!("{key} IS NULL")).collect();
    let list = columns.join(", ");
    let holds_null = rows_where(
        sources,
        table,
        &conditions.join(" OR "),
        format!("{table}({list}) holds NULL, and is to become the primary key"),
        "give these rows a key first",
    );
    let message = format!("{table}({list}) is to become the primary key, and several rows agree in it");
    holds_null.into_iter().chain(duplicates(sources, table, &keys, message)).collect()
}

/// What stands against a constraint.
pub(super) fn constraint(
    backend: &MySql,
    sources: &Sources,
    table: &Table,
    constraint: &Constraint,
) -> Result<Option<Step>> {
    Ok(match &constraint.kind {
        ConstraintKind::Unique(unique) => {
            let keys: Vec<String> = unique.columns.iter().map(|column| identifier(column)).collect();
            let columns = unique.columns.join(", ");
            let message =
                format!("{}({columns}) is to become unique, and several rows agree in it", table.name);
            duplicates(sources, &table.name, &keys, message)
        }
        ConstraintKind::Check(check) => {
            let demand = check_text(backend, table, &check.expr)?;
            let message =
                format!("rows of {} violate the check {}: {}", table.name, constraint.name, check.expr);
            let condition = format!("NOT ({demand})");
            rows_where(sources, &table.name, &condition, message, "correct these rows first")
        }
        ConstraintKind::ForeignKey(key) => orphans(sources, &table.name, key),
        ConstraintKind::Exclusion(_) => return Err(requirements::no_exclusion(backend.name(), constraint)),
    })
}

/// What stands against a unique index.
pub(super) fn duplicates_in_index(
    backend: &MySql,
    sources: &Sources,
    table: &Table,
    index: &Index,
) -> Result<Option<Step>> {
    let keys: Vec<String> =
        index.columns.iter().map(|key| key_text(backend, table, &key.expr)).collect::<Result<_>>()?;
    let message =
        format!("several rows of {} agree in all keys of the new unique index {}", table.name, index.name);
    Ok(duplicates(sources, &table.name, &keys, message))
}

/// Values that several rows have in common. A NULL agrees with nothing.
fn duplicates(sources: &Sources, table: &str, keys: &[String], message: String) -> Option<Step> {
    let list = keys.join(", ");
    let conditions: Vec<String> = keys.iter().map(|key| format!("{key} IS NOT NULL")).collect();
    let from = sources.from(table, table)?;
    let grouped =
        format!("FROM {from} WHERE {} GROUP BY {list} HAVING COUNT(*) > 1", conditions.join(" AND "));
    Some(refusal(
        format!("SELECT COUNT(*) FROM (SELECT 1 {grouped}) AS duplicates"),
        format!("SELECT {list}, COUNT(*) {grouped}"),
        message,
        "make these rows differ, or remove all but one of each",
    ))
}

/// Rows whose key is in no row of the referenced table.
fn orphans(sources: &Sources, table: &str, key: &ForeignKey) -> Option<Step> {
    let child = sources.from(table, "child")?;
    let columns: Vec<String> =
        key.columns.iter().map(|column| format!("child.{}", identifier(column))).collect();
    let mut conditions: Vec<String> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
    if let Some(parent) = sources.from(&key.table, "parent") {
        let pairs: Vec<String> = columns
            .iter()
            .zip(&key.references)
            .map(|(column, referenced)| format!("parent.{} = {column}", identifier(referenced)))
            .collect();
        conditions.push(format!("NOT EXISTS (SELECT 1 FROM {parent} WHERE {})", pairs.join(" AND ")));
    }
    let from = format!("FROM {child} WHERE {}", conditions.join(" AND "));
    Some(refusal(
        format!("SELECT COUNT(*) {from}"),
        format!("SELECT {} {from}", columns.join(", ")),
        format!("{table}({}) refers to rows that {} does not have", key.columns.join(", "), key.table),
        "remove these rows, set their key to NULL, or add the rows they refer to",
    ))
}
