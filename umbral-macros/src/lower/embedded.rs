//! What a struct means whose fields are columns of the models that have it.

use super::body::Body;
use super::{Context, krate};
use crate::errors::Errors;
use crate::parse::embedded::EmbeddedInput;

/// Methods of all such structs, which those of their relations would stand beside.
const METHODS: &[&str] = &["column", "eq", "ne", "set"];

/// Decides what an embedded struct means.
pub(crate) fn lower(mut input: EmbeddedInput, context: &Context, errors: &mut Errors) -> Body {
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
    body
}
