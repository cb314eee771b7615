//! The lock that only one migrator of a database holds.
//!
//! A lock by name, which ends when its connection does. It is tried, never waited for.

use super::driver::Session;
use crate::backend::Statement;
use crate::backend::standard::server::Session as _;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, Row, RowSink, ValueRef};

/// Names belong to the whole server, regard no case and have at most 64 characters, which a database's own name may have
/// too: it stands in the lock's by its hash.
const TRY_LOCK: &str =
    "SELECT GET_LOCK(CONCAT('umbral.migrations.', LEFT(SHA2(COALESCE(DATABASE(), ''), 256), 40)), 0)";

/// Tries to take the lock.
pub(super) async fn try_lock(session: &mut Session) -> Result<bool> {
    let mut answer = Answer(None);
    let tried = session.run(&Statement::new(TRY_LOCK), Some(&mut answer), false).await;
    tried.map_err(|failure| failure.error)?;
    answer.0.ok_or_else(|| Error::new(ErrorKind::Internal, "GET_LOCK returned neither 0 nor 1"))
}

/// What `GET_LOCK` said.
struct Answer(Option<bool>);

impl RowSink for Answer {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        if let ValueRef::Integer(held) = row.value(0)? {
            self.0 = Some(held == 1);
        }
        Ok(Flow::Stop)
    }
}
