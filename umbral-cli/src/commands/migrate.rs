//! `migrate`: brings a database to a target.

use crate::args::MigrateArgs;
use crate::exit::Failure;
use crate::output::{Output, SUBJECT};
use crate::progress::Progress;
use crate::session::Session;
use crate::signals;
use std::sync::Arc;
use std::time::{Duration, Instant};
use umbral_core::backend::{Access, Driver};
use umbral_core::error::{Error, ErrorKind};
use umbral_core::migrations::{
    Direction, MigrateOptions, MigrateReport, MigrationExecutor, MigrationSet, PlannedMigration, Target,
    sql_text,
};

/// Applies or unapplies migrations. A missing database file is created. The system check is not run.
pub(crate) fn migrate(session: &Session<'_>, args: &MigrateArgs, output: &mut Output) -> Result<(), Failure> {
    let set = session.migrations()?;
    let target = Target::parse(&set, args.app.as_deref(), args.target.as_deref())?;
    if args.plan {
        let planned = signals::run(plan(session, &set, &target))?;
        return show_plan(&planned, output);
    }
    if args.sql {
        let planned = signals::run(sql(session, &set, &target))?;
        return show_sql(&planned, output);
    }
    let started = Instant::now();
    let progress = Progress::new(output, args.fake);
    let outcome = signals::run(apply(session, args, &set, &target, &progress));
    progress.finish();
    let (done, running) = (progress.done(), progress.running());
    drop(progress);
    let (report, backend) = outcome.map_err(|failure| part(failure, done, running.as_deref()))?;
    summary(&report, args.fake, &backend, started.elapsed(), output)
}

/// What stays done when a run ends early makes it a partial one; a signal is told apart by its own code.
fn part(failure: Failure, done: usize, running: Option<&str>) -> Failure {
    let migrations = match done {
        1 => "1 migration is".to_owned(),
        _ => format!("{done} migrations are"),
    };
    match failure.error {
        Some(error) if error.kind() == ErrorKind::Cancelled => Failure {
            error: Some(stopped(&error.to_string(), done, &migrations, running)),
            code: failure.code,
        },
        Some(error) if done > 0 => Failure::partial(error.context(format!("{migrations} done, and then"))),
        error => Failure { error, code: failure.code },
    }
}

/// What a signal leaves behind.
fn stopped(word: &str, done: usize, migrations: &str, running: Option<&str>) -> Error {
    let stays = if done == 0 { String::new() } else { format!("; {migrations} done") };
    match running {
        Some(running) => Error::new(ErrorKind::Cancelled, format!("{word} while {running}{stays}")).with_hint(
            "what was under way is rolled back, or noted in the database's journal: the next `migrate` goes on from \
             there",
        ),
        None if done == 0 => Error::new(ErrorKind::Cancelled, format!("{word}; nothing was changed")),
        None => Error::new(ErrorKind::Cancelled, format!("{word}{stays}"))
            .with_hint("the next `migrate` goes on from there"),
    }
}

async fn plan(
    session: &Session<'_>,
    set: &MigrationSet,
    target: &Target,
) -> Result<Vec<PlannedMigration>, Failure> {
    let driver = session.connect(Access::Existing).await?;
    let planned = MigrationExecutor::new(&*driver, set).plan(target).await;
    driver.close().await;
    Ok(planned?)
}

/// The SQL of each migration that would be run, for the database that is connected to.
async fn sql(
    session: &Session<'_>,
    set: &MigrationSet,
    target: &Target,
) -> Result<Vec<(PlannedMigration, String)>, Failure> {
    let driver = session.connect(Access::Existing).await?;
    let planned = MigrationExecutor::new(&*driver, set).plan(target).await;
    let backend = Arc::clone(driver.backend());
    driver.close().await;
    let texts = planned?.into_iter().map(|planned| {
        let text = sql_text(set, &planned.id, planned.direction, backend.as_ref())?;
        Ok((planned, text))
    });
    texts.collect()
}

async fn apply(
    session: &Session<'_>,
    args: &MigrateArgs,
    set: &MigrationSet,
    target: &Target,
    progress: &Progress<'_>,
) -> Result<(MigrateReport, String), Failure> {
    let driver = session.connect(Access::Create).await?;
    let mut options = MigrateOptions::default();
    options.lock_timeout = Duration::from_secs(args.lock_timeout);
    options.fake = args.fake;
    let executor = MigrationExecutor::new(&*driver, set).with_options(options).with_observer(progress);
    let report = executor.migrate(target).await;
    let backend = named(&*driver);
    driver.close().await;
    Ok((report?, backend))
}

