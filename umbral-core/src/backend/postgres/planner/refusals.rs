//! Queries that find rows which stand against a change, before it is made.

use super::super::Postgres;
use super::super::ddl::{identifiers, key_text};
use super::super::text::{identifier, quoted};
use super::super::types::create_extension;
use crate::backend::{Dialect, ExprContext, Refusal, Step, StepKind};
use crate::error::Result;
use crate::schema::{Column, Constraint, ConstraintKind, ForeignKey, Index, IndexMethod, Table};

/// A step that refuses when there are rows of `table` for which `condition` is true.
pub(super) fn rows_where(table: &str, condition: &str, message: String, hint: &str) -> Step {
    let from = format!("FROM {} WHERE {condition}", identifier(table));
    refusal(format!("SELECT count(*) {from}"), format!("SELECT * {from}"), message, hint)
}

fn refusal(count: String, find: String, message: String, hint: &str) -> Step {
    let refusal = Refusal { message, find: Some(find), hint: hint.to_owned() };
    Step { sql: count, kind: StepKind::Refuse(refusal) }
}

/// A type that is to be made is there already, as a table's name is one too.
pub(super) fn type_there(name: &str) -> Step {
    let from = format!("FROM pg_type WHERE typname = {} AND pg_type_is_visible(oid)", quoted(name));
    refusal(
        format!("SELECT count(*) {from}"),
        format!("SELECT oid::regtype, typtype {from}"),
        format!("the database has a type or a table {name} already, which the enum would be called"),
        "give the enum another name: `#[umbral(native = \"…\")]`, or drop what is no longer used",
    )
}

/// A new column would be NOT NULL without any value for the rows there are.
pub(super) fn rows_without_value(table: &str, column: &str) -> Step {
    let from = format!("FROM {}", identifier(table));
    refusal(
        format!("SELECT count(*) {from}"),
        format!("SELECT * {from}"),
        format!("{table} has rows, and the new column {column} is NOT NULL without a default"),
        "give the column a default, or the operation a `backfill`",
    )
}

/// A column is to become NOT NULL and holds NULL.
pub(super) fn nulls(table: &str, column: &str) -> Step {
    rows_where(
        table,
        &format!("{} IS NULL", identifier(column)),
        format!("{table}.{column} holds NULL, and is to become NOT NULL"),
        "give these rows a value first, or the operation a `backfill`",
    )
}

/// Columns are to become the primary key and hold NULL.
pub(super) fn nulls_in_key(table: &str, columns: &[String]) -> Step {
    let conditions: Vec<String> =
        columns.iter().map(|column| format!("{} IS NULL", identifier(column))).collect();
    let message = format!("{table}({}) holds NULL, and is to become the primary key", columns.join(", "));
    rows_where(table, &conditions.join(" OR "), message, "give these rows a key first")
}

/// Columns are to become the primary key and several rows agree in them.
pub(super) fn duplicates_in_key(table: &str, columns: &[String]) -> Step {
    let keys: Vec<String> = columns.iter().map(|column| identifier(column)).collect();
    let message =
        format!("{table}({}) is to become the primary key, and several rows agree in it", columns.join(", "));
    duplicates(table, &keys, false, None, message)
}

/// A view is defined by a column that is to be changed in a way that PostgreSQL refuses then: `whose type is to change`.
pub(super) fn views(table: &str, column: &str, change: &str) -> Step {
    let from = format!(
        "FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_attribute a ON a.attrelid = d.refobjid \
         AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = \
         'pg_class'::regclass AND d.refobjid = {}::regclass AND a.attname = {}",
        quoted(&identifier(table)),
        quoted(column)
    );
    refusal(
        format!("SELECT count(DISTINCT r.ev_class) {from}"),
        format!("SELECT DISTINCT r.ev_class::regclass {from}"),
        format!("views use {table}.{column}, {change}"),
        "drop the views by a run_sql before, and create them again by one behind",
    )
}

/// The extension that brings a type is not there.
pub(super) fn missing_extension(extension: &str, table: &str, column: &Column) -> Step {
    let of = format!("to_regtype({}) IS NULL", quoted(extension));
    refusal(
        format!("SELECT count(*) WHERE {of}"),
        format!(
            "SELECT e.extname, e.extversion, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE {of} \
             ORDER BY e.extname"
        ),
        format!(
            "{table}.{} is to be of the type {}, which comes with the extension {extension}, and the database does not have it",
            column.name, column.ty
        ),
        &format!(
            "create it before, in a run_sql of its own or by someone who may: {}; its schema must be in the search_path",
            create_extension(extension)
        ),
    )
}

