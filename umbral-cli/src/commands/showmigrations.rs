//! `showmigrations`: which migrations there are, and which of them are applied.

use crate::args::ShowmigrationsArgs;
use crate::exit::Failure;
use crate::output::{FAINT, GOOD, Output, SUBJECT, WARNING};
use crate::session::Session;
use crate::signals;
use serde::Serialize;
use umbral_core::backend::Access;
use umbral_core::migrations::{MigrationExecutor, MigrationId, MigrationSet, MigrationStatus};

/// Lists migrations with the times at which they were applied.
pub(crate) fn showmigrations(
    session: &Session<'_>,
    args: &ShowmigrationsArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let set = session.migrations()?;
    let status = signals::run(status(session, &set))?;
    let mut entries = entries(&set, &status);
    if let Some(app) = &args.app {
        entries.retain(|entry| entry.app == *app);
        if entries.is_empty() {
            return Err(set.unknown_app(app).into());
        }
    }
    if !args.plan {
        // By application; within one the order stays that in which they are applied.
        entries.sort_by(|left, right| left.app.cmp(&right.app));
    }
    if entries.is_empty() {
        output.line("there are no migrations: run `cargo umbral makemigrations`")?;
    }
    let mut app = None;
    for entry in &entries {
        if !args.plan && app != Some(&entry.app) {
            app = Some(&entry.app);
            output.line(format_args!("{SUBJECT}{}{SUBJECT:#}", entry.app))?;
        }
        output.line(entry.line(args.plan))?;
    }
    output.json(&serde_json::json!({ "migrations": entries }))?;
    Ok(())
}

async fn status(session: &Session<'_>, set: &MigrationSet) -> Result<MigrationStatus, Failure> {
    let driver = session.connect(Access::Existing).await?;
    let status = MigrationExecutor::new(&*driver, set).status().await;
    driver.close().await;
    Ok(status?)
}

/// A migration as it is listed.
#[derive(Debug, Serialize)]
struct Entry {
    app: String,
    name: String,
    /// In UTC; absent where it is not applied.
    applied_at: Option<String>,
    dependencies: Vec<String>,
    /// What is to be known beside that: `edited`, `interrupted`, `missing`.
    note: Option<&'static str>,
}

impl Entry {
    fn line(&self, plan: bool) -> String {
        let (style, mark) = if self.applied_at.is_some() { (GOOD, "[x]") } else { (FAINT, "[ ]") };
        let name = if plan { format!("{}/{}", self.app, self.name) } else { self.name.clone() };
        let mut line = format!("{style}{mark}{style:#} {name}");
        if !plan {
            line.insert_str(0, "  ");
        }
        if let Some(time) = &self.applied_at {
            line.push_str(&format!("  {FAINT}{time}{FAINT:#}"));
        }
        if plan && !self.dependencies.is_empty() {
            line.push_str(&format!("  {FAINT}after {}{FAINT:#}", self.dependencies.join(", ")));
        }
        if let Some(note) = self.note {
            line.push_str(&format!("  {WARNING}{note}{WARNING:#}"));
        }
        line
    }
}

/// The migrations in the order in which they are applied, and behind them those that only the database has.
fn entries(set: &MigrationSet, status: &MigrationStatus) -> Vec<Entry> {
    let applied_at = |id: &MigrationId| {
        let found = status.applied.iter().find(|applied| applied.id == *id);
        found.map(|applied| format!("{} UTC", applied.applied_at))
    };
    let note = |id: &MigrationId| {
        if status.edited.contains(id) {
            Some("changed since it was applied")
        } else if status.interrupted.as_ref() == Some(id) {
            Some("interrupted: the next migrate carries it on")
        } else {
            None
        }
    };
    let own = set.iter().map(|migration| Entry {
        app: migration.id.app.clone(),
        name: migration.id.name.clone(),
        applied_at: applied_at(&migration.id),
        dependencies: migration.dependencies.iter().map(ToString::to_string).collect(),
        note: note(&migration.id),
    });
    let ahead = status.ahead.iter().map(|applied| Entry {
        app: applied.id.app.clone(),
        name: applied.id.name.clone(),
        applied_at: Some(format!("{} UTC", applied.applied_at)),
        dependencies: Vec::new(),
        note: Some("applied, and not among the migrations of this program"),
    });
    own.chain(ahead).collect()
}
