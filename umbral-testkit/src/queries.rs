//! How many statements a piece of code sends.

use std::sync::Arc;
use umbral_core::db::{Db, QueryCounter};

/// Runs `work` on a handle of `db` whose statements are counted, and demands this many: a loop that sends one for
/// each row is noticed when it is written, not when there are many rows.
///
/// ```no_run
/// # async fn example(db: &umbral_core::db::Db) {
/// use umbral_testkit::expect_queries;
///
/// let books = expect_queries(db, 1, async |db| {
///     // … a list with its authors, on `db` …
/// })
/// .await;
/// # }
/// ```
///
/// # Panics
/// With the statements that were sent, where there were more or fewer.
pub async fn expect_queries<T>(db: &Db, expected: usize, work: impl AsyncFnOnce(&Db) -> T) -> T {
    let counter = Arc::new(QueryCounter::new());
    let result = work(&db.instrument(counter.clone())).await;
    let sent = counter.statements();
    assert!(
        sent.len() == expected,
        "{} statements were sent, not {expected}:\n  {}",
        sent.len(),
        sent.join("\n  ")
    );
    result
}
