//! Runs a part that no transaction can hold.

use super::parts::Segment;
use super::run::{Run, changed_since};
use crate::backend::{Plan, StepKind};
use crate::error::{ErrorKind, Result};
use crate::migrations::recorder::{self, JournalEntry};
use crate::migrations::{Checksum, OWN_TABLES};
use std::collections::BTreeSet;

impl Run<'_, '_> {
    /// Runs the steps that are not known to be done, each between the journal's intent and its outcome.
    ///
    /// A step that was under way when an earlier run ended may have taken effect: where the part changes the schema,
    /// the database's catalogue tells; text of the user's own is run again.
    pub(super) async fn stepwise(&mut self, segment: &Segment, plan: &Plan) -> Result<()> {
        let entries: Vec<JournalEntry> = self
            .journal
            .iter()
            .filter(|entry| entry.part == segment.first && entry.step > 0)
            .cloned()
            .collect();
        for entry in entries.iter().filter(|entry| entry.done) {
            let step = plan.steps.get(entry.step - 1);
            if step.is_none_or(|step| Checksum::of_text(&step.sql).to_string() != entry.checksum) {
                return Err(changed_since(&format!(
                    "step {} of operation {}",
                    entry.step,
                    segment.first + 1
                )));
            }
        }
        let under_way = entries.iter().find(|entry| !entry.done);
        if under_way.is_some() && self.took_effect(segment).await? {
            return self.note_part(segment).await;
        }
        let done = entries.iter().filter(|entry| entry.done).map(|entry| entry.step).max().unwrap_or(0);
        let guarded = self.enter(plan);
        let result = self.remaining(segment, plan, done, under_way).await;
        self.leave(plan, guarded, true, result).await
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
            self.journaled(plan, &entry, earlier).await?;
        }
        Ok(())
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

    /// Whether every table that the part changes is in the database as it is to be.
    async fn took_effect(&mut self, segment: &Segment) -> Result<bool> {
        let mut after = segment.from.clone();
        for operation in &segment.operations {
            operation.apply(&mut after)?;
        }
        let names: BTreeSet<&String> = segment.from.tables.keys().chain(after.tables.keys()).collect();
        let changed: Vec<&String> =
            names.into_iter().filter(|name| segment.from.table(name) != after.table(name)).collect();
        if changed.is_empty() {
            return Ok(false);
        }
        let live = self.session.introspect().await?;
        let wanted = self.session.backend().normalize(&after);
        Ok(changed
            .into_iter()
            .filter(|name| !OWN_TABLES.contains(&name.as_str()))
            .all(|name| live.table(name) == wanted.table(name)))
    }
}