/// The operator class that an index or a constraint names is not there.
pub(super) fn missing_class(class: &str, user: &str, method: IndexMethod) -> Step {
    let hint = match class {
        "gin_trgm_ops" | "gist_trgm_ops" => {
            "create the extension in the database before: CREATE EXTENSION pg_trgm, in a run_sql of its own"
                .to_owned()
        }
        _ => "create the extension that brings it before, in a run_sql of its own, or correct the name"
            .to_owned(),
    };
    let refusal = Refusal {
        message: format!("{user} asks for the operator class {class}, which the database does not have"),
        find: Some("SELECT extname, extversion FROM pg_extension ORDER BY extname".to_owned()),
        hint,
    };
    let classes = format!(
        "SELECT 1 FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod WHERE c.opcname = {} AND m.amname = {} \
         AND pg_opclass_is_visible(c.oid)",
        quoted(class),
        quoted(method.name())
    );
    Step { sql: format!("SELECT count(*) WHERE NOT EXISTS ({classes})"), kind: StepKind::Refuse(refusal) }
}

/// What stands against a new constraint; of one that excludes rows, the server finds it.
pub(super) fn constraint(backend: &Postgres, table: &Table, constraint: &Constraint) -> Result<Option<Step>> {
    Ok(Some(match &constraint.kind {
        ConstraintKind::Unique(unique) => {
            let keys: Vec<String> = unique.columns.iter().map(|column| identifier(column)).collect();
            let columns = unique.columns.join(", ");
            let message =
                format!("{}({columns}) is to become unique, and several rows agree in it", table.name);
            duplicates(&table.name, &keys, unique.nulls_not_distinct, None, message)
        }
        ConstraintKind::Check(check) => {
            let demand = backend.expr(&check.expr, ExprContext::of(table))?;
            let message =
                format!("rows of {} violate the new check {}: {}", table.name, constraint.name, check.expr);
            rows_where(&table.name, &format!("NOT ({demand})"), message, "correct these rows first")
        }
        ConstraintKind::ForeignKey(key) => orphans(&table.name, key),
        ConstraintKind::Exclusion(_) => return Ok(None),
    }))
}

/// What stands against a new unique index.
pub(super) fn duplicates_in_index(backend: &Postgres, table: &Table, index: &Index) -> Result<Step> {
    let keys: Vec<String> =
        index.columns.iter().map(|key| key_text(backend, table, &key.expr)).collect::<Result<_>>()?;
    let predicate = match &index.predicate {
        Some(predicate) => Some(backend.expr(predicate, ExprContext::of(table))?),
        None => None,
    };
    let message =
        format!("several rows of {} agree in all keys of the new unique index {}", table.name, index.name);
    Ok(duplicates(&table.name, &keys, index.nulls_not_distinct, predicate.as_deref(), message))
}

/// Values that several rows have in common. A NULL agrees with nothing, unless NULLs are not distinct.
fn duplicates(
    table: &str,
    keys: &[String],
    nulls_not_distinct: bool,
    predicate: Option<&str>,
    message: String,
) -> Step {
    let list = keys.join(", ");
    let distinct = keys.iter().filter(|_| !nulls_not_distinct);
    let mut conditions: Vec<String> = distinct.map(|key| format!("{key} IS NOT NULL")).collect();
    conditions.extend(predicate.map(|predicate| format!("({predicate})")));
    let filter =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let grouped = format!("FROM {}{filter} GROUP BY {list} HAVING count(*) > 1", identifier(table));
    refusal(
        format!("SELECT count(*) FROM (SELECT 1 {grouped}) duplicates"),
        format!("SELECT {list}, count(*) {grouped}"),
        message,
        "make these rows differ, or remove all but one of each",
    )
}

/// Rows whose key is in no row of the referenced table.
fn orphans(table: &str, key: &ForeignKey) -> Step {
    let mut conditions: Vec<String> =
        key.columns.iter().map(|column| format!("child.{} IS NOT NULL", identifier(column))).collect();
    let pairs: Vec<String> = key
        .columns
        .iter()
        .zip(&key.references)
        .map(|(column, referenced)| {
            format!("parent.{} = child.{}", identifier(referenced), identifier(column))
        })
        .collect();
    let parent = identifier(&key.table);
    conditions.push(format!("NOT EXISTS (SELECT 1 FROM {parent} parent WHERE {})", pairs.join(" AND ")));
    let from = format!("FROM {} child WHERE {}", identifier(table), conditions.join(" AND "));
    refusal(
        format!("SELECT count(*) {from}"),
        format!("SELECT {} {from}", identifiers(&key.columns)),
        format!("{table}({}) refers to rows that {} does not have", key.columns.join(", "), key.table),
        "remove these rows, set their key to NULL, or add the rows they refer to",
    )
}
