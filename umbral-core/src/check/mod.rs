//! The system check: what is wrong with the models, the backend and the migrations, all at once and before
//! anything runs.
//!
//! A check is a function from [`CheckContext`] to findings, with an id that settings silence it by. The built-in
//! checks stand in one file for each family; applications add their own with
//! [`App::check`](crate::app::App::check). No check panics on what another one reports.

mod app;
mod backend;
mod context;
mod field;
mod finding;
mod history;
mod migrations;
mod model;
mod report;
#[cfg(test)]
mod tests;

pub use context::CheckContext;
pub use finding::{Finding, Severity};
pub use history::History;
pub use report::Report;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A check: every finding there is.
type CheckFn = Arc<dyn Fn(&CheckContext<'_>) -> Vec<Finding> + Send + Sync>;

/// The checks of a program, with what its settings make of their findings.
#[derive(Clone)]
pub struct Checks {
    checks: Vec<CheckFn>,
    silenced: BTreeSet<String>,
    severities: BTreeMap<String, Severity>,
}

impl Checks {
    /// The checks that every program has.
    pub fn built_in() -> Checks {
        let built_in: [fn(&CheckContext<'_>) -> Vec<Finding>; 5] =
            [app::check, backend::check, field::check, migrations::check, model::check];
        Checks {
            checks: built_in.into_iter().map(|check| Arc::new(check) as CheckFn).collect(),
            silenced: BTreeSet::new(),
            severities: BTreeMap::new(),
        }
    }

    /// Adds a check.
    pub fn add(&mut self, check: impl Fn(&CheckContext<'_>) -> Vec<Finding> + Send + Sync + 'static) {
        self.checks.push(Arc::new(check));
    }

    /// Leaves out findings of this id.
    pub fn silence(&mut self, id: impl Into<String>) {
        self.silenced.insert(id.into());
    }

    /// Makes findings of this id as bad as this.
    pub fn set_severity(&mut self, id: impl Into<String>, severity: Severity) {
        self.severities.insert(id.into(), severity);
    }

    /// Every finding of every check, in no particular order, and how many were silenced.
    pub fn run(&self, context: &CheckContext<'_>) -> (Vec<Finding>, usize) {
        let mut found: Vec<Finding> = self.checks.iter().flat_map(|check| check(context)).collect();
        let all = found.len();
        found.retain(|finding| !self.is_silenced(finding));
        for finding in &mut found {
            if let Some(severity) = self.severities.get(finding.id.as_ref()) {
                finding.severity = *severity;
            }
        }
        let silenced = all - found.len();
        (found, silenced)
    }

    fn is_silenced(&self, finding: &Finding) -> bool {
        self.silenced.contains(finding.id.as_ref()) || finding.silenced.contains(&finding.id.as_ref())
    }
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checks")
            .field("checks", &self.checks.len())
            .field("silenced", &self.silenced)
            .field("severities", &self.severities)
            .finish()
    }
}
