//! One migrator at a time.

use super::progress::MigrationObserver;
use crate::backend::{Driver, MigrationLock};
use crate::error::{Error, ErrorKind, Result};
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Takes the migration lock of a database, waiting for at most `timeout`.
///
/// It asks again and again, with growing pauses, rather than wait inside the database: a statement that waits for
/// a lock keeps a snapshot, and what builds an index without blocking waits for every snapshot.
pub(super) async fn acquire(
    driver: &dyn Driver,
    timeout: Duration,
    observer: &dyn MigrationObserver,
) -> Result<Box<dyn MigrationLock>> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(lock) = driver.try_migration_lock().await? {
            return Ok(lock);
        }
        let waited = started.elapsed();
        if waited >= timeout {
            return Err(Error::new(
                ErrorKind::Busy,
                format!("somebody else has been migrating this database for {:.1} s", timeout.as_secs_f64()),
            )
            .with_hint("wait for it to end, or wait longer with --lock-timeout; nothing was changed"));
        }
        observer.waiting_for_lock(waited);
        tokio::time::sleep(pause.min(timeout - waited)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
