//! `model.*`: each model, and models beside each other.

mod expressions;
mod identifiers;
mod indexes;
mod names;
mod requirements;

use super::{CheckContext, Finding};
use crate::migrations::OWN_TABLES;
use crate::model::ModelMeta;
use std::collections::BTreeMap;

/// The findings of this family.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = tables(context);
    for table in context.tables() {
        found.extend(reserved_table(context, table));
        found.extend(identifiers::check(context, table));
    }
    for model in context.models() {
        found.extend(primary_key(model));
        found.extend(columns(model));
        found.extend(indexes::check(model));
        found.extend(expressions::check(model));
        found.extend(requirements::check(context, model));
    }
    found.extend(names::check(context));
    found
}

/// `model.pk.present`: a row is found again by its key.
fn primary_key(model: &'static ModelMeta) -> Option<Finding> {
    model.primary_key.is_empty().then(|| {
        Finding::error("model.pk.present", format!("`{}` has no primary key", model.name))
            .on_model(model)
            .hint("mark a field with `#[umbral(primary_key)]`, as in `id: i64`")
    })
}

/// `model.table.unique`: two models on one table. Names that differ only in case are one table for databases that
/// ignore case.
fn tables(context: &CheckContext<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<String, &'static ModelMeta> = BTreeMap::new();
    let mut found = Vec::new();
    for model in context.tables() {
        let other = *first.entry(model.table.to_lowercase()).or_insert(model);
        if std::ptr::eq(other, model) {
            continue;
        }
        let message = format!(
            "`{}` and `{}` ({}) both have the table `{}`",
            model.name, other.name, other.location, model.table
        );
        let finding = Finding::error("model.table.unique", message).on_model(model);
        found.push(finding.hint("give one of them another with `#[umbral(table = \"…\")]`"));
    }
    found
}

/// `model.column.unique`: two fields on one column.
fn columns(model: &'static ModelMeta) -> Vec<Finding> {
    let mut first = BTreeMap::new();
    let mut found = Vec::new();
    for (number, field) in model.fields.iter().enumerate() {
        let (other_number, other) = *first.entry(field.column.to_lowercase()).or_insert((number, field.name));
        if other_number == number {
            continue;
        }
        let message = format!(
            "`{}.{}` and `{}.{other}` both have the column `{}`",
            model.name, field.name, model.name, field.column
        );
        let finding = Finding::error("model.column.unique", message).on_field(model, field);
        let inside = field.name.contains('.') || other.contains('.');
        let how = if inside { r#"flatten(prefix = "…")"# } else { r#"column = "…""# };
        found.push(finding.hint(format!("give one of them another with `#[umbral({how})]`")));
    }
    found
}

/// `model.reserved_table`: a table that umbral or the database keeps for itself.
fn reserved_table(context: &CheckContext<'_>, model: &'static ModelMeta) -> Option<Finding> {
    let table = model.table.to_ascii_lowercase();
    let owner = if OWN_TABLES.contains(&table.as_str()) {
        "umbral".to_owned()
    } else {
        let backend = context.backend?;
        backend
            .reserved_table_prefixes()
            .iter()
            .any(|prefix| table.starts_with(prefix))
            .then(|| backend.name())?
            .to_owned()
    };
    let message =
        format!("`{}` has the table `{}`, a name that {owner} keeps for itself", model.name, model.table);
    let finding = Finding::error("model.reserved_table", message).on_model(model);
    Some(finding.hint("give it another with `#[umbral(table = \"…\")]`"))
}
