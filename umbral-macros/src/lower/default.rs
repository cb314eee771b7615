//! Defaults: whether a constant fits its field, and its text.

use super::rust_type::{Family, RustType};
use crate::errors::Errors;
use crate::parse::{DefaultInput, FieldOptions};

/// What is stored where a row is created without the field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DefaultValue {
    /// Nothing.
    None,
    /// A constant, as SQL has it: `0`, `'draft'`, `TRUE`.
    Constant(String),
    /// The time of the statement.
    Now,
    /// An expression.
    Sql(String),
}

/// The default of a field of type `ty`.
pub(crate) fn lower(options: &FieldOptions, ty: &RustType, errors: &mut Errors) -> DefaultValue {
    if let (Some(default), Some(_)) = (&options.default, &options.default_sql) {
        errors.at(default.span, "a field has `default` or `default_sql`, not both");
    }
    if let Some(sql) = &options.default_sql {
        return DefaultValue::Sql(sql.value.clone());
    }
    let Some(default) = &options.default else { return DefaultValue::None };
    if let Some(expected) = misfit(&default.value, &ty.family) {
        errors.at(default.span, format_args!("the default of a field of type `{}` is {expected}", ty.text));
    }
    match &default.value {
        DefaultInput::Now => DefaultValue::Now,
        DefaultInput::Integer(digits) | DefaultInput::Float(digits) => DefaultValue::Constant(digits.clone()),
        DefaultInput::Boolean(true) => DefaultValue::Constant("TRUE".to_owned()),
        DefaultInput::Boolean(false) => DefaultValue::Constant("FALSE".to_owned()),
        DefaultInput::Text(text) => DefaultValue::Constant(format!("'{}'", text.replace('\'', "''"))),
    }
}

/// What the default should have been, where it does not fit.
fn misfit(default: &DefaultInput, family: &Family) -> Option<&'static str> {
    use DefaultInput as D;
    let (fits, expected) = match family {
        Family::Integer(bits) => match default {
            D::Integer(digits) => (fits_in(digits, *bits), "a whole number in its range"),
            _ => (false, "a whole number, such as `default = 0`"),
        },
        Family::Float | Family::Decimal => match default {
            D::Float(digits) => (!digits.contains(['e', 'E']), "a number without an exponent"),
            other => (matches!(other, D::Integer(_)), "a number, such as `default = 0.5`"),
        },
        Family::Boolean => (matches!(default, D::Boolean(_)), "`true` or `false`"),
        Family::Text => (matches!(default, D::Text(_)), "text, such as `default = \"draft\"`"),
        Family::Instant => (
            matches!(default, D::Now | D::Text(_)),
            "`now` or text, such as `default = \"2000-01-01 00:00:00\"`",
        ),
        Family::Uuid | Family::AsText | Family::Bits => {
            (matches!(default, D::Text(_)), "text; `default_sql` takes an expression")
        }
        Family::Bytes | Family::Array(_) | Family::Many(..) => {
            (false, "an expression of the database's own, in `default_sql`")
        }
        Family::Relation(..) => {
            (matches!(default, D::Integer(_) | D::Text(_)), "a key: a whole number or text")
        }
        Family::Unknown => match default {
            D::Float(digits) => (!digits.contains(['e', 'E']), "a number without an exponent"),
            _ => (true, ""),
        },
    };
    (!fits).then_some(expected)
}

fn fits_in(digits: &str, bits: u32) -> bool {
    let bound = 1_i128 << (bits - 1);
    digits.parse::<i128>().is_ok_and(|number| (-bound..bound).contains(&number))
}
