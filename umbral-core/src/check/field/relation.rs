//! `field.fk.target_exists`, `field.fk.type`: what a foreign key points at.

use super::At;
use super::types::describe;
use crate::check::Finding;
use crate::check::context::meant_for;
use crate::model::{
    Declared, DefaultMeta, FieldMeta, IndexMeta, KeyMeta, ModelMeta, RelationKind, RelationMeta,
};
use crate::schema::ReferentialAction;

pub(super) fn check(at: &At<'_>) -> Vec<Finding> {
    let Some(relation) = &at.field.relation else { return Vec::new() };
    let mut found: Vec<Finding> = match target(at, relation) {
        Ok(target) => key_type(at, relation, target).into_iter().collect(),
        Err(finding) => vec![*finding],
    };
    found.extend(action(at, "on_delete", relation.on_delete));
    found.extend(action(at, "on_update", relation.on_update));
    found
}

/// The model that the field points at, among those meant for the backend.
fn target(at: &At<'_>, relation: &RelationMeta) -> Result<&'static ModelMeta, Box<Finding>> {
    let id = "field.fk.target_exists";
    let table = relation.target_table();
    if let Some(model) = at.context.models().find(|model| model.table == table) {
        return match beyond(at.model, model) {
            None => Ok(model),
            Some(beyond) => Err(Box::new(narrower(at, model, &beyond))),
        };
    }
    let elsewhere = at.context.registry.models().find(|model| model.table == table);
    let named = relation.target.map(|target| target());
    Err(Box::new(match (elsewhere, named) {
        (Some(model), _) if !meant_for(model, at.context.backend.map(|backend| backend.name())) => {
            narrower(at, model, &beyond(at.model, model).unwrap_or_default())
        }
        (_, Some(model)) => {
            let message =
                format!("`{}` points at `{}`, which is no model of this program", at.name(), model.name);
            at.error(id, message).hint(format!(
                "`{}` is declared in {}: name its crate in this program, as in `use {} as _;`",
                model.name, model.location, model.app
            ))
        }
        (_, None) => {
            let message = format!("`{}` references the table `{table}`, which no model has", at.name());
            let hint = match nearest(table, at) {
                Some(near) => format!("there is a table `{near}`"),
                None => "write the table's name as in the database, or add the model".to_owned(),
            };
            at.error(id, message).hint(hint)
        }
    }))
}

/// The backends that a model is meant for and the one that it points at is not; `None`: there are none such.
fn beyond(model: &ModelMeta, target: &ModelMeta) -> Option<String> {
    if target.backends.is_empty() {
        return None;
    }
    if model.backends.is_empty() {
        return Some("every backend".to_owned());
    }
    let beyond: Vec<&str> =
        model.backends.iter().filter(|name| !target.backends.contains(name)).copied().collect();
    (!beyond.is_empty()).then(|| beyond.join(", "))
}

/// A model points at one that does not stand everywhere where it stands itself. A migration is made for all backends at
/// once, so this is no matter of the one that is connected.
fn narrower(at: &At<'_>, target: &ModelMeta, beyond: &str) -> Finding {
    let meant = target.backends.join(", ");
    let message = format!(
        "`{}` points at `{}`, which is meant for {meant} only, and `{}` for {beyond} too",
        at.name(),
        target.name,
        at.model.name
    );
    at.error("field.fk.target_exists", message).hint(format!(
        "give `{}` the same `#[umbral(backends(…))]`, or let `{}` stand on every backend",
        at.model.name, target.name
    ))
}

/// The table whose name is the most like this one, where one is.
fn nearest(table: &str, at: &At<'_>) -> Option<&'static str> {
    let tables = at.context.models().map(|model| (distance(table, model.table), model.table));
    tables.filter(|(distance, _)| *distance <= 2 + table.len() / 6).min().map(|(_, table)| table)
}

/// The Levenshtein distance, by the Wagner–Fischer algorithm with one row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let cost = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// `field.fk.type`: the field is of another type than what it points at, or several rows may have what it points at.
fn key_type(at: &At<'_>, relation: &RelationMeta, target: &'static ModelMeta) -> Option<Finding> {
    let referenced = match relation.target_column() {
        // A target without a key is `model.pk.present`'s to report.
        None => target.key_field()?,
        Some(column) => match target.fields.iter().find(|field| field.column == column) {
            Some(field) => field,
            None => return Some(missing_column(at, target, column)),
        },
    };
    let name = format!("`{}.{}`", target.name, referenced.name);
    let (own, theirs) = (at.field.column_type(), referenced.column_type());
    if own != theirs {
        let (own, theirs) = (describe(&own), describe(&theirs));
        let message = format!("`{}` is {own}, and {name} that it points at is {theirs}", at.name());
        let hint =
            format!("use `ForeignKey<{}>`, which takes the key's type, or that type itself", target.name);
        return Some(at.error("field.fk.type", message).hint(hint));
    }
    (!is_unique(target, referenced)).then(|| {
        let message =
            format!("`{}` points at {name}, of which several rows may have the same value", at.name());
        at.error("field.fk.type", message)
            .hint(format!("point at the key of `{}`, or make {name} unique", target.name))
    })
}

fn missing_column(at: &At<'_>, target: &'static ModelMeta, column: &str) -> Finding {
    let message = format!("`{}` references the column `{column}`, which `{}` lacks", at.name(), target.name);
    let columns: Vec<&str> = target.fields.iter().map(|field| field.column).collect();
    at.error("field.fk.target_exists", message).hint(format!("its columns are {}", columns.join(", ")))
}

fn is_unique(model: &'static ModelMeta, field: &'static FieldMeta) -> bool {
    let number = model.fields.iter().position(|other| std::ptr::eq(other, field));
    let alone = |declared: &Declared, index: &IndexMeta| {
        let is_it = |only: u16| Some(usize::from(declared.number(only))) == number;
        index.is_plain()
            && index.deferrable.is_none()
            && matches!(index.keys, [KeyMeta::Field(only)] if is_it(*only))
    };
    let one_to_one = field.relation.is_some_and(|relation| relation.kind == RelationKind::OneToOne);
    let is_key = number.is_some() && number == model.key_number().map(usize::from);
    is_key
        || field.unique
        || one_to_one
        || model.declared().any(|declared| declared.uniques.iter().any(|index| alone(&declared, index)))
}

/// A field whose foreign key sets it to NULL or to its default has to have one.
fn action(at: &At<'_>, name: &str, action: ReferentialAction) -> Option<Finding> {
    let (lacks, hint) = match action {
        ReferentialAction::SetNull if !at.field.nullable => ("cannot be NULL", "make it an `Option`"),
        ReferentialAction::SetDefault if at.field.default == DefaultMeta::None => {
            ("has no default", "add a `default`")
        }
        _ => return None,
    };
    let action = if matches!(action, ReferentialAction::SetNull) { "set_null" } else { "set_default" };
    let message = format!("`{}` has `{name} = {action}`, and {lacks}", at.name());
    Some(at.error("field.fk.action", message).hint(format!("{hint}, or use another `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn the_distance_counts_insertions_deletions_and_replacements() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("author", "authors", 1), ("kitten", "sitting", 3), ("ä", "a", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
