//! What a database itself remembers of migrations: which are applied, and how far one came that was interrupted.

use super::migration::{MAX_APP_BYTES, MAX_NAME_BYTES};
use super::operations::CreateTable;
use super::session::Session;
use super::{Checksum, Direction, MigrationId, Operation};
use crate::backend::{Dialect, LiveCatalog, Statement, StepKind};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Schema, SqlType, Table};
use crate::value::{FieldType, Row, Timestamp, Value, ValueRef};
use std::time::{SystemTime, UNIX_EPOCH};

/// A migration that a database remembers as applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Which one.
    pub id: MigrationId,
    /// The checksum that it had then.
    pub checksum: String,
    /// When it was done, in UTC.
    pub applied_at: Timestamp,
    /// The version of umbral that applied it.
    pub umbral_version: String,
}

/// How far a migration came that is not applied in one transaction.
///
/// A migration that is, leaves no entry: it is done or it never was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JournalEntry {
    pub(super) id: MigrationId,
    pub(super) direction: Direction,
    /// The part of the migration, from 0.
    pub(super) part: usize,
    /// The step of the part, from 1; 0: the part as a whole, which ran in one transaction.
    pub(super) step: usize,
    /// Of the step's SQL; for a part as a whole, of its operations.
    pub(super) checksum: String,
    /// Whether it is known to have been carried out. Otherwise it was under way, and may have been.
    pub(super) done: bool,
}

/// What a database remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) applied: Vec<AppliedMigration>,
    /// The entries of the migration that was interrupted, in the order of their steps.
    pub(super) journal: Vec<JournalEntry>,
    /// The tables that are missing: all, in a fresh database.
    missing: Vec<Table>,
}

const MIGRATIONS: &str = "umbral_migrations";
const JOURNAL: &str = "umbral_journal";
const DONE: &str = "done";
const INTENT: &str = "intent";
const FORWARD: &str = "forward";
const BACKWARD: &str = "backward";

fn migrations_table() -> Table {
    Table::new(MIGRATIONS)
        .with_column(Column::new("app", SqlType::Varchar(MAX_APP_BYTES as u32)))
        .with_column(Column::new("name", SqlType::Varchar(MAX_NAME_BYTES as u32)))
        .with_column(Column::new("checksum", SqlType::Varchar(64)))
        .with_column(Column::new("applied_at", SqlType::TimestampTz))
        .with_column(Column::new("umbral_version", SqlType::Varchar(32)))
        .with_primary_key(["app", "name"])
}

fn journal_table() -> Table {
    Table::new(JOURNAL)
        .with_column(Column::new("app", SqlType::Varchar(MAX_APP_BYTES as u32)))
        .with_column(Column::new("name", SqlType::Varchar(MAX_NAME_BYTES as u32)))
        .with_column(Column::new("direction", SqlType::Varchar(8)))
        .with_column(Column::new("part", SqlType::Integer))
        .with_column(Column::new("step", SqlType::Integer))
        .with_column(Column::new("checksum", SqlType::Varchar(64)))
        .with_column(Column::new("state", SqlType::Varchar(8)))
        .with_column(Column::new("started_at", SqlType::TimestampTz))
        .with_column(Column::new("done_at", SqlType::TimestampTz).nullable())
        .with_primary_key(["app", "name", "part", "step"])
}

/// Reads what the database remembers. A fresh database remembers nothing.
pub(super) async fn read(session: &mut Session<'_>) -> Result<Record> {
    let mut record = Record::default();
    let table = migrations_table();
    match rows(session, &table, &["app", "name", "checksum", "applied_at", "umbral_version"], applied).await?
    {
        Some(applied) => record.applied = applied,
        None => record.missing.push(table),
    }
    let table = journal_table();
    match rows(session, &table, &["app", "name", "direction", "part", "step", "checksum", "state"], entry)
        .await?
    {
        Some(journal) => record.journal = journal,
        None => record.missing.push(table),
    }
    record.applied.sort_by(|a, b| (a.applied_at, &a.id).cmp(&(b.applied_at, &b.id)));
    record.journal.sort_by(|a, b| (&a.id, a.part, a.step).cmp(&(&b.id, b.part, b.step)));
    Ok(record)
}

