//! One field: what it means, and whether its attributes fit it.

use super::Context;
use super::default::{self, DefaultValue};
use super::generated::{self, Generated};
use super::names::key_column;
use super::relation::{self, Relation};
use super::rust_type::{Family, RustType};
use crate::errors::Errors;
use crate::parse::{FieldInput, FieldOptions, Sizes, Spanned, plain};
use proc_macro2::Ident;
use syn::Visibility;
use syn::spanned::Spanned as _;

/// A field with everything decided.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) name: String,
    pub(crate) column: String,
    pub(crate) ty: RustType,
    pub(crate) relation: Option<Relation>,
    pub(crate) max_length: Option<u32>,
    pub(crate) length: Option<u32>,
    pub(crate) decimal: Option<(u16, u16)>,
    /// Whether it is a primary key, of a type that may be one.
    pub(crate) key: bool,
    pub(crate) auto: Auto,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) check: Option<String>,
    pub(crate) collation: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) default: DefaultValue,
    pub(crate) generated: Option<Generated>,
    pub(crate) renamed_from: Vec<String>,
    pub(crate) silenced: Vec<String>,
    pub(crate) line: u32,
}

/// Whether the database assigns a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Auto {
    No,
    Yes,
    /// As the type of the key says.
    OfKey,
}

impl Field {
    /// Decides what a field of the struct `model` means.
    pub(crate) fn lower(input: FieldInput, model: &Ident, context: &Context, errors: &mut Errors) -> Field {
        let ty = RustType::of(&input.ty, model);
        let name = plain(&input.ident);
        let options = &input.options;
        let relation = relation::lower(options, &ty, errors);
        check_sizes(options.sizes(), &ty, errors);
        let auto = auto(options, &ty, errors);
        let default = default::lower(options, &ty, errors);
        let generated = generated::lower(options, &ty, errors);
        let key = options.primary_key.is_some() && check_key(&input.ty, &ty, errors);
        let is_model = ty.is_model();
        let column = match &options.column {
            Some(column) => not_empty(column, errors),
            None if is_model => key_column(&name),
            None => name.clone(),
        };
        Field {
            index: options.index.as_ref().map_or(relation.is_some(), |index| index.value),
            renamed_from: former_columns(options, is_model, &column, errors),
            silenced: options.silenced.iter().map(|id| id.value.clone()).collect(),
            max_length: options.max_length.as_ref().map(|length| length.value),
            length: options.length.as_ref().map(|length| length.value),
            decimal: options.decimal.as_ref().map(|size| (size.value.0 as u16, size.value.1 as u16)),
            unique: options.unique.is_some(),
            check: options.check.as_ref().map(|check| not_empty(check, errors)),
            collation: collation(options, &ty, errors),
            comment: options.comment.as_ref().map(|comment| not_empty(comment, errors)),
            line: (context.line)(input.span()),
            column,
            ident: input.ident,
            vis: input.vis,
            name,
            ty,
            relation,
            key,
            auto,
            default,
            generated,
        }
    }

    /// Whether it is a primary key of a type of which the tokens do not tell that it is one for keys.
    pub(crate) fn may_be_no_key(&self) -> bool {
        self.key && self.ty.is_unknown()
    }
}

/// The text, which must have letters.
pub(crate) fn not_empty(text: &Spanned<String>, errors: &mut Errors) -> String {
    if text.value.trim().is_empty() {
        errors.at(text.span, "this is empty");
    }
    text.value.clone()
}

/// A former name, which is not the name of today.
pub(crate) fn another_name(former: &Spanned<String>, today: &str, what: &str, errors: &mut Errors) {
    if former.value == today {
        errors.at(
            former.span,
            format_args!("the {what} is called `{today}` today; `renamed_from` is what it was called before"),
        );
    }
}

