//! `model.check`, `model.index.fields`, `field.generated`: expressions of checks, indexes, exclusion constraints and
//! generated fields that cannot be read, or read what is not there.

use crate::check::Finding;
use crate::model::{FieldMeta, IndexMeta, KeyMeta, ModelMeta};
use crate::schema::{Expr, IndexColumn};

/// The model's own checks and those of its fields, and what its indexes compute.
pub(super) fn check(model: &'static ModelMeta) -> Vec<Finding> {
    let together = model.declared().flat_map(|declared| {
        declared.checks.iter().map(move |check| (check.expr, declared.from, declared.from.is_some()))
    });
    let fields = model.fields.iter().filter_map(|field| Some((field.check?, Some(field), false)));
    let checks = together.chain(fields).flat_map(|(text, field, together)| {
        let about = About { id: "model.check", what: "check", field, together };
        check_text(model, &about, text, model.read(text, field))
    });
    let generated = model.fields.iter().filter_map(|field| Some((field.generated?.expr, field)));
    let generated = generated.flat_map(|(text, field)| {
        let about = About { id: "field.generated", what: "expression", field: Some(field), together: false };
        let parsed = model.read(text, Some(field));
        let computed = parsed.as_ref().ok().and_then(|expr| uncomputable(model, field, expr));
        check_text(model, &about, text, parsed).into_iter().chain(computed)
    });
    let indexes = model.declared().flat_map(|declared| {
        let exclusions = declared.exclusions.iter().map(|exclusion| &exclusion.index);
        let indexes = declared.indexes.iter().chain(declared.uniques).chain(exclusions);
        indexes.flat_map(move |index| of_index(model, index, declared.from))
    });
    checks.chain(generated).chain(indexes).collect()
}

/// What no database computes a column from: another one that it computes, and the clock.
fn uncomputable(model: &'static ModelMeta, field: &'static FieldMeta, expr: &Expr) -> Option<Finding> {
    let mut named = expr.columns().into_iter().filter_map(|name| model.named(name, Some(field)));
    let other = named.find(|other| other.generated.is_some());
    let mut moving = false;
    expr.visit(&mut |node| moving |= *node == Expr::Now);
    let subject = format!("`{}.{}`", model.name, field.name);
    let (message, hint) = match other {
        Some(other) => (
            format!("{subject} is generated from `{}`, which is generated itself", other.name),
            format!("write what `{}` is generated from in its place", other.name),
        ),
        None if moving => (
            format!("{subject} is generated from the clock, which no database computes a column from"),
            "compute it in the query, or let it be a field with `default = now`".to_owned(),
        ),
        None => return None,
    };
    Some(Finding::error("field.generated", message).on_field(model, field).hint(hint))
}

/// The keys of an index that are expressions, and its condition.
fn of_index(
    model: &'static ModelMeta,
    index: &'static IndexMeta,
    from: Option<&'static FieldMeta>,
) -> Vec<Finding> {
    let about = |what| About { id: "model.index.fields", what, field: from, together: from.is_some() };
    let keys = index.keys.iter().filter_map(|key| match key {
        KeyMeta::Expr(text) => Some(*text),
        KeyMeta::Field(_) | KeyMeta::Descending(_) => None,
    });
    let mut found: Vec<Finding> = keys
        .flat_map(|text| {
            let key = model.read(text, from).map(|key: IndexColumn| key.expr);
            check_text(model, &about("index key"), text, key)
        })
        .collect();
    if let Some(text) = index.predicate {
        let condition = model.read(text, from);
        found.extend(check_text(model, &about("condition of an index"), text, condition));
    }
    found
}

/// What an expression is, and where it stands.
struct About {
    id: &'static str,
    what: &'static str,
    field: Option<&'static FieldMeta>,
    /// Whether the struct that the field lies in says it, and not the field.
    together: bool,
}

fn check_text(
    model: &'static ModelMeta,
    about: &About,
    text: &str,
    parsed: Result<Expr, String>,
) -> Vec<Finding> {
    let About { id, what, field, together } = *about;
    let place = |finding: Finding| match field {
        Some(field) => finding.on_field(model, field),
        None => finding.on_model(model),
    };
    let subject = match field {
        Some(field) if together => format!("{}.{}", model.name, field.holder()),
        Some(field) => format!("{}.{}", model.name, field.name),
        None => model.name.to_owned(),
    };
    let expr = match parsed {
        Ok(expr) => expr,
        Err(error) => {
            let message = format!("the {what} of `{subject}` cannot be read: {error}: `{text}`");
            let hint = "write it as SQL over columns, such as `price >= 0 AND price < 1000`";
            return vec![place(Finding::error(id, message)).hint(hint)];
        }
    };
    let unknown = expr.columns().into_iter().filter(|name| model.named(name, field).is_none());
    unknown
        .map(|name| {
            let message =
                format!("the {what} of `{subject}` reads `{name}`, which is no field of `{}`", model.name);
            let fields: Vec<&str> = model.fields.iter().map(|field| field.name).collect();
            place(Finding::error(id, message)).hint(format!("its fields are {}", fields.join(", ")))
        })
        .collect()
}
