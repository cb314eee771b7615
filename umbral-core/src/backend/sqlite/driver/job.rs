//! Runs one statement on a connection: on the caller's thread where it is known to be short, else on another.

use super::open::Handle;
use super::pool::Shared;
use crate::backend::sqlite::errors::{classify, is_busy};
use crate::backend::sqlite::values::{SqliteRow, encode};
use crate::backend::{Done, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, RowSink, Value};
use rusqlite::{CachedStatement, StatementStatus};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Steps of SQLite's virtual machine that a statement may take on the caller's thread: some 100 µs.
const SHORT_STEPS: u32 = 10_000;

/// How long a commit may take on the caller's thread, in microseconds. A commit that waits for a disk takes longer.
const SHORT_COMMIT_MICROS: u32 = 300;

/// Something to run.
pub(super) struct Job {
    pub(super) work: Work,
    /// Takes the rows; absent: they are thrown away.
    pub(super) sink: Option<Box<dyn RowSink>>,
    pub(super) done: Done,
}

/// What is run.
pub(super) enum Work {
    /// One statement.
    Statement(Statement),
    /// A statement that ends a transaction, and so waits for the disk.
    Commit(Statement),
    /// Text of any number of statements.
    Script(String),
}

/// How a run ended.
pub(super) enum Attempt {
    /// It is done.
    Done,
    /// Somebody else holds a lock; nothing was done, and it can be tried again.
    Busy(Error),
    /// It failed.
    Failed(Error),
    /// Nothing was done: it is not known to be short, and belongs on another thread.
    NotShort,
}

/// Where a run takes place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On the thread of an asynchronous caller.
    Caller,
    /// On a thread that may block.
    Thread,
}

impl Job {
    pub(super) fn statement(statement: Statement) -> Job {
        Job { work: Work::Statement(statement), sink: None, done: Done::default() }
    }

    pub(super) fn query(statement: Statement, sink: Box<dyn RowSink>) -> Job {
        Job { work: Work::Statement(statement), sink: Some(sink), done: Done::default() }
    }

    pub(super) fn commit(sql: &str) -> Job {
        Job { work: Work::Commit(Statement::new(sql)), sink: None, done: Done::default() }
    }

    pub(super) fn script(sql: &str) -> Job {
        Job { work: Work::Script(sql.to_owned()), sink: None, done: Done::default() }
    }

    /// Runs it.
    pub(super) fn attempt(&mut self, handle: &mut Handle, shared: &Shared, place: Place) -> Attempt {
        forget_old_measures(handle, shared);
        let (statement, commits) = match &self.work {
            Work::Statement(statement) => (statement, false),
            Work::Commit(statement) => (statement, true),
            Work::Script(_) if place == Place::Caller => return Attempt::NotShort,
            Work::Script(sql) => return run_script(sql, handle, shared),
        };
        let connection = &handle.connection;
        let mut prepared = match connection.prepare_cached(&statement.sql) {
            Ok(prepared) => prepared,
            Err(error) => return failure(error, true),
        };
        let writes = commits || !prepared.readonly();
        let commits = commits || (writes && connection.is_autocommit());
        let steps = measured_steps(&prepared);
        let short = (1..=SHORT_STEPS).contains(&steps) && (!commits || commits_are_short(shared));
        if place == Place::Caller && !short {
            return Attempt::NotShort;
        }
        begin_measure(&prepared, steps);
        if let Err(error) = bind(&mut prepared, &statement.params) {
            return Attempt::Failed(error);
        }
        let before = writes.then(|| (connection.total_changes(), commits.then(Instant::now)));
        if let Err(attempt) = push_rows(&mut prepared, statement, self.sink.as_deref_mut()) {
            return attempt;
        }
        drop(prepared);
        if let Some((changes, started)) = before {
            if connection.total_changes() != changes {
                self.done = Done {
                    rows_affected: connection.changes(),
                    last_insert_id: Some(connection.last_insert_rowid()),
                    assigned: None,
                };
            }
            if let Some(started) = started {
                let micros = u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX - 1);
                shared.commit_micros.store(micros, Ordering::Relaxed);
            }
            if changes_schema(&statement.sql) {
                shared.schema_changes.fetch_add(1, Ordering::Relaxed);
            }
        }
        Attempt::Done
    }
}

