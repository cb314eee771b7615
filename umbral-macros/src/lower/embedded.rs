//! What a struct means whose fields are columns of the models that have it.

use super::body::Body;
use super::{Context, Together, krate};
use crate::errors::Errors;
use crate::parse::embedded::EmbeddedInput;

/// Methods of all such structs, which those of their relations would stand beside.
const METHODS: &[&str] = &["column", "eq", "ne", "set"];

/// An embedded struct with everything decided.
pub(crate) struct Embedded {
    pub(crate) body: Body,
    /// What each model that has it has, of its fields there.
    pub(crate) together: Together,
}

/// Decides what an embedded struct means.
pub(crate) fn lower(mut input: EmbeddedInput, context: &Context, errors: &mut Errors) -> Embedded {
    for field in &mut input.fields {
        if let Some(key) = field.options.primary_key.take() {
            errors.at(key.span, "a primary key stands in the model itself, and not in a struct that it has");
        }
    }
    let krate = krate(input.krate.as_ref(), context, errors);
    let body = Body::lower(input.ident, krate, input.fields, context, errors);
    for many in &body.many {
        let message = format_args!("`{}` stands in the model itself, whose key rows point at", many.ty.text);
        errors.at(many.ty.ends.0, message);
    }
    for field in body.fields.iter().filter(|field| METHODS.contains(&field.name.as_str())) {
        if field.ty.is_model() {
            let message = format_args!(
                "every embedded struct has a method `{}`: call the relation otherwise",
                field.name
            );
            errors.at(field.ident.span(), message);
        }
    }
    for name in input.together.names() {
        let message = "each table has one of its own, which is named after the table and the columns";
        errors.at(name.span, message);
    }
    let together = Together::lower(input.together, &body, errors);
    if body.fields.is_empty() && !together.is_empty() {
        let message =
            "a struct of nothing but other structs has none of these: they stand on the model that has it";
        errors.at(body.ident.span(), message);
    }
    Embedded { body, together }
}
