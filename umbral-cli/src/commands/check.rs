//! `check`: the system check.

use crate::args::{CheckArgs, FailLevel};
use crate::exit::{Failure, MISTAKE};
use crate::output::Output;
use crate::session::Session;
use crate::signals;
use umbral_core::backend::Access;
use umbral_core::check::{History, Report, Severity};

/// Checks models, backend and migration files; with `--database` also the database, as `umbral::open` does.
pub(crate) fn check(session: &Session<'_>, args: &CheckArgs, output: &mut Output) -> Result<(), Failure> {
    let report = match &args.backend {
        Some(name) => {
            let backend = session.app.backends().by_name(name)?;
            session.app.run_checks_against(backend.as_ref(), files(session)?.as_ref())
        }
        None if session.names_database() && session.backend().is_ok() => signals::run(connected(session))?,
        None => {
            let text = session.url_text()?;
            session.app.run_checks(&text, files(session)?.as_ref())
        }
    };
    output.report(&report)?;
    let level = match args.fail_level {
        FailLevel::Info => Severity::Info,
        FailLevel::Warning => Severity::Warning,
        FailLevel::Error => Severity::Error,
    };
    if report.fails_at(level) { Err(Failure::silent(MISTAKE)) } else { Ok(()) }
}

/// What the migration files say by themselves.
fn files(session: &Session<'_>) -> Result<Option<History>, Failure> {
    Ok(Some(History::of(&session.migrations()?, None)?))
}

/// The report of a check that asks the database too.
async fn connected(session: &Session<'_>) -> Result<Report, Failure> {
    let set = session.migrations()?;
    let driver = session.connect(Access::Existing).await?;
    let report = session.app.run_checks_on(&*driver, &set).await;
    driver.close().await;
    Ok(report?)
}
