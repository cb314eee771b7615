//! `derive(Model)`, `derive(Embedded)`, `derive(FieldType)` and `derive(Choices)` of the umbral ORM. Applications use it through the `umbral` crate, which documents it.
//!
//! Three steps, each a function over `proc_macro2` tokens that runs without the compiler: `parse` reads what the
//! user wrote, `lower` decides what it means, `expand` writes the code.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod errors;
mod expand;
mod lower;
mod migrations;
mod parse;
mod place;
#[cfg(test)]
mod tests;

use errors::Errors;
use proc_macro2::TokenStream;

/// Makes a struct a model: a table whose columns are the struct's fields. The crate `umbral` documents the
/// attributes.
#[proc_macro_derive(Model, attributes(umbral))]
pub fn derive_model(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into()).into()
}

/// Makes the fields of a struct columns of the models that have it. The crate `umbral` documents it, at `model::Embedded`.
#[proc_macro_derive(Embedded, attributes(umbral))]
pub fn derive_embedded(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    embedded(input.into()).into()
}

/// Makes a struct around one value the type of a field. The crate `umbral` documents it, at `value::FieldType`.
#[proc_macro_derive(FieldType, attributes(umbral))]
pub fn derive_field_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    newtype(input.into()).into()
}

/// Makes an enum without fields the type of a field. The crate `umbral` documents it, at `value::Choices`.
#[proc_macro_derive(Choices, attributes(umbral))]
pub fn derive_choices(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    choices(input.into()).into()
}

/// Compiles a crate's migration files into it. The crate `umbral` documents it.
#[proc_macro]
pub fn migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    migrations::migrations(input.into()).into()
}

fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::parse(input, &mut errors);
    let Some(input) = errors.take(parsed) else { return errors.into_tokens() };
    let context = place::context(Some(&input.ident));
    let model = lower::lower(input, &context, &mut errors);
    if model.body.is_infinite() {
        return errors.into_tokens();
    }
    with(expand::expand(&model), errors)
}

fn embedded(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::embedded::parse(input, &mut errors);
    let Some(input) = errors.take(parsed) else { return errors.into_tokens() };
    let context = place::context(Some(&input.ident));
    let embedded = lower::embedded::lower(input, &context, &mut errors);
    let body = &embedded.body;
    // That it is no model is said where the relation is written.
    if body.is_infinite() || body.points_at_itself() {
        return errors.into_tokens();
    }
    with(expand::embedded::expand(&embedded), errors)
}

fn newtype(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::newtype::parse(input, &mut errors);
    let Some(input) = errors.take(parsed) else { return errors.into_tokens() };
    let context = place::context(Some(&input.ident));
    let newtype = lower::newtype::lower(input, &context, &mut errors);
    with(expand::newtype::expand(&newtype), errors)
}

fn choices(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse::choices::parse(input, &mut errors);
    let Some(input) = errors.take(parsed) else { return errors.into_tokens() };
    let context = place::context(Some(&input.ident));
    let choices = lower::choices::lower(input, &context, &mut errors);
    with(expand::choices::expand(&choices), errors)
}

/// The code, and the mistakes found on the way to it.
fn with(mut tokens: TokenStream, errors: Errors) -> TokenStream {
    tokens.extend(errors.into_tokens());
    tokens
}