/// The rows of an own table, or `None` where there is no such table.
async fn rows<T: Send + 'static>(
    session: &mut Session<'_>,
    table: &Table,
    columns: &[&str],
    decode: fn(&dyn Row) -> Result<T>,
) -> Result<Option<Vec<T>>> {
    let types: Vec<SqlType> =
        columns.iter().filter_map(|name| table.column(name)).map(|column| column.ty.clone()).collect();
    let statement = Statement::new(select(session.dialect(), &table.name, columns)).with_columns(types);
    let rows = match session.fetch(statement.clone(), decode).await {
        // Databases have no common code for a table that is missing: the catalogue tells. Where it has the table, a
        // migrator may have made it since.
        Err(error) if error.kind() == ErrorKind::Statement => {
            if session.introspect().await?.table(&table.name).is_none() {
                return Ok(None);
            }
            session.fetch(statement, decode).await
        }
        result => result,
    };
    rows.map(Some).map_err(|error| error.context(format!("reading {}", table.name)))
}

fn applied(row: &dyn Row) -> Result<AppliedMigration> {
    Ok(AppliedMigration {
        id: MigrationId::new(text(row, 0)?, text(row, 1)?),
        checksum: text(row, 2)?,
        applied_at: timestamp(row, 3)?,
        umbral_version: text(row, 4)?,
    })
}

fn entry(row: &dyn Row) -> Result<JournalEntry> {
    let number = |index| row.value(index).and_then(i64::from_value).map(|number| number.max(0) as usize);
    Ok(JournalEntry {
        id: MigrationId::new(text(row, 0)?, text(row, 1)?),
        direction: if text(row, 2)? == BACKWARD { Direction::Backward } else { Direction::Forward },
        part: number(3)?,
        step: number(4)?,
        checksum: text(row, 5)?,
        done: text(row, 6)? == DONE,
    })
}

fn text(row: &dyn Row, index: usize) -> Result<String> {
    row.value(index).and_then(String::from_value)
}

fn timestamp(row: &dyn Row, index: usize) -> Result<Timestamp> {
    match row.value(index)? {
        ValueRef::TimestampTz(time) | ValueRef::Timestamp(time) => Ok(time),
        other => Err(Error::new(
            ErrorKind::Value,
            format!("{MIGRATIONS}.applied_at holds {}, not a time", other.describe()),
        )),
    }
}

/// Creates the own tables that are missing, by the backend's own planner.
pub(super) async fn create_missing(session: &mut Session<'_>, record: &Record) -> Result<()> {
    if record.missing.is_empty() {
        return Ok(());
    }
    let operations: Vec<Operation> = record
        .missing
        .iter()
        .map(|table| Operation::CreateTable(CreateTable { table: table.clone() }))
        .collect();
    let plan = session.backend().planner().plan(&operations, &Schema::default(), &LiveCatalog::default())?;
    if plan.transactional {
        session.begin().await?;
    }
    let mut result = Ok(());
    for step in plan.steps.iter().filter(|step| !matches!(step.kind, StepKind::Refuse(_))) {
        result = session.execute(Statement::new(step.sql.as_str())).await;
        if result.is_err() {
            break;
        }
    }
    match result {
        Ok(()) if plan.transactional => session.commit().await,
        Ok(()) => Ok(()),
        Err(error) => {
            session.rollback().await;
            Err(error.context("creating the tables in which umbral keeps what is applied"))
        }
    }
}

/// Remembers a migration as applied, or forgets it, with its journal.
pub(super) async fn record(
    session: &mut Session<'_>,
    id: &MigrationId,
    direction: Direction,
    checksum: Checksum,
    journal: bool,
) -> Result<()> {
    let statement = match direction {
        Direction::Forward => insert(
            session.dialect(),
            MIGRATIONS,
            vec![
                ("app", Value::Text(id.app.clone())),
                ("name", Value::Text(id.name.clone())),
                ("checksum", Value::Text(checksum.to_string())),
                ("applied_at", now()),
                ("umbral_version", Value::Text(env!("CARGO_PKG_VERSION").to_owned())),
            ],
        ),
        Direction::Backward => delete(session.dialect(), MIGRATIONS, of(id)),
    };
    session.execute(statement).await?;
    if journal {
        let statement = delete(session.dialect(), JOURNAL, of(id));
        session.execute(statement).await?;
    }
    Ok(())
}

