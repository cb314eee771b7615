//! `migrations.*`: whether the database is where this program's migrations are.

use super::{CheckContext, Finding, History};

/// The findings of this family.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    let Some(history) = context.history else { return Vec::new() };
    [unapplied(history), missing(history), ahead(history), edited(history), interrupted(history)]
        .into_iter()
        .flatten()
        .collect()
}

/// `migrations.unapplied`: this program has migrations that the database lacks.
fn unapplied(history: &History) -> Option<Finding> {
    let pending = history.unapplied.as_slice();
    let count = match pending.len() {
        0 => return None,
        1 => "1 migration is not applied to the database".to_owned(),
        count => format!("{count} migrations are not applied to the database"),
    };
    let finding = Finding::error("migrations.unapplied", format!("{count}: {}", pending.join(", ")));
    Some(finding.hint("run `cargo umbral migrate`"))
}

/// `migrations.missing`: models have no tables in the database, and no migration that would make them.
fn missing(history: &History) -> Option<Finding> {
    let tables = history.without_table.as_slice();
    let count = match tables.len() {
        0 => return None,
        1 => "1 table is not in the database, and no migration makes it".to_owned(),
        count => format!("{count} tables are not in the database, and no migration makes them"),
    };
    let finding = Finding::error("migrations.missing", format!("{count}: {}", tables.join(", ")));
    Some(finding.hint(
        "run `cargo umbral makemigrations` and `cargo umbral migrate`; a program that is deployed without its \
         `migrations` folder has them compiled in by `umbral::migrations!()`",
    ))
}

/// `migrations.ahead`: the database has migrations that this program lacks, as during every rolling deploy.
fn ahead(history: &History) -> Option<Finding> {
    let unknown = history.ahead.as_slice();
    let count = match unknown.len() {
        0 => return None,
        1 => "1 migration that this program does not have is applied to the database".to_owned(),
        count => format!("{count} migrations that this program does not have are applied to the database"),
    };
    let finding = Finding::warning("migrations.ahead", format!("{count}: {}", unknown.join(", ")));
    Some(finding.hint("deploy the program that made them, or bring their files back"))
}

/// `migrations.edited`: the file of an applied migration says something else than what was applied.
fn edited(history: &History) -> Option<Finding> {
    let edited = history.edited.as_slice();
    let count = match edited.len() {
        0 => return None,
        1 => "1 migration was changed after it was applied".to_owned(),
        count => format!("{count} migrations were changed after they were applied"),
    };
    let finding = Finding::error("migrations.edited", format!("{count}: {}", edited.join(", ")));
    Some(finding.hint("bring their files back as they were, and put the change into a new migration"))
}

/// `migrations.interrupted`: a part of a migration is applied.
fn interrupted(history: &History) -> Option<Finding> {
    let id = history.interrupted.as_deref()?;
    let finding =
        Finding::error("migrations.interrupted", format!("the migration {id} was interrupted half-way"));
    Some(finding.hint("run `cargo umbral migrate`, which carries it on"))
}
