//! What is known of the migrations, for checks.

use crate::error::Result;
use crate::migrations::{MigrationSet, MigrationStatus};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the migrations: from their files, and where a database was asked, from its record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The tables that stand when every migration is applied, by the application whose migration made them.
    pub tables: BTreeMap<String, BTreeSet<String>>,
    /// Migrations that the database lacks, in the order in which they would be applied: `shop/0002_price`.
    pub unapplied: Vec<String>,
    /// Migrations that only the database has.
    pub ahead: Vec<String>,
    /// Applied migrations whose files say something else by now.
    pub edited: Vec<String>,
    /// Tables that the database lacks, of models for which there are no migrations at all.
    pub without_table: Vec<String>,
    /// The migration that was interrupted, and that the next `migrate` carries on.
    pub interrupted: Option<String>,
}

impl History {
    /// What migrations say, and where a database was asked, where it stands.
    ///
    /// # Errors
    /// As [`MigrationSet::state`].
    pub fn of(set: &MigrationSet, status: Option<&MigrationStatus>) -> Result<History> {
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, app) in set.state()?.owners {
            tables.entry(app).or_default().insert(table);
        }
        let mut history = History { tables, ..History::default() };
        if let Some(status) = status {
            history.unapplied = status.pending.iter().map(ToString::to_string).collect();
            history.ahead = status.ahead.iter().map(|applied| applied.id.to_string()).collect();
            history.edited = status.edited.iter().map(ToString::to_string).collect();
            history.interrupted = status.interrupted.as_ref().map(ToString::to_string);
        }
        Ok(history)
    }
}