/// Writes a new entry into the journal.
pub(super) async fn journal(session: &mut Session<'_>, entry: &JournalEntry) -> Result<()> {
    let mut values = of(&entry.id);
    let direction = match entry.direction {
        Direction::Forward => FORWARD,
        Direction::Backward => BACKWARD,
    };
    values.extend([
        ("direction", Value::Text(direction.to_owned())),
        ("part", Value::Integer(entry.part as i32)),
        ("step", Value::Integer(entry.step as i32)),
        ("checksum", Value::Text(entry.checksum.clone())),
        ("state", Value::Text(if entry.done { DONE } else { INTENT }.to_owned())),
        ("started_at", now()),
        ("done_at", if entry.done { now() } else { Value::Null }),
    ]);
    let statement = insert(session.dialect(), JOURNAL, values);
    session.execute(statement).await
}

/// Notes that a step of the journal has been carried out.
pub(super) async fn journal_done(session: &mut Session<'_>, entry: &JournalEntry) -> Result<()> {
    let set = vec![("state", Value::Text(DONE.to_owned())), ("done_at", now())];
    let statement = update(session.dialect(), JOURNAL, set, step_of(entry));
    session.execute(statement).await
}

/// Takes an entry back: its step is known not to have been carried out.
pub(super) async fn journal_withdraw(session: &mut Session<'_>, entry: &JournalEntry) -> Result<()> {
    let statement = delete(session.dialect(), JOURNAL, step_of(entry));
    session.execute(statement).await
}

type Values = Vec<(&'static str, Value)>;

fn of(id: &MigrationId) -> Values {
    vec![("app", Value::Text(id.app.clone())), ("name", Value::Text(id.name.clone()))]
}

fn step_of(entry: &JournalEntry) -> Values {
    let mut key = of(&entry.id);
    key.extend([("part", Value::Integer(entry.part as i32)), ("step", Value::Integer(entry.step as i32))]);
    key
}

/// The time by this machine's clock; 1970 where that is set before it.
fn now() -> Value {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64);
    Value::TimestampTz(Timestamp { micros })
}

fn select(dialect: &dyn Dialect, table: &str, columns: &[&str]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| dialect.quote_identifier(column)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), dialect.quote_identifier(table))
}

fn insert(dialect: &dyn Dialect, table: &str, values: Values) -> Statement {
    let columns: Vec<String> = values.iter().map(|(column, _)| dialect.quote_identifier(column)).collect();
    let places: Vec<String> = (1..=values.len()).map(|position| dialect.placeholder(position)).collect();
    let table = dialect.quote_identifier(table);
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
    Statement::new(sql).with_params(values.into_iter().map(|(_, value)| value).collect())
}

fn update(dialect: &dyn Dialect, table: &str, set: Values, key: Values) -> Statement {
    let assignments = equal(dialect, &set, 0).join(", ");
    let condition = equal(dialect, &key, set.len()).join(" AND ");
    let sql = format!("UPDATE {} SET {assignments} WHERE {condition}", dialect.quote_identifier(table));
    Statement::new(sql).with_params(set.into_iter().chain(key).map(|(_, value)| value).collect())
}

fn delete(dialect: &dyn Dialect, table: &str, key: Values) -> Statement {
    let condition = equal(dialect, &key, 0).join(" AND ");
    let sql = format!("DELETE FROM {} WHERE {condition}", dialect.quote_identifier(table));
    Statement::new(sql).with_params(key.into_iter().map(|(_, value)| value).collect())
}

/// `column = placeholder` for each value; `before` parameters stand in front of them.
fn equal(dialect: &dyn Dialect, values: &Values, before: usize) -> Vec<String> {
    let column = |name| dialect.quote_identifier(name);
    let places = values.iter().enumerate();
    places
        .map(|(index, (name, _))| format!("{} = {}", column(name), dialect.placeholder(before + index + 1)))
        .collect()
}
