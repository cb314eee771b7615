//! Runs the steps of a plan.

use super::run::Run;
use crate::backend::{Plan, Refusal, Statement, Step, StepKind};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Row, ValueRef};

/// How much of a statement stands in an error message, in characters.
const SHOWN: usize = 200;

impl Run<'_, '_> {
    /// Runs the step of this number, counted from 1.
    pub(super) async fn step(&mut self, plan: &Plan, number: usize) -> Result<()> {
        let Some(Step { sql, kind }) = plan.steps.get(number - 1) else { return Ok(()) };
        let total = plan.steps.len();
        self.session.observer().step_started(&self.work.id, number, total, sql);
        match kind {
            StepKind::Execute | StepKind::Define(_) | StepKind::Rows => {
                self.session.execute(Statement::new(sql.as_str())).await
            }
            StepKind::Script => self.session.script(sql).await,
            StepKind::Constrain(refusal) => {
                let executed = self.session.execute(Statement::new(sql.as_str())).await;
                match executed {
                    Err(error) if error.kind() == ErrorKind::Violation => {
                        let message = refusal.message.as_str();
                        return Err(Error::new(ErrorKind::Migration, message)
                            .with_hint(what_to_do(refusal))
                            .with_source(error));
                    }
                    executed => executed,
                }
            }
            StepKind::Refuse(refusal) => return self.refuse(sql, refusal).await,
        }
        .map_err(|error| error.context(format!("step {number} of {total}, `{}`", shortened(sql))))
    }

    /// Fails where the query finds rows that stand against the migration.
    async fn refuse(&mut self, sql: &str, refusal: &Refusal) -> Result<()> {
        let rows = self.session.fetch(Statement::new(sql), count).await?;
        let found = match rows.first() {
            None | Some(Some(0)) => return Ok(()),
            Some(Some(count)) => *count,
            Some(None) => rows.len() as i64,
        };
        Err(Error::new(ErrorKind::Migration, format!("{} ({found} found)", refusal.message))
            .with_hint(what_to_do(refusal)))
    }
}

fn what_to_do(refusal: &Refusal) -> String {
    let find = refusal.find.as_deref().map(|find| format!("; find them with: {find}")).unwrap_or_default();
    format!("{}{find}", refusal.hint)
}

fn count(row: &dyn Row) -> Result<Option<i64>> {
    Ok(match row.value(0)? {
        ValueRef::Integer(count) => Some(count),
        _ => None,
    })
}

fn shortened(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
