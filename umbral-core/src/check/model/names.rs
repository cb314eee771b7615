//! `model.constraint.name_unique`, `model.index.unique`: one name for two constraints, or for two indexes of a database.

use super::{columns, expressions};
use crate::backend::ConstraintNames;
use crate::check::{CheckContext, Finding};
use crate::migrations::operations::relation_names;
use crate::model::{DefaultMeta, ModelMeta};
use crate::schema::{ConstraintKind, Expr, Table};
use std::collections::BTreeMap;

/// Names are made when a model becomes a table, so that is done here. A model that cannot become one for another reason
/// has been reported for it.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut indexes: BTreeMap<String, &'static ModelMeta> = BTreeMap::new();
    let mut constraints = BTreeMap::new();
    for model in context.models() {
        match context.registry.lower(model) {
            Ok(table) => {
                found.extend(shared_names(&mut indexes, model, &table));
                found.extend(shared_constraints(context, &mut constraints, model, &table));
            }
            Err(error) if is_sound(model) => {
                let finding =
                    Finding::error("model.constraint.name_unique", error.to_string()).on_model(model);
                found.push(finding.hint("give one of them another name with `name = \"…\"`"));
            }
            Err(_) => {}
        }
    }
    found
}

/// Whether everything that becomes a part of the table by itself can: its columns, defaults and checks.
fn is_sound(model: &'static ModelMeta) -> bool {
    let readable = model.fields.iter().all(|field| match field.default {
        DefaultMeta::Value(text) => text.parse::<Expr>().is_ok(),
        DefaultMeta::None | DefaultMeta::Now | DefaultMeta::Sql(_) => true,
    });
    readable && columns(model).is_empty() && expressions::check(model).is_empty()
}

/// Names of indexes, and of the constraints that imply one, which another model has too.
fn shared_names(
    seen: &mut BTreeMap<String, &'static ModelMeta>,
    model: &'static ModelMeta,
    table: &Table,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in relation_names(table) {
        let other = *seen.entry(name.to_lowercase()).or_insert(model);
        // Two models on one table are `model.table.unique`'s to report.
        if std::ptr::eq(other, model) || other.table.to_lowercase() == model.table.to_lowercase() {
            continue;
        }
        let message = format!(
            "`{}` and `{}` ({}) both have an index of the name `{name}`",
            model.name, other.name, other.location
        );
        let finding = Finding::error("model.index.unique", message).on_model(model);
        found.push(finding.hint("give one of them another name with `name = \"…\"`"));
    }
    found
}

/// A kind of constraints that has names of its own, and a name.
type Named = (&'static str, String);

/// Names of foreign keys and of checks which another model has too. Where the backend takes them for names of the whole
/// database that is an error, and elsewhere a warning, since the same models cannot move to a database that does.
fn shared_constraints(
    context: &CheckContext<'_>,
    seen: &mut BTreeMap<Named, &'static ModelMeta>,
    model: &'static ModelMeta,
    table: &Table,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for constraint in table.constraints.values() {
        let what = match constraint.kind {
            ConstraintKind::ForeignKey(_) => "foreign key",
            ConstraintKind::Check(_) => "check",
            ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => continue,
        };
        let name = &constraint.name;
        let other = *seen.entry((what, name.to_lowercase())).or_insert(model);
        if std::ptr::eq(other, model) || other.table.to_lowercase() == model.table.to_lowercase() {
            continue;
        }
        let message = format!(
            "`{}` and `{}` ({}) both have a {what} of the name `{name}`",
            model.name, other.name, other.location
        );
        let scope = context.backend.map(|backend| backend.limits().constraint_names);
        let refused = match scope {
            Some(ConstraintNames::PerDatabase) => true,
            Some(ConstraintNames::KeysPerDatabase) => what == "foreign key",
            Some(ConstraintNames::PerTable) | None => false,
        };
        let id = "model.constraint.name_unique";
        let finding = if refused { Finding::error(id, message) } else { Finding::warning(id, message) };
        let hint = match constraint.kind {
            ConstraintKind::ForeignKey(_) => {
                "its name is made of table and column: give one of these another"
            }
            _ => "give one of them another with `name = \"…\"`",
        };
        found.push(finding.on_model(model).hint(format!("{hint}; some databases have one of each name")));
    }
    found
}
