//! `model.identifier.length`: names that a database cuts or refuses.

use crate::check::{CheckContext, Finding};
use crate::model::{FieldMeta, ModelMeta};
use crate::schema::PORTABLE_IDENTIFIER_BYTES;

const ID: &str = "model.identifier.length";

/// A name over the backend's limit is an error; one over the portable limit alone is a warning, on every backend, since
/// the same models cannot move to a database that has it.
pub(super) fn check(context: &CheckContext<'_>, model: &'static ModelMeta) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut table = |what: &str, name: &str, attribute: &str| {
        found.extend(too_long(context, what, name, attribute).map(|finding| finding.on_model(model)));
    };
    table("table", model.table, "table");
    for index in model.indexes {
        table("index", index.name.unwrap_or(""), "name");
    }
    for constraint in model.uniques.iter().filter_map(|unique| unique.name) {
        table("constraint", constraint, "name");
    }
    for constraint in model.checks.iter().filter_map(|check| check.name) {
        table("constraint", constraint, "name");
    }
    for constraint in model.exclusions.iter().filter_map(|exclusion| exclusion.index.name) {
        table("constraint", constraint, "name");
    }
    found.extend(model.fields.iter().filter_map(|field| column(context, model, field)));
    found
}

fn column(
    context: &CheckContext<'_>,
    model: &'static ModelMeta,
    field: &'static FieldMeta,
) -> Option<Finding> {
    too_long(context, "column", field.column, "column").map(|finding| finding.on_field(model, field))
}

fn too_long(context: &CheckContext<'_>, what: &str, name: &str, attribute: &str) -> Option<Finding> {
    let bytes = name.len();
    let hint = format!("shorten it with `#[umbral({attribute} = \"…\")]`");
    if let Some(backend) = context.backend
        && let Some(limit) = backend.limits().identifier_bytes
        && bytes > limit
    {
        let message =
            format!("the {what} name `{name}` is {bytes} bytes long, and {} keeps {limit}", backend.name());
        return Some(Finding::error(ID, message).hint(hint));
    }
    (bytes > PORTABLE_IDENTIFIER_BYTES).then(|| {
        let message = format!(
            "the {what} name `{name}` is {bytes} bytes long, and portable names have at most \
             {PORTABLE_IDENTIFIER_BYTES}"
        );
        Finding::warning(ID, message).hint(hint)
    })
}
