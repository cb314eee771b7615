//! Who is told of every statement.

use crate::backend::BoxFuture;
use crate::error::{Error, Result};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Is told of every statement that ran on an [instrumented](super::Db::instrument) handle.
pub trait Observer: Debug + Send + Sync {
    /// A statement ended. Called on the task that ran it, so it should be quick.
    fn statement(&self, event: &StatementEvent<'_>);
}

/// A statement that ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StatementEvent<'a> {
    /// Its text, with placeholders for the values.
    pub sql: &'a str,
    /// From its start until its last row was read; waiting for a connection included.
    pub elapsed: Duration,
    /// What it failed with.
    pub error: Option<&'a Error>,
}

/// Counts statements and keeps their texts.
///
/// ```
/// # use std::sync::Arc;
/// # use umbral_core::db::{Db, QueryCounter};
/// # fn example(db: &Db) {
/// let counter = Arc::new(QueryCounter::new());
/// let db = db.instrument(counter.clone());
/// // … queries on `db` …
/// assert_eq!(counter.count(), 0, "{:?}", counter.statements());
/// # }
/// ```
#[derive(Debug, Default)]
pub struct QueryCounter {
    statements: Mutex<Vec<String>>,
}

impl QueryCounter {
    /// A counter that stands at 0.
    pub fn new() -> QueryCounter {
        QueryCounter::default()
    }

    /// How many statements there were.
    pub fn count(&self) -> usize {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Their texts, in the order in which they ended.
    pub fn statements(&self) -> Vec<String> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for QueryCounter {
    fn statement(&self, event: &StatementEvent<'_>) {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).push(event.sql.to_owned());
    }
}

#[derive(Debug)]
struct Both(Arc<dyn Observer>, Arc<dyn Observer>);

impl Observer for Both {
    fn statement(&self, event: &StatementEvent<'_>) {
        self.0.statement(event);
        self.1.statement(event);
    }
}

/// One observer that tells both.
pub(super) fn both(first: Arc<dyn Observer>, second: Arc<dyn Observer>) -> Arc<dyn Observer> {
    Arc::new(Both(first, second))
}

/// Reports a statement when it ends; one whose future is dropped is not reported.
pub(super) fn observed<'e, T: Send + 'e>(
    observer: Option<&'e Arc<dyn Observer>>,
    sql: &Arc<str>,
    run: BoxFuture<'e, Result<T>>,
) -> BoxFuture<'e, Result<T>> {
    let Some(observer) = observer else {
        return run;
    };
    let sql = Arc::clone(sql);
    Box::pin(async move {
        let start = Instant::now();
        let result = run.await;
        let error = result.as_ref().err();
        observer.statement(&StatementEvent { sql: &sql, elapsed: start.elapsed(), error });
        result
    })
}
