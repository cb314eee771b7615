//! What a newtype means.

use super::field::check_sizes;
use super::rust_type::RustType;
use super::{Context, krate};
use crate::errors::Errors;
use crate::parse::Sizes;
use crate::parse::newtype::NewtypeInput;
use proc_macro2::Ident;
use syn::spanned::Spanned as _;

/// A newtype with everything decided.
pub(crate) struct Newtype {
    pub(crate) ident: Ident,
    /// The path of the umbral crate.
    pub(crate) krate: syn::Path,
    /// The name of its field; `None`: it is a tuple.
    pub(crate) field: Option<Ident>,
    pub(crate) ty: RustType,
    pub(crate) max_length: Option<u32>,
    pub(crate) length: Option<u32>,
    pub(crate) decimal: Option<(u16, u16)>,
}

/// Decides what a newtype means.
pub(crate) fn lower(input: NewtypeInput, context: &Context, errors: &mut Errors) -> Newtype {
    let NewtypeInput { ident, field, ty: written, options } = input;
    let ty = RustType::of(&written, &ident);
    if ty.optional {
        let message =
            format_args!("NULL is the field's: write `Option<{ident}>` there, and no `Option` here");
        errors.at(written.span(), message);
    } else if ty.is_model() {
        errors.at(written.span(), format_args!("`{}` is a relation, and stays a field of its own", ty.text));
    }
    check_sizes(
        Sizes {
            max_length: options.max_length.as_ref(),
            length: options.length.as_ref(),
            decimal: options.decimal.as_ref(),
        },
        &ty,
        errors,
    );
    Newtype {
        krate: krate(options.krate.as_ref(), context, errors),
        max_length: options.max_length.map(|length| length.value),
        length: options.length.map(|length| length.value),
        decimal: options.decimal.map(|size| (size.value.0 as u16, size.value.1 as u16)),
        ident,
        field,
        ty,
    }
}
