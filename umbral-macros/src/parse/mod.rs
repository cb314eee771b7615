//! The first step: from tokens to what the user wrote, without asking what it means.

mod attributes;
pub(crate) mod choices;
pub(crate) mod embedded;
mod exclusion;
mod field;
mod index;
mod item;
mod model;
pub(crate) mod newtype;
mod suggest;
mod together;

pub(crate) use attributes::{FieldName, Spanned, plain};
pub(crate) use exclusion::ExclusionInput;
pub(crate) use field::{Action, DefaultInput, FieldInput, FieldOptions, FlattenInput, Sizes};
pub(crate) use index::{DeferrableInput, IndexInput, KeyInput};
pub(crate) use suggest::nearest;
pub(crate) use together::{Check, TogetherInput};

use crate::errors::Errors;
use model::ModelOptions;
use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields};

/// A struct as it is written.
pub(crate) struct ModelInput {
    pub(crate) ident: Ident,
    pub(crate) options: ModelOptions,
    pub(crate) fields: Vec<FieldInput>,
}

/// Reads a struct. Mistakes in attributes go to `errors`, and what is left of the struct is returned, so that code
/// that uses the model does not fail as well.
///
/// # Errors
/// Where it is not a struct with named fields and no parameters, which nothing can be made of.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> syn::Result<ModelInput> {
    let input: DeriveInput = syn::parse2(input)?;
    let refused = |span, message: &str| Err(syn::Error::new(span, message));
    let named = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => fields.named,
            _ => {
                return refused(
                    input.ident.span(),
                    "a model is a struct with named fields, one for each column",
                );
            }
        },
        Data::Enum(_) => {
            return refused(input.ident.span(), "an enum cannot be a model; a model is a struct");
        }
        Data::Union(_) => {
            return refused(input.ident.span(), "a union cannot be a model; a model is a struct");
        }
    };
    if !input.generics.params.is_empty() {
        let span = input.generics.params.span();
        return refused(span, "a model has no parameters: each table has one struct of its own");
    }
    let options = ModelOptions::parse(&input.attrs, errors);
    let fields = named
        .into_iter()
        .filter_map(|mut field| Some(FieldInput::parse(field.ident.take()?, field, errors)))
        .collect();
    Ok(ModelInput { ident: input.ident, options, fields })
}
