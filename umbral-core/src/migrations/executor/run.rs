//! Runs one migration.

use super::parts::{Segment, joins_others, parts, segments};
use super::work::Work;
use crate::backend::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::recorder::{self, JournalEntry};
use crate::migrations::session::Session;
use crate::migrations::{Checksum, Direction};

/// Runs a migration and records it.
///
/// One transaction holds all of it where the database allows. Where it does not, the journal remembers part by
/// part, and within a part that no transaction can hold step by step, what was begun and what was done.
pub(super) async fn run(session: &mut Session<'_>, work: &Work, journal: &[JournalEntry]) -> Result<()> {
    let doing = match work.direction {
        Direction::Forward => "applying",
        Direction::Backward => "unapplying",
    };
    let context = |error: Error| error.context(format!("{doing} {}", work.id));
    let mut run = Run { session, work, journal, noted: false };
    let segments = segments(work).map_err(context)?;
    match run.parts(&segments, journal.is_empty()).await.map_err(context)? {
        Ended::Whole => Ok(()),
        Ended::Split => run.parts(&segments, false).await.map(drop).map_err(context),
    }
}

/// Records a migration as run, without running any of it.
pub(super) async fn record_only(
    session: &mut Session<'_>,
    work: &Work,
    journal: &[JournalEntry],
) -> Result<()> {
    let mut run = Run { session, work, journal, noted: false };
    run.session.begin().await?;
    let result = run.record().await;
    run.commit_or_roll_back(result).await.map_err(|error| error.context(format!("recording {}", work.id)))
}

/// How an attempt ended that did not fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It is done.
    Whole,
    /// A segment turned out not to fit into the transaction of the others. It was rolled back.
    Split,
}

pub(super) struct Run<'r, 'a> {
    pub(super) session: &'r mut Session<'a>,
    pub(super) work: &'r Work,
    /// What an earlier run noted of this migration.
    pub(super) journal: &'r [JournalEntry],
    /// Whether this run wrote into the journal.
    pub(super) noted: bool,
}

impl Run<'_, '_> {
    async fn parts(&mut self, segments: &[Segment], together: bool) -> Result<Ended> {
        let parts = parts(segments, self.session.backend().planner(), together)?;
        let mut recorded = false;
        for (position, part) in parts.iter().enumerate() {
            let Some(first) = part.first() else { continue };
            if self.is_done(first)? {
                continue;
            }
            let live = self.session.live_catalog().await?;
            let plan = first.plan(self.session.backend().planner(), &live)?;
            if part.len() > 1 && !joins_others(&plan) {
                return Ok(Ended::Split);
            }
            let last = position + 1 == parts.len();
            if plan.transactional {
                if self.transactional(part, &plan, last).await? == Ended::Split {
                    return Ok(Ended::Split);
                }
                recorded = last;
            } else {
                self.stepwise(first, &plan).await?;
            }
        }
        if !recorded {
            self.session.begin().await?;
            let result = self.record().await;
            self.commit_or_roll_back(result).await?;
        }
        Ok(Ended::Whole)
    }

    /// Whether an earlier run has done this part.
    fn is_done(&self, segment: &Segment) -> Result<bool> {
        let entry = self.journal.iter().find(|entry| entry.part == segment.first && entry.step == 0);
        let Some(entry) = entry.filter(|entry| entry.done) else { return Ok(false) };
        if entry.checksum == Checksum::of_operations(&segment.operations).to_string() {
            return Ok(true);
        }
        let changed = segment.operations.first().map(|operation| operation.describe()).unwrap_or_default();
        Err(changed_since(&format!("operation {} ({changed})", segment.first + 1)))
    }

    /// Runs a part in one transaction.
    async fn transactional(&mut self, part: &[Segment], plan: &Plan, last: bool) -> Result<Ended> {
        let guarded = self.enter(plan);
        let result = self.in_transaction(part, plan, last).await;
        let clean =
            result.as_ref().is_ok_and(|ended| *ended == Ended::Whole) || self.session.rollback().await;
        self.leave(plan, guarded, clean, result).await
    }

    async fn in_transaction(&mut self, part: &[Segment], first: &Plan, last: bool) -> Result<Ended> {
        self.statements(&first.before).await?;
        self.session.begin().await?;
        for (position, segment) in part.iter().enumerate() {
            if position == 0 {
                self.steps(first).await?;
                continue;
            }
            let live = self.session.live_catalog().await?;
            let plan = segment.plan(self.session.backend().planner(), &live)?;
            if !joins_others(&plan) {
                return Ok(Ended::Split);
            }
            self.steps(&plan).await?;
        }
        if last {
            self.record().await?;
        } else if let Some(segment) = part.first() {
            self.note_part(segment).await?;
        }
        self.session.commit().await?;
        Ok(Ended::Whole)
    }

    /// Keeps the connection out of the pool while what stands outside of its transaction is set.
    pub(super) fn enter(&mut self, plan: &Plan) -> bool {
        let guarded = !plan.before.is_empty() || !plan.after.is_empty();
        if guarded {
            self.session.set_discard(true);
        }
        guarded
    }

    /// Undoes what `before` set, on every way out; where that does not succeed, or the state of the connection is
    /// not `clean`, the connection stays out of the pool.
    pub(super) async fn leave<T>(
        &mut self,
        plan: &Plan,
        guarded: bool,
        clean: bool,
        result: Result<T>,
    ) -> Result<T> {
        if !clean {
            return result;
        }
        let restored = self.statements(&plan.after).await;
        if guarded && restored.is_ok() {
            self.session.set_discard(false);
        }
        result.and_then(|value| restored.map(|()| value))
    }

    pub(super) async fn statements(&mut self, statements: &[String]) -> Result<()> {
        for sql in statements {
            self.session.script(sql).await.map_err(|error| error.context(format!("`{sql}`")))?;
        }
        Ok(())
    }

    async fn steps(&mut self, plan: &Plan) -> Result<()> {
        for number in 1..=plan.steps.len() {
            self.step(plan, number).await?;
        }
        Ok(())
    }

    /// Notes in the journal that a whole part is done.
    pub(super) async fn note_part(&mut self, segment: &Segment) -> Result<()> {
        let entry = JournalEntry {
            id: self.work.id.clone(),
            direction: self.work.direction,
            part: segment.first,
            step: 0,
            checksum: Checksum::of_operations(&segment.operations).to_string(),
            done: true,
        };
        self.noted = true;
        recorder::journal(self.session, &entry).await
    }

    async fn record(&mut self) -> Result<()> {
        let journaled = self.noted || !self.journal.is_empty();
        let Work { id, direction, checksum, .. } = self.work;
        recorder::record(self.session, id, *direction, *checksum, journaled).await
    }

    pub(super) async fn commit_or_roll_back(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => self.session.commit().await,
            Err(error) => {
                self.session.rollback().await;
                Err(error)
            }
        }
    }
}

/// The error for a migration that was changed between an interruption and the run that carries it on.
pub(super) fn changed_since(what: &str) -> Error {
    Error::new(
        ErrorKind::Integrity,
        format!("it was interrupted half-way, and {what}, which is done, was changed since"),
    )
    .with_hint("bring back what the file said; what is not done yet may be changed")
}
