//! What somebody who watches a migration run is told.

use super::{Direction, MigrationId};
use std::time::Duration;

/// Watches migrations run: draws progress, keeps a log, or stands at every boundary between two statements.
///
/// All methods do nothing by default. They are called on the task that migrates, and hold it up.
pub trait MigrationObserver: Send + Sync {
    /// Somebody else migrates this database, and has been waited for that long.
    fn waiting_for_lock(&self, waited: Duration) {
        let _ = waited;
    }

    /// A migration starts; it is number `number`, counted from 1, of `total` in this run.
    fn migration_started(&self, id: &MigrationId, direction: Direction, number: usize, total: usize) {
        let _ = (id, direction, number, total);
    }

    /// Step `step`, counted from 1, of `steps` in the current part of the migration starts. A migration with `run_sql`
    /// has several parts, since what follows is planned when that has run.
    fn step_started(&self, id: &MigrationId, step: usize, steps: usize, sql: &str) {
        let _ = (id, step, steps, sql);
    }

    /// A migration is done and recorded.
    fn migration_done(&self, id: &MigrationId, direction: Direction, took: Duration) {
        let _ = (id, direction, took);
    }

    /// A statement is about to be sent, or has been carried out: also the engine's own, such as the beginning of a
    /// transaction and the journal's entries.
    fn statement(&self, boundary: Boundary, sql: &str) {
        let _ = (boundary, sql);
    }
}

/// The side of a statement on which an observer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// It is about to be sent.
    Before,
    /// It has been carried out.
    After,
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl MigrationObserver for Unobserved {}