/// Whether the type of a primary key may be one, as far as its tokens tell.
fn check_key(place: &syn::Type, ty: &RustType, errors: &mut Errors) -> bool {
    if ty.optional {
        errors.at(place.span(), "a primary key is never NULL: it is no `Option`");
    } else if !ty.family.may_be_key() {
        let message = format!(
            "`{}` cannot be a primary key; a key is i16, i32, i64, u32, u64, String or Uuid",
            ty.text
        );
        errors.at(place.span(), message);
    }
    !ty.optional && ty.family.may_be_key()
}

/// Whether a bound on text, a length or the size of a decimal fits the type.
pub(super) fn check_sizes(sizes: Sizes<'_>, ty: &RustType, errors: &mut Errors) {
    if let Some(length) = sizes.length {
        if sizes.max_length.is_some() {
            let message =
                "text is of one `length`, or of any up to its `max_length`: leave one of the two out";
            return errors.at(length.span, message);
        }
        if !ty.family.may_have_length() {
            let message =
                format_args!("`length` is of text and of `Bits`, and this is of type `{}`", ty.text);
            errors.at(length.span, message);
        } else if length.value == 0 {
            errors.at(length.span, "`length` is at least 1");
        }
    }
    if let Some(length) = sizes.max_length {
        if ty.family.may_be_bits() {
            errors.at(length.span, "`max_length` bounds text; how many bits there are is the `length`");
        } else if !ty.family.may_be_text() {
            errors
                .at(length.span, format_args!("`max_length` bounds text, and this is of type `{}`", ty.text));
        } else if length.value == 0 {
            errors.at(length.span, "`max_length` is at least 1");
        }
    }
    if let Some(size) = sizes.decimal {
        let (precision, scale) = size.value;
        if !ty.family.may_be_decimal() {
            errors.at(
                size.span,
                format_args!("`decimal` sizes a `Decimal`, and this is of type `{}`", ty.text),
            );
        } else if !(1..=MAX_PRECISION).contains(&precision) {
            errors.at(size.span, format_args!("a decimal has 1 to {MAX_PRECISION} digits, not {precision}"));
        } else if scale > precision {
            errors.at(
                size.span,
                format_args!(
                    "{scale} digits behind the point are more than the {precision} digits there are"
                ),
            );
        }
    }
}

/// A collation compares text.
fn collation(options: &FieldOptions, ty: &RustType, errors: &mut Errors) -> Option<String> {
    let collation = options.collation.as_ref()?;
    if !ty.family.may_be_text() {
        let message = format_args!("`collation` sorts text, and this is of type `{}`", ty.text);
        errors.at(collation.span, message);
    }
    Some(not_empty(collation, errors))
}

/// The digits that umbral's decimals hold.
const MAX_PRECISION: u32 = 38;

fn auto(options: &FieldOptions, ty: &RustType, errors: &mut Errors) -> Auto {
    if let Some(auto) = &options.auto {
        if options.primary_key.is_none() {
            errors.at(auto.span, "`auto` belongs on the primary key");
            return Auto::No;
        }
        if auto.value && !ty.family.may_be_integer() {
            errors.at(
                auto.span,
                format_args!("the database assigns integers, and this key is of type `{}`", ty.text),
            );
            return Auto::No;
        }
        return if auto.value { Auto::Yes } else { Auto::No };
    }
    let defaulted = options.default.is_some() || options.default_sql.is_some();
    match ty.family {
        _ if options.primary_key.is_none() || defaulted => Auto::No,
        Family::Integer(_) => Auto::Yes,
        Family::Unknown => Auto::OfKey,
        _ => Auto::No,
    }
}

/// What the column was called. A relation's former name may be that of the field or that of its column.
fn former_columns(options: &FieldOptions, is_model: bool, column: &str, errors: &mut Errors) -> Vec<String> {
    let mut columns = Vec::new();
    for former in &options.renamed_from {
        another_name(former, column, "column", errors);
        columns.push(former.value.clone());
        let key = key_column(&former.value);
        if is_model && key != former.value {
            columns.push(key);
        }
    }
    columns
}
