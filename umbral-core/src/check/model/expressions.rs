//! `model.check`: check constraints that cannot be read, or read what is not there.

use crate::check::Finding;
use crate::model::{FieldMeta, ModelMeta};
use crate::schema::Expr;

const ID: &str = "model.check";

/// The model's own checks, and those of its fields.
pub(super) fn check(model: &'static ModelMeta) -> Vec<Finding> {
    let own = model.checks.iter().map(|check| (check.expr, None));
    let fields = model.fields.iter().filter_map(|field| Some((field.check?, Some(field))));
    own.chain(fields).flat_map(|(text, field)| check_text(model, field, text)).collect()
}

fn check_text(model: &'static ModelMeta, field: Option<&'static FieldMeta>, text: &str) -> Vec<Finding> {
    let place = |finding: Finding| match field {
        Some(field) => finding.on_field(model, field),
        None => finding.on_model(model),
    };
    let subject = match field {
        Some(field) => format!("{}.{}", model.name, field.name),
        None => model.name.to_owned(),
    };
    let expr = match text.parse::<Expr>() {
        Ok(expr) => expr,
        Err(error) => {
            let message = format!("the check of `{subject}` cannot be read: {error}: `{text}`");
            let hint = "write it as SQL over columns, such as `price >= 0 AND price < 1000`";
            return vec![place(Finding::error(ID, message)).hint(hint)];
        }
    };
    let known = |name: &str| model.fields.iter().any(|field| field.column == name || field.name == name);
    let unknown = expr.columns().into_iter().filter(|name| !known(name));
    unknown
        .map(|name| {
            let message =
                format!("the check of `{subject}` reads `{name}`, which is no field of `{}`", model.name);
            let fields: Vec<&str> = model.fields.iter().map(|field| field.name).collect();
            place(Finding::error(ID, message)).hint(format!("its fields are {}", fields.join(", ")))
        })
        .collect()
}
