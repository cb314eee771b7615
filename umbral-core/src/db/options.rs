//! How a transaction runs.

use crate::backend::{IsolationLevel, TransactionOptions};
use crate::error::{Error, Result};
use std::time::Duration;

/// How a transaction runs: its isolation, whether it only reads, and how often it is tried again.
///
/// ```
/// use umbral_core::backend::IsolationLevel;
/// use umbral_core::db::TxOptions;
/// let options = TxOptions::new().isolation(IsolationLevel::Serializable).retries(3);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TxOptions {
    pub(super) begin: TransactionOptions,
    retries: u32,
}

/// The pause before the first retry; each one is twice as long as the one before, up to 64 times this.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

impl TxOptions {
    /// The database's own isolation, reads and writes, no retries.
    pub fn new() -> TxOptions {
        TxOptions::default()
    }

    /// How much of other transactions it sees. A database whose transactions are always stricter takes every level.
    #[must_use]
    pub fn isolation(mut self, level: IsolationLevel) -> TxOptions {
        self.begin.isolation = Some(level);
        self
    }

    /// Lets the database refuse writes.
    #[must_use]
    pub fn read_only(mut self) -> TxOptions {
        self.begin.read_only = true;
        self
    }

    /// How often the work runs again, at most, after a deadlock, a serialization failure or a lock that was not granted
    /// in time.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> TxOptions {
        self.retries = retries;
        self
    }

    /// Waits before the next try where `error` allows one after `attempt` retries.
    pub(super) async fn pause_or_fail(&self, attempt: u32, error: Error) -> Result<()> {
        if attempt >= self.retries || !error.is_retryable() {
            return Err(error);
        }
        tokio::time::sleep(FIRST_PAUSE * (1 << attempt.min(6))).await;
        Ok(())
    }
}
