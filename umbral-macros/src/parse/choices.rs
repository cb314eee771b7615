//! An enum without fields.

use super::attributes::{Place, Spanned, items};
use super::item::Item;
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Variant};

/// An enum as it is written.
pub(crate) struct ChoicesInput {
    pub(crate) ident: Ident,
    pub(crate) options: ChoicesOptions,
    pub(crate) variants: Vec<VariantInput>,
    /// Whether variants are left out, since they hold values.
    pub(crate) incomplete: bool,
}

/// A variant as it is written.
pub(crate) struct VariantInput {
    pub(crate) ident: Ident,
    /// Whether it is given a number: `Low = 1`.
    pub(crate) numbered: bool,
    pub(crate) value: Option<Spanned<String>>,
    pub(crate) label: Option<Spanned<String>>,
    /// Names that its value had before, newest last.
    pub(crate) renamed_from: Vec<Spanned<String>>,
}

/// What an enum's attributes say.
#[derive(Default)]
pub(crate) struct ChoicesOptions {
    pub(crate) repr: Option<Spanned<Repr>>,
    /// Whether it is a type of the database's own, by its name where one is given.
    pub(crate) native: Option<Spanned<Option<String>>>,
    /// Whether `repr` is there, and is none.
    pub(crate) wrong_repr: bool,
    pub(crate) krate: Option<Spanned<String>>,
}

/// The integers that an enum may be stored as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Repr {
    I16,
    I32,
    I64,
}

/// Reads an enum.
///
/// # Errors
/// Where it is no enum, or one without variants, or with parameters.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> syn::Result<ChoicesInput> {
    let input: DeriveInput = syn::parse2(input)?;
    let variants = match input.data {
        Data::Enum(data) if !data.variants.is_empty() => data.variants,
        _ => return Err(syn::Error::new(input.ident.span(), "choices are an enum with a variant for each")),
    };
    if !input.generics.params.is_empty() {
        let span = input.generics.params.span();
        return Err(syn::Error::new(span, "an enum of choices has no parameters"));
    }
    let mut options = ChoicesOptions::default();
    for (item, known) in items(&input.attrs, Place::Choices, errors) {
        if options.set(known.name, &item).is_none() {
            options.wrong_repr |= known.name == "repr";
            errors.add(known.misused(&item));
        }
    }
    let all = variants.len();
    let variants: Vec<_> =
        variants.into_iter().filter_map(|variant| VariantInput::parse(variant, errors)).collect();
    let incomplete = variants.len() < all;
    Ok(ChoicesInput { ident: input.ident, options, variants, incomplete })
}

impl ChoicesOptions {
    fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "repr" => {
                let word = item.word()?;
                let value = match word.value.as_str() {
                    "i16" => Repr::I16,
                    "i32" => Repr::I32,
                    "i64" => Repr::I64,
                    _ => return None,
                };
                self.repr = Some(Spanned { value, span: word.span });
            }
            "native" => {
                let unnamed = |flag: Spanned<()>| Spanned { value: None, span: flag.span };
                let named = |text: Spanned<String>| Spanned { value: Some(text.value), span: text.span };
                self.native = Some(item.flag().map(unnamed).or_else(|| item.text().map(named))?);
            }
            "crate" => self.krate = Some(item.text()?),
            _ => return None,
        }
        Some(())
    }
}

impl VariantInput {
    fn parse(variant: Variant, errors: &mut Errors) -> Option<VariantInput> {
        if !variant.fields.is_empty() {
            let message = format_args!("`{}` holds a value; a choice is nothing but its name", variant.ident);
            errors.at(variant.fields.span(), message);
            return None;
        }
        let mut read = VariantInput {
            numbered: variant.discriminant.is_some(),
            ident: variant.ident,
            value: None,
            label: None,
            renamed_from: Vec::new(),
        };
        for (item, known) in items(&variant.attrs, Place::Variant, errors) {
            if read.set(known.name, &item).is_none() {
                errors.add(known.misused(&item));
            }
        }
        Some(read)
    }

    fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "value" => self.value = Some(item.text()?),
            "label" => self.label = Some(item.text()?),
            "renamed_from" => self.renamed_from.extend(item.texts()?),
            _ => return None,
        }
        Some(())
    }
}
