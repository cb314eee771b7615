//! `app.*`: the program as a whole.

use super::{CheckContext, Finding};

/// The findings of this family.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    models_missing(context)
}

/// `app.models_missing`: migrations make tables for an application of which no model is linked into this program. A
/// model that the linker dropped looks like one that was deleted; taking it for deleted would drop its table.
fn models_missing(context: &CheckContext<'_>) -> Vec<Finding> {
    let Some(history) = context.history else { return Vec::new() };
    history
        .tables
        .iter()
        .filter(|(app, tables)| !tables.is_empty() && context.registry.models().all(|model| model.app != **app))
        .map(|(app, tables)| {
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            let message = format!(
                "the migrations of `{app}` make {}, and no model of `{app}` is linked into this program",
                listed(&tables)
            );
            Finding::error("app.models_missing", message).hint(format!(
                "name its crate in the program (`use {app} as _;`); if its last model is deleted on purpose, write \
                 a migration that drops the table with `cargo umbral makemigrations --empty --app {app}`"
            ))
        })
        .collect()
}

/// The first few names, and how many more there are.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