/// A schema change makes new plans: statements prepared before it are forgotten with what they cost.
#[inline]
fn forget_old_measures(handle: &mut Handle, shared: &Shared) {
    let changes = shared.schema_changes.load(Ordering::Relaxed);
    if handle.schema_changes != changes {
        handle.connection.flush_prepared_statement_cache();
        handle.schema_changes = changes;
    }
}

/// The steps that the statement's last run took; 0 where none is measured. SQLite counts them in the prepared statement
/// itself, so the measure lives and is forgotten with it.
#[inline]
fn measured_steps(prepared: &CachedStatement<'_>) -> u32 {
    // Another process changed the schema, and SQLite made a new plan in the run before: that one is not measured.
    if prepared.reset_status(StatementStatus::RePrepare) != 0 {
        prepared.reset_status(StatementStatus::VmStep);
    }
    prepared.get_status(StatementStatus::VmStep) as u32
}

/// A statement that was ever long is not measured again.
#[inline]
fn begin_measure(prepared: &CachedStatement<'_>, steps: u32) {
    if steps <= SHORT_STEPS {
        prepared.reset_status(StatementStatus::VmStep);
    }
}

fn commits_are_short(shared: &Shared) -> bool {
    shared.commit_micros.load(Ordering::Relaxed) <= SHORT_COMMIT_MICROS
}

#[inline]
fn bind(prepared: &mut CachedStatement<'_>, params: &[Value]) -> Result<()> {
    if prepared.parameter_count() != params.len() {
        return Err(Error::new(
            ErrorKind::Usage,
            format!(
                "the statement has {} parameters, {} were given",
                prepared.parameter_count(),
                params.len()
            ),
        )
        .with_hint("write ?1, ?2 … in the SQL, and give one value for each"));
    }
    for (index, value) in params.iter().enumerate() {
        let value = encode(value).map_err(|error| error.context(format!("parameter {}", index + 1)))?;
        prepared.raw_bind_parameter(index + 1, value).map_err(classify)?;
    }
    Ok(())
}

fn push_rows(
    prepared: &mut CachedStatement<'_>,
    statement: &Statement,
    mut sink: Option<&mut (dyn RowSink + 'static)>,
) -> Result<(), Attempt> {
    let len = prepared.column_count();
    let mut rows = prepared.raw_query();
    let mut pushed = false;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(error) => return Err(failure(error, !pushed)),
        };
        pushed = true;
        if let Some(sink) = &mut sink {
            match sink.row(&SqliteRow::new(row, &statement.columns, len)) {
                Ok(Flow::Continue) => {}
                Ok(Flow::Stop) => return Ok(()),
                Err(error) => return Err(Attempt::Failed(error)),
            }
        }
    }
}

/// Scripts wait for locks on their thread: one that stopped half-way could not be tried again.
fn run_script(sql: &str, handle: &Handle, shared: &Shared) -> Attempt {
    let connection = &handle.connection;
    let run = || {
        connection.busy_timeout(shared.lock_timeout)?;
        let result = connection.execute_batch(sql);
        connection.busy_timeout(Duration::ZERO)?;
        result
    };
    let result = run();
    shared.schema_changes.fetch_add(1, Ordering::Relaxed);
    match result {
        Ok(()) => Attempt::Done,
        Err(error) => Attempt::Failed(classify(error)),
    }
}

fn failure(error: rusqlite::Error, repeatable: bool) -> Attempt {
    if repeatable && is_busy(&error) {
        Attempt::Busy(classify(error))
    } else {
        Attempt::Failed(classify(error))
    }
}

/// Whether a statement that is not read-only may change the schema, or how statements are planned.
fn changes_schema(sql: &str) -> bool {
    let word =
        sql.trim_start().split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or("");
    ["create", "drop", "alter", "reindex", "analyze", "vacuum", "pragma"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}
