//! The lock that only one migrator of a database holds.
//!
//! An advisory lock, which ends when its connection does. It is tried, never waited for: a migrator that waits inside the
//! server keeps a snapshot open, and `CREATE INDEX CONCURRENTLY` waits for that one.

use super::driver::Session;
use crate::backend::Statement;
use crate::backend::standard::server::Session as _;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, Row, RowSink, ValueRef};

/// Advisory locks belong to a database, so that the key tells schemas apart.
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended('umbral migrations of ' || coalesce(current_schema(), ''), 0))";

/// Tries to take the lock.
pub(super) async fn try_lock(session: &mut Session) -> Result<bool> {
    let mut answer = Answer(None);
    let tried = session.run(&Statement::new(TRY_LOCK), Some(&mut answer), false).await;
    tried.map_err(|failure| failure.error)?;
    answer.0.ok_or_else(|| Error::new(ErrorKind::Internal, "pg_try_advisory_lock returned no boolean"))
}

/// What `pg_try_advisory_lock` said.
struct Answer(Option<bool>);

impl RowSink for Answer {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        if let ValueRef::Boolean(held) = row.value(0)? {
            self.0 = Some(held);
        }
        Ok(Flow::Stop)
    }
}
