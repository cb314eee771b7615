//! A struct whose fields are columns of the models that have it.

use super::FieldInput;
use super::attributes::{Place, Spanned, items};
use super::together::TogetherInput;
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields};

/// A struct as it is written.
pub(crate) struct EmbeddedInput {
    pub(crate) ident: Ident,
    pub(crate) fields: Vec<FieldInput>,
    pub(crate) together: TogetherInput,
    /// The path of the umbral crate, where it is told.
    pub(crate) krate: Option<Spanned<String>>,
}

/// Reads a struct. Mistakes in attributes go to `errors`.
///
/// # Errors
/// Where it is not a struct with named fields and no parameters, which nothing can be made of.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> syn::Result<EmbeddedInput> {
    let input: DeriveInput = syn::parse2(input)?;
    let named = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => Some(fields.named),
            _ => None,
        },
        Data::Enum(_) | Data::Union(_) => None,
    };
    let Some(named) = named else {
        let message = "what is embedded is a struct with named fields, one for each column";
        return Err(syn::Error::new(input.ident.span(), message));
    };
    if !input.generics.params.is_empty() {
        let span = input.generics.params.span();
        return Err(syn::Error::new(span, "an embedded struct has no parameters: a column is of one type"));
    }
    let (together, krate) = options(&input.attrs, errors);
    let fields = named
        .into_iter()
        .filter_map(|mut field| Some(FieldInput::parse(field.ident.take()?, field, errors)))
        .collect();
    Ok(EmbeddedInput { ident: input.ident, fields, together, krate })
}

fn options(attributes: &[Attribute], errors: &mut Errors) -> (TogetherInput, Option<Spanned<String>>) {
    let (mut together, mut krate) = (TogetherInput::default(), None);
    for (item, known) in items(attributes, Place::Embedded, errors) {
        let read = match known.name {
            "crate" => item.text().map(|path| krate = Some(path)),
            name => together.set(name, &item),
        };
        if read.is_none() {
            errors.add(known.misused(&item));
        }
    }
    (together, krate)
}
