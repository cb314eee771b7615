//! Runs a part that no transaction can hold.

use super::parts::Segment;
use super::run::{Run, changed_since};
use crate::backend::{Plan, StepKind};
use crate::error::{ErrorKind, Result};
use crate::migrations::Checksum;
use crate::migrations::recorder::{self, JournalEntry};

impl Run<'_, '_> {
    /// Runs the steps that are not known to be done, each between the journal's intent and its outcome.
    ///
    /// A step that was under way when an earlier run ended may have taken effect: where it changes tables, the
    /// database's catalogue tells; text of the user's own is run again.
    pub(super) async fn stepwise(&mut self, segment: &Segment, plan: &Plan) -> Result<()> {
        let of_part = |entry: &&JournalEntry| entry.part == segment.first && entry.step > 0;
        let mut entries: Vec<JournalEntry> = self.journal.iter().filter(of_part).cloned().collect();
        for entry in entries.iter().filter(|entry| entry.done) {
            let step = plan.steps.get(entry.step - 1);
            if step.is_none_or(|step| Checksum::of_text(&step.sql).to_string() != entry.checksum) {
                let what = format!("step {} of what begins with operation {}", entry.step, segment.first + 1);
                return Err(changed_since(&what));
            }
        }
        for entry in entries.iter_mut().filter(|entry| !entry.done) {
            if self.took_effect(plan, entry.step).await? {
                recorder::journal_done(self.session, entry).await?;
                entry.done = true;
            }
        }
        let under_way = entries.iter().find(|entry| !entry.done);
        let done = entries.iter().filter(|entry| entry.done).map(|entry| entry.step).max().unwrap_or(0);
        let guarded = self.enter(plan);
        let result = self.remaining(segment, plan, done, under_way).await;
        self.leave(plan, guarded, true, result).await
    }

    /// Whether the catalogue tells that the step of this number took effect.
    async fn took_effect(&mut self, plan: &Plan, number: usize) -> Result<bool> {
        let Some(StepKind::Define(change)) = plan.steps.get(number - 1).map(|step| &step.kind) else {
            return Ok(false);
        };
        let live = self.session.introspect().await?;
        Ok(change.took_effect(&live, self.session.backend().as_ref()) == Some(true))
    }

    async fn remaining(
        &mut self,
        segment: &Segment,
        plan: &Plan,
        done: usize,
        under_way: Option<&JournalEntry>,
    ) -> Result<()> {
        self.statements(&plan.before).await?;
        for number in done + 1..=plan.steps.len() {
            let step = &plan.steps[number - 1];
            if matches!(step.kind, StepKind::Refuse(_)) {
                self.step(plan, number).await?;
                continue;
            }
            let entry = JournalEntry {
                id: self.work.id.clone(),
                direction: self.work.direction,
                part: segment.first,
                step: number,
                checksum: Checksum::of_text(&step.sql).to_string(),
                done: false,
            };
            let earlier = under_way.filter(|earlier| earlier.step == number);
            match step.kind {
                StepKind::Rows => self.with_its_note(plan, entry, earlier).await?,
                _ => self.journaled(plan, &entry, earlier).await?,
            }
        }
        Ok(())
    }

    /// Runs a step that changes rows in one transaction with the note that it is done: it is done with it, or not at
    /// all.
    async fn with_its_note(
        &mut self,
        plan: &Plan,
        mut entry: JournalEntry,
        earlier: Option<&JournalEntry>,
    ) -> Result<()> {
        self.noted = true;
        entry.done = true;
        self.session.begin().await?;
        let result = async {
            if let Some(earlier) = earlier {
                recorder::journal_withdraw(self.session, earlier).await?;
            }
            self.step(plan, entry.step).await?;
            recorder::journal(self.session, &entry).await
        };
        let result = result.await;
        self.commit_or_roll_back(result).await
    }

    /// Runs a step between intent and outcome. `earlier` is the intent of a run that was interrupted in it.
    async fn journaled(
        &mut self,
        plan: &Plan,
        entry: &JournalEntry,
        earlier: Option<&JournalEntry>,
    ) -> Result<()> {
        self.intend(entry, earlier).await?;
        let Err(error) = self.step(plan, entry.step).await else {
            return recorder::journal_done(self.session, entry).await;
        };
        if earlier.is_some() {
            // The statement of the earlier run may have gone on in the database without it.
            if self.took_effect(plan, entry.step).await.unwrap_or(false) {
                return recorder::journal_done(self.session, entry).await;
            }
            return Err(
                error.context("an earlier run was interrupted in this step, which may have taken effect")
            );
        }
        // A refusal by the database itself leaves nothing behind; a connection that was lost leaves it open whether
        // the statement took effect.
        if !matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Cancelled) {
            recorder::journal_withdraw(self.session, entry).await?;
        }
        Err(error)
    }

    async fn intend(&mut self, entry: &JournalEntry, earlier: Option<&JournalEntry>) -> Result<()> {
        self.noted = true;
        match earlier {
            None => recorder::journal(self.session, entry).await,
            Some(earlier) if earlier.checksum == entry.checksum => Ok(()),
            // Its text was changed since. At no moment does the journal forget that something was under way.
            Some(earlier) => {
                self.session.begin().await?;
                recorder::journal_withdraw(self.session, earlier).await?;
                recorder::journal(self.session, entry).await?;
                self.session.commit().await
            }
        }
    }
}
