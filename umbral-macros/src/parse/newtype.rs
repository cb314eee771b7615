//! A struct around one value.

use super::attributes::{Place, Spanned, items};
use super::field::decimal;
use super::item::Item;
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Type};

/// A newtype as it is written.
pub(crate) struct NewtypeInput {
    pub(crate) ident: Ident,
    /// The name of its field; `None`: it is a tuple.
    pub(crate) field: Option<Ident>,
    pub(crate) ty: Type,
    pub(crate) options: NewtypeOptions,
}

/// What a newtype's attributes say.
#[derive(Default)]
pub(crate) struct NewtypeOptions {
    pub(crate) max_length: Option<Spanned<u32>>,
    pub(crate) length: Option<Spanned<u32>>,
    /// Precision and scale.
    pub(crate) decimal: Option<Spanned<(u32, u32)>>,
    pub(crate) krate: Option<Spanned<String>>,
}

/// Reads a newtype.
///
/// # Errors
/// Where it is no struct of one field without parameters.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> syn::Result<NewtypeInput> {
    let input: DeriveInput = syn::parse2(input)?;
    let name = input.ident.span();
    let fields = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => fields.named,
            Fields::Unnamed(fields) => fields.unnamed,
            Fields::Unit => return Err(syn::Error::new(name, NOT_ONE)),
        },
        Data::Enum(_) => {
            return Err(syn::Error::new(name, "an enum is a field's type by `#[derive(Choices)]`"));
        }
        Data::Union(_) => return Err(syn::Error::new(name, NOT_ONE)),
    };
    if !input.generics.params.is_empty() {
        let span = input.generics.params.span();
        return Err(syn::Error::new(span, "a field's type has no parameters: a column is of one type"));
    }
    let mut fields = fields.into_iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Err(syn::Error::new(name, NOT_ONE));
    };
    let options = NewtypeOptions::parse(&input.attrs, errors);
    Ok(NewtypeInput { ident: input.ident, field: field.ident, ty: field.ty, options })
}

const NOT_ONE: &str = "a field's type is a struct around one value, such as `struct Isbn(String);`";

impl NewtypeOptions {
    fn parse(attributes: &[Attribute], errors: &mut Errors) -> NewtypeOptions {
        let mut options = NewtypeOptions::default();
        for (item, known) in items(attributes, Place::Newtype, errors) {
            if options.set(known.name, &item).is_none() {
                errors.add(known.misused(&item));
            }
        }
        options
    }

    fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "max_length" => self.max_length = Some(item.number()?),
            "length" => self.length = Some(item.number()?),
            "decimal" => self.decimal = Some(decimal(item)?),
            "crate" => self.krate = Some(item.text()?),
            _ => return None,
        }
        Some(())
    }
}