fn named(driver: &dyn Driver) -> String {
    format!("{} {}", driver.backend().name(), driver.backend().version())
}

fn show_plan(planned: &[PlannedMigration], output: &mut Output) -> Result<(), Failure> {
    if planned.is_empty() {
        output.line("nothing to do")?;
    }
    for migration in planned {
        let PlannedMigration { id, direction, operations } = migration;
        output.line(format_args!("{SUBJECT}{direction} {id}{SUBJECT:#}"))?;
        for operation in operations {
            output.line(format_args!("  {operation}"))?;
        }
    }
    let entries: Vec<_> = planned
        .iter()
        .map(|migration| {
            serde_json::json!({
                "id": migration.id.to_string(),
                "direction": migration.direction.to_string(),
                "operations": migration.operations,
            })
        })
        .collect();
    output.json(&serde_json::json!({ "plan": entries }))?;
    Ok(())
}

fn show_sql(planned: &[(PlannedMigration, String)], output: &mut Output) -> Result<(), Failure> {
    if planned.is_empty() {
        output.line("-- nothing to do")?;
    }
    let mut entries = Vec::with_capacity(planned.len());
    for (migration, sql) in planned {
        output.line(sql.trim_end())?;
        entries.push(serde_json::json!({
            "id": migration.id.to_string(),
            "direction": migration.direction.to_string(),
            "sql": sql,
        }));
    }
    output.json(&serde_json::json!({ "migrations": entries }))?;
    Ok(())
}

fn summary(
    report: &MigrateReport,
    fake: bool,
    backend: &str,
    took: Duration,
    output: &mut Output,
) -> Result<(), Failure> {
    let count = |direction: Direction| report.done.iter().filter(|(_, done, _)| *done == direction).count();
    let (applied, unapplied) = (count(Direction::Forward), count(Direction::Backward));
    let mut parts = Vec::new();
    let words =
        if fake { ["recorded as applied", "recorded as unapplied"] } else { ["applied", "unapplied"] };
    for (count, word) in [applied, unapplied].into_iter().zip(words) {
        match count {
            0 => {}
            1 => parts.push(format!("1 migration {word}")),
            count => parts.push(format!("{count} migrations {word}")),
        }
    }
    if parts.is_empty() {
        parts.push("nothing to do".to_owned());
    }
    output.line(format_args!("{} · {backend} in {} ms", parts.join(", "), took.as_millis()))?;
    if !report.ahead.is_empty() {
        let ahead: Vec<String> = report.ahead.iter().map(ToString::to_string).collect();
        output.note(format_args!("the database is ahead of this program: {}", ahead.join(", ")));
    }
    let done: Vec<_> = report
        .done
        .iter()
        .map(|(id, direction, took)| {
            serde_json::json!({
                "id": id.to_string(),
                "direction": direction.to_string(),
                "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            })
        })
        .collect();
    let ahead: Vec<String> = report.ahead.iter().map(ToString::to_string).collect();
    output.json(&serde_json::json!({ "done": done, "ahead": ahead, "backend": backend, "fake": fake }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_after_a_part_says_what_is_done() {
        let failure = || Failure::from(Error::new(ErrorKind::Statement, "no such table"));
        assert_eq!(part(failure(), 0, Some("applying shop/0001_initial")).code, 1);
        let partial = part(failure(), 2, None);
        assert_eq!(partial.code, 4);
        let text = partial.error.map(|error| error.to_string()).unwrap();
        assert_eq!(text, "2 migrations are done, and then: no such table");
    }

    #[test]
    fn a_signal_says_what_was_done_and_what_was_under_way() {
        let running = Some("applying shop/0002_price");
        for (done, running, expected) in [
            (0, None, "cancelled; nothing was changed"),
            (0, running, "cancelled while applying shop/0002_price"),
            (1, running, "cancelled while applying shop/0002_price; 1 migration is done"),
            (2, None, "cancelled; 2 migrations are done"),
        ] {
            let cancelled = Failure { error: Some(Error::new(ErrorKind::Cancelled, "cancelled")), code: 130 };
            let stopped = part(cancelled, done, running);
            assert_eq!(stopped.code, 130);
            assert_eq!(stopped.error.map(|error| error.to_string()).unwrap(), expected);
        }
    }
}
