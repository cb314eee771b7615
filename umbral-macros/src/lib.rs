//! `derive(Model)` of the umbral ORM. Applications use it through the `umbral` crate, which documents it.
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
    let mut tokens = expand::expand(&model);
    tokens.extend(errors.into_tokens());
    tokens
}
