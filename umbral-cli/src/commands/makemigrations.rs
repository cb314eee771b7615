//! `makemigrations`: migrations for what changed in the models.

use crate::args::MakemigrationsArgs;
use crate::exit::{Failure, MISTAKE};
use crate::output::{GOOD, Output};
use crate::questions::Terminal;
use crate::session::Session;
use serde::Serialize;
use umbral_core::check::{Finding, History, Report, Severity};
use umbral_core::error::{Error, ErrorKind, Result};
use umbral_core::migrations::{
    AutodetectOptions, Migration, MigrationSet, Models, NoInput, Operation, Questioner, autodetect,
};

/// Writes migrations for what changed in the models. Where nothing did, writes nothing.
pub(crate) fn makemigrations(
    session: &Session<'_>,
    args: &MakemigrationsArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let set = session.migrations()?;
    refuse_unsound(session, &set)?;
    let directory = session.directory()?;
    let apps = if args.app.is_empty() { session.own_apps()? } else { known(session, &set, &args.app)? };
    let options = AutodetectOptions { apps, name: args.name.clone(), ..AutodetectOptions::default() };
    let new =
        if args.empty { empty(&set, &options)? } else { changes(session, &set, &options, args, output)? };
    let writes = !args.check && !args.dry_run;
    let mut made = Vec::with_capacity(new.len());
    for migration in &new {
        let path = if writes { directory.write(migration)? } else { directory.path_of(migration) };
        made.push(Made::of(migration, session.shown(&path)));
    }
    show(&made, &new, args, output)?;
    output.json(&serde_json::json!({ "written": writes, "migrations": made }))?;
    if args.check && !new.is_empty() { Err(Failure::silent(MISTAKE)) } else { Ok(()) }
}

/// A migration of models that are wrong by themselves would be wrong too; that no model is linked is never taken for
/// all of them being deleted.
fn refuse_unsound(session: &Session<'_>, set: &MigrationSet) -> Result<()> {
    let history = History::of(set, None)?;
    let backend = session.backend();
    let report = match &backend {
        Ok(backend) => session.app.run_checks_against(backend.as_ref(), Some(&history)),
        Err(error) => return Err(Error::new(error.kind(), error.to_string())),
    };
    let fatal = |finding: &Finding| {
        finding.severity == Severity::Error
            && (finding.id == "app.models_missing"
                || finding.model.is_some() && finding.id != "field.backend")
    };
    let findings: Vec<Finding> = report.findings.iter().filter(|finding| fatal(finding)).cloned().collect();
    let backend = backend.ok();
    let report = Report::new(findings, backend.as_deref(), report.models, report.elapsed);
    report.refusal().map_or(Ok(()), Err)
}

/// The applications that are asked for, which have models or migrations.
fn known(session: &Session<'_>, set: &MigrationSet, asked: &[String]) -> Result<Vec<String>> {
    for app in asked {
        let linked = session.app.registry().models().any(|model| model.app == app);
        if !linked && !set.apps().contains(app.as_str()) {
            let mut apps: Vec<&str> = session.app.registry().models().map(|model| model.app).collect();
            apps.extend(set.apps());
            apps.sort_unstable();
            apps.dedup();
            let message = format!("there is no application `{app}`: it has neither models nor migrations");
            return Err(Error::new(ErrorKind::Usage, message).with_hint(format!(
                "there are {}",
                if apps.is_empty() { "none".to_owned() } else { apps.join(", ") }
            )));
        }
    }
    Ok(asked.to_vec())
}

fn changes(
    session: &Session<'_>,
    set: &MigrationSet,
    options: &AutodetectOptions,
    args: &MakemigrationsArgs,
    output: &Output,
) -> Result<Vec<Migration>> {
    let models = Models::of(session.app.registry())?;
    let mut nobody = NoInput;
    let mut terminal = Terminal::standard();
    let questioner: &mut dyn Questioner =
        if output.is_interactive() && !args.no_input { &mut terminal } else { &mut nobody };
    autodetect(set, &models, questioner, options)
}

fn empty(set: &MigrationSet, options: &AutodetectOptions) -> Result<Vec<Migration>> {
    let [app] = options.apps.as_slice() else {
        return Err(Error::new(ErrorKind::Usage, "an empty migration belongs to one application")
            .with_hint(format!("say which with --app: {}", options.apps.join(", "))));
    };
    umbral_core::migrations::autodetect::empty(set, app, options).map(|migration| vec![migration])
}

/// A new migration as it is shown.
#[derive(Debug, Serialize)]
struct Made {
    id: String,
    path: String,
    operations: Vec<String>,
}

impl Made {
    fn of(migration: &Migration, path: String) -> Made {
        let operations = migration.operations.iter().map(Operation::describe).collect();
        Made { id: migration.id.to_string(), path, operations }
    }
}

fn show(made: &[Made], new: &[Migration], args: &MakemigrationsArgs, output: &mut Output) -> Result<()> {
    if made.is_empty() {
        return output.line("no changes");
    }
    for (made, migration) in made.iter().zip(new) {
        output.line(format_args!("{GOOD}{}{GOOD:#}", made.path))?;
        for operation in &made.operations {
            output.line(format_args!("  {operation}"))?;
        }
        if args.dry_run {
            output.line(format_args!("\n{}", migration.to_toml()))?;
        }
    }
    match (args.check, args.dry_run) {
        (true, _) => output.line("the models have changes that no migration has"),
        (false, true) => output.line("nothing was written"),
        (false, false) => Ok(()),
    }
}
