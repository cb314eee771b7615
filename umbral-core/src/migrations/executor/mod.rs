//! Brings a database to a target.

mod history;
mod parts;
mod run;
mod step;
mod stepwise;
mod work;

pub(super) use parts::{parts, segments};
pub(super) use work::{Work, backward};

use super::progress::{MigrationObserver, Unobserved};
use super::recorder::{self, Record};
use super::session::Session;
use super::{AppliedMigration, Direction, MigrationId, MigrationSet, Target, lock};
use crate::backend::Driver;
use crate::error::Result;
use std::time::{Duration, Instant};

/// How migrations are run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MigrateOptions {
    /// How long to wait for another migrator of the same database. Default 60 s.
    pub lock_timeout: Duration,
    /// Records migrations as run and runs nothing of them, for a database that was brought to the target by hand. What is
    /// noted of one that was interrupted is forgotten.
    pub fake: bool,
}

impl Default for MigrateOptions {
    fn default() -> MigrateOptions {
        MigrateOptions { lock_timeout: Duration::from_secs(60), fake: false }
    }
}

/// A migration that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMigration {
    /// Which one.
    pub id: MigrationId,
    /// Whether it is applied or unapplied.
    pub direction: Direction,
    /// What it does, operation by operation, in words.
    pub operations: Vec<String>,
}

/// Where a database stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The applied migrations that are in the set, in its order.
    pub applied: Vec<AppliedMigration>,
    /// Those of the set that are not applied, in its order.
    pub pending: Vec<MigrationId>,
    /// Applied ones that are not in the set: the database is ahead of this program.
    pub ahead: Vec<AppliedMigration>,
    /// Applied ones whose files have been changed since.
    pub edited: Vec<MigrationId>,
    /// One that was interrupted and is carried on by the next `migrate`.
    pub interrupted: Option<MigrationId>,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrateReport {
    /// The migrations that were run, in order, with the time that each took.
    pub done: Vec<(MigrationId, Direction, Duration)>,
    /// Applied migrations that are not in the set: the database is ahead of this program.
    pub ahead: Vec<MigrationId>,
}

/// Applies and unapplies migrations.
pub struct MigrationExecutor<'a> {
    driver: &'a dyn Driver,
    set: &'a MigrationSet,
    options: MigrateOptions,
    observer: &'a dyn MigrationObserver,
}

impl<'a> MigrationExecutor<'a> {
    /// An executor of `set` on a database.
    pub fn new(driver: &'a dyn Driver, set: &'a MigrationSet) -> MigrationExecutor<'a> {
        MigrationExecutor { driver, set, options: MigrateOptions::default(), observer: &Unobserved }
    }

    /// With other options.
    #[must_use]
    pub fn with_options(mut self, options: MigrateOptions) -> MigrationExecutor<'a> {
        self.options = options;
        self
    }

    /// Watched.
    #[must_use]
    pub fn with_observer(mut self, observer: &'a dyn MigrationObserver) -> MigrationExecutor<'a> {
        self.observer = observer;
        self
    }

    /// Where the database stands. Changes nothing and takes no lock.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn status(&self) -> Result<MigrationStatus> {
        let mut session = Session::open(self.driver, self.observer).await?;
        let record = recorder::read(&mut session).await?;
        Ok(history::status(self.set, &record))
    }

    /// What [`migrate`](MigrationExecutor::migrate) would run. Changes nothing and takes no lock.
    ///
    /// # Errors
    /// As [`migrate`](MigrationExecutor::migrate), as far as they can be told beforehand.
    pub async fn plan(&self, target: &Target) -> Result<Vec<PlannedMigration>> {
        let mut session = Session::open(self.driver, self.observer).await?;
        let record = recorder::read(&mut session).await?;
        let (works, status) = self.works(&record, target)?;
        history::verify_beside_ahead(&mut session, &status, &works).await?;
        Ok(works
            .into_iter()
            .map(|work| PlannedMigration {
                operations: work.operations.iter().map(super::Operation::describe).collect(),
                id: work.id,
                direction: work.direction,
            })
            .collect())
    }

    /// Brings the database to the target: one migrator at a time, one migration after the other.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`](crate::error::ErrorKind::Busy) where somebody else migrates past the time limit;
    /// [`ErrorKind::Integrity`](crate::error::ErrorKind::Integrity) where an applied migration was changed;
    /// [`ErrorKind::Migration`](crate::error::ErrorKind::Migration) where rows or an irreversible operation stand
    /// against it; those of planner and driver. What was done before stays done and is recorded.
    pub async fn migrate(&self, target: &Target) -> Result<MigrateReport> {
        let lock = lock::acquire(self.driver, self.options.lock_timeout, self.observer).await?;
        let report = self.migrate_alone(target).await;
        lock.release().await;
        report
    }

    /// Under the lock.
    async fn migrate_alone(&self, target: &Target) -> Result<MigrateReport> {
        let mut session = Session::open(self.driver, self.observer).await?;
        // Whoever held the lock before may have done everything.
        let record = recorder::read(&mut session).await?;
        let (works, status) = self.works(&record, target)?;
        history::verify_beside_ahead(&mut session, &status, &works).await?;
        let mut report = MigrateReport {
            done: Vec::with_capacity(works.len()),
            ahead: status.ahead.into_iter().map(|ahead| ahead.id).collect(),
        };
        if !works.is_empty() {
            recorder::create_missing(&mut session, &record).await?;
        }
        for (position, work) in works.iter().enumerate() {
            let started = Instant::now();
            self.observer.migration_started(&work.id, work.direction, position + 1, works.len());
            let journal: Vec<_> =
                record.journal.iter().filter(|entry| entry.id == work.id).cloned().collect();
            match self.options.fake {
                true => run::record_only(&mut session, work, &journal).await?,
                false => run::run(&mut session, work, &journal).await?,
            }
            let took = started.elapsed();
            self.observer.migration_done(&work.id, work.direction, took);
            report.done.push((work.id.clone(), work.direction, took));
        }
        Ok(report)
    }

    /// What is to be run, once record and files are known to agree.
    fn works(&self, record: &Record, target: &Target) -> Result<(Vec<Work>, MigrationStatus)> {
        let status = history::status(self.set, record);
        history::verify(self.set, &status)?;
        let works = work::works(self.set, record, target)?;
        let backend = self.driver.backend().name();
        let works: Result<Vec<Work>> = works.into_iter().map(|work| work.on(backend)).collect();
        Ok((works?, status))
    }
}

#[cfg(test)]
mod tests;
