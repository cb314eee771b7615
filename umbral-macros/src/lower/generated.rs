//! Fields that the database computes.

use super::field::not_empty;
use super::rust_type::RustType;
use crate::errors::Errors;
use crate::parse::FieldOptions;

/// What the database computes a field from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Generated {
    /// The expression, over fields or columns.
    pub(crate) expr: String,
    /// Whether it is computed when a row is written and kept.
    pub(crate) stored: bool,
}

/// What a field of type `ty` is generated from.
pub(crate) fn lower(options: &FieldOptions, ty: &RustType, errors: &mut Errors) -> Option<Generated> {
    let Some(generated) = &options.generated else {
        if let Some(stored) = &options.stored {
            errors.at(
                stored.span,
                "`stored` is for a generated field: `generated = \"price * quantity\", stored`",
            );
        }
        return None;
    };
    let given = [
        options.default.as_ref().map(|default| ("default", default.span)),
        options.default_sql.as_ref().map(|default| ("default_sql", default.span)),
        options.auto.as_ref().map(|auto| ("auto", auto.span)),
    ];
    for (name, span) in given.into_iter().flatten() {
        errors.at(span, format_args!("a generated field has no `{name}`: the database computes it"));
    }
    if let Some(key) = &options.primary_key {
        errors.at(key.span, "a generated field cannot be the primary key");
    }
    if ty.is_model() || options.references.is_some() {
        errors.at(generated.span, "a relation cannot be generated: a row is written with what it points at");
        return None;
    }
    Some(Generated { expr: not_empty(generated, errors), stored: options.stored.is_some() })
}
