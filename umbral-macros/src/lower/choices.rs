//! What an enum of choices means.

use super::names::{snake_case, words};
use super::{Context, field, krate};
use crate::errors::Errors;
use crate::parse::choices::{ChoicesInput, Repr, VariantInput};
use crate::parse::{Spanned, plain};
use proc_macro2::Ident;

/// An enum with everything decided.
pub(crate) struct Choices {
    pub(crate) ident: Ident,
    /// The path of the umbral crate.
    pub(crate) krate: syn::Path,
    /// `None`: it is stored as text.
    pub(crate) repr: Option<Repr>,
    /// The name of the database's own type, where it is one.
    pub(crate) native: Option<String>,
    pub(crate) variants: Vec<Variant>,
    /// Whether variants are left out.
    pub(crate) incomplete: bool,
}

/// A variant with everything decided.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) renamed_from: Vec<Spanned<String>>,
}

/// Decides what an enum means.
pub(crate) fn lower(input: ChoicesInput, context: &Context, errors: &mut Errors) -> Choices {
    let repr = input.options.repr.as_ref().map(|repr| repr.value);
    let mut variants: Vec<Variant> = Vec::with_capacity(input.variants.len());
    for variant in input.variants {
        if !input.options.wrong_repr {
            check_number(&variant, repr, errors);
        }
        let span = variant.value.as_ref().map_or(variant.ident.span(), |value| value.span);
        let lowered = Variant::lower(variant, errors);
        if let Some(same) = variants.iter().find(|other| other.name == lowered.name) {
            let message = format_args!("`{}` is the value of `{}` already", lowered.name, same.ident);
            errors.at(span, message);
        }
        variants.push(lowered);
    }
    let native = input.options.native.as_ref();
    check_former(&variants, native.is_some(), errors);
    let krate = krate(input.options.krate.as_ref(), context, errors);
    let native = native.map(|native| native_name(native, &input.ident, repr, errors));
    Choices { ident: input.ident, krate, repr, native, variants, incomplete: input.incomplete }
}

fn native_name(
    native: &Spanned<Option<String>>,
    ident: &Ident,
    repr: Option<Repr>,
    errors: &mut Errors,
) -> String {
    if repr.is_some() {
        errors.at(native.span, "the labels of a type of the database's own are texts; leave `repr` out");
    }
    match &native.value {
        Some(name) => field::not_empty(&Spanned { value: name.clone(), span: native.span }, errors),
        None => snake_case(&plain(ident)),
    }
}

/// The names that labels had before are those of no variant of today, and of one variant each.
fn check_former(variants: &[Variant], is_native: bool, errors: &mut Errors) {
    for (place, variant) in variants.iter().enumerate() {
        for (nth, former) in variant.renamed_from.iter().enumerate() {
            let name = field::not_empty(former, errors);
            if !is_native {
                let message = "only a label of a type of the database's own is renamed: write `native` on the enum, or \
                               change the rows by a run_sql in the migration";
                errors.at(former.span, message);
            }
            let earlier = variants.iter().take(place).flat_map(|other| &other.renamed_from);
            let earlier = earlier.chain(&variant.renamed_from[..nth]).any(|other| other.value == name);
            match variants.iter().find(|other| other.name == name) {
                Some(same) if same.ident == variant.ident => {
                    field::another_name(former, &variant.name, "label", errors);
                }
                Some(same) => {
                    errors.at(former.span, format_args!("`{name}` is the value of `{}` today", same.ident))
                }
                None if earlier => {
                    errors
                        .at(former.span, format_args!("`{name}` is what a label was called before already"));
                }
                None => {}
            }
        }
    }
}

/// A number that the compiler counts changes when a variant is added, and what is stored would not.
fn check_number(variant: &VariantInput, repr: Option<Repr>, errors: &mut Errors) {
    match (repr, variant.numbered) {
        (Some(_), false) => {
            let message = format_args!("say which number is stored: `{} = 1`", variant.ident);
            errors.at(variant.ident.span(), message);
        }
        (None, true) => {
            let message = "the enum is stored as text; `#[umbral(repr = i16)]` on it stores these numbers";
            errors.at(variant.ident.span(), message);
        }
        _ => {}
    }
}

impl Variant {
    fn lower(variant: VariantInput, errors: &mut Errors) -> Variant {
        let name = match &variant.value {
            Some(value) => field::not_empty(value, errors),
            None => snake_case(&plain(&variant.ident)),
        };
        let label = match &variant.label {
            Some(label) => field::not_empty(label, errors),
            None => words(&snake_case(&plain(&variant.ident))),
        };
        Variant { ident: variant.ident, name, label, renamed_from: variant.renamed_from }
    }
}
