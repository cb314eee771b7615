//! `model.index.backend`, `model.constraint.backend`, `field.generated`, `field.collation`, `field.comment`,
//! `model.comment`: what tables ask for and the backend lacks.

use crate::backend::DatabaseBackend;
use crate::backend::requirements::{Requirement, of_column, of_constraint, of_index};
use crate::check::{CheckContext, Finding};
use crate::error::Result;
use crate::model::{FieldMeta, ModelMeta};

/// The parts of each model's table are looked at as they are lowered. A model that cannot be has been reported for it.
pub(super) fn check(context: &CheckContext<'_>, model: &'static ModelMeta) -> Vec<Finding> {
    let (Some(backend), Ok(table)) = (context.backend, context.registry.lower(model)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let report = |id: &'static str, asked: Vec<Requirement>| {
        let unmet = asked.into_iter().filter(|requirement| !requirement.is_met(backend));
        unmet.map(|requirement| finding(context, backend, id, &requirement)).collect::<Vec<_>>()
    };
    for index in table.indexes.values() {
        found.extend(report("model.index.backend", of_index(&table, index)));
    }
    for constraint in table.constraints.values() {
        found.extend(report("model.constraint.backend", of_constraint(&table, constraint)));
    }
    found.extend(model.comment.and_then(|comment| refused("model.comment", backend.check_comment(comment))));
    let mut found: Vec<Finding> = found.into_iter().map(|finding| finding.on_model(model)).collect();
    for field in model.fields {
        if let Some(column) = table.column(field.column) {
            let unmet = report("field.generated", of_column(&table, column));
            found.extend(unmet.into_iter().map(|finding| finding.on_field(model, field)));
        }
        found.extend(collation(context, backend, model, field));
        let comment = field.comment.and_then(|text| refused("field.comment", backend.check_comment(text)));
        found.extend(comment.map(|finding| finding.on_field(model, field)));
    }
    found
}

fn refused(id: &'static str, checked: Result<()>) -> Option<Finding> {
    let error = checked.err()?;
    Some(Finding::error(id, error.to_string()).hint(error.hint().unwrap_or_default()))
}

fn collation(
    context: &CheckContext<'_>,
    backend: &dyn DatabaseBackend,
    model: &'static ModelMeta,
    field: &'static FieldMeta,
) -> Option<Finding> {
    let name = field.collation?;
    let error = backend.check_collation(name).err()?;
    let able = context.backends.iter().filter(|other| other.collations().contains(&name));
    let able: Vec<&str> = able.map(|backend| backend.name()).collect();
    let mut hint = error.hint().unwrap_or_default().to_owned();
    if !able.is_empty() {
        hint.push_str(&format!("; or mark the model for {} with `backends(…)`", able.join(" or ")));
    }
    let message = format!("`{}.{}`: {error}", model.name, field.name);
    Some(Finding::error("field.collation", message).on_field(model, field).hint(hint))
}

fn finding(
    context: &CheckContext<'_>,
    backend: &dyn DatabaseBackend,
    id: &'static str,
    requirement: &Requirement,
) -> Finding {
    let able = context.backends.iter().filter(|other| requirement.is_met(other.as_ref()));
    let able: Vec<&str> = able.map(|backend| backend.name()).collect();
    let mut hint = requirement.hint.to_owned();
    if !able.is_empty() {
        hint.push_str(&format!("; or point DATABASE_URL at {}", able.join(" or ")));
    }
    Finding::error(id, requirement.message(backend)).hint(hint)
}
