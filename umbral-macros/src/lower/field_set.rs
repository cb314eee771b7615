//! Attributes of a struct that name its fields.

use super::Field;
use crate::errors::Errors;
use crate::parse::{FieldSet, Spanned, nearest};

/// The fields of an index or a unique constraint.
pub(crate) struct FieldNumbers {
    pub(crate) name: Option<String>,
    pub(crate) fields: Vec<u16>,
}

/// A term of a model's order.
pub(crate) struct Order {
    pub(crate) field: u16,
    pub(crate) descending: bool,
}

/// Finds the fields of a set.
pub(crate) fn lower(set: FieldSet, fields: &[Field], errors: &mut Errors) -> FieldNumbers {
    let name = set.name.map(|name| super::field::not_empty(&name, errors));
    let mut numbers = Vec::with_capacity(set.fields.len());
    for field in &set.fields {
        match errors.take(number(&field.value, field, fields)) {
            Some(number) if numbers.contains(&number) => {
                errors.at(field.span, format_args!("`{}` stands here twice", field.value));
            }
            found => numbers.extend(found),
        }
    }
    FieldNumbers { name, fields: numbers }
}

impl Order {
    /// Finds the field of a term: `title`, or `-title` for the greatest first.
    pub(crate) fn lower(term: &Spanned<String>, fields: &[Field], errors: &mut Errors) -> Option<Order> {
        let (descending, name) = match term.value.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, term.value.as_str()),
        };
        errors.take(number(name, term, fields)).map(|field| Order { field, descending })
    }
}

fn number(name: &str, place: &Spanned<String>, fields: &[Field]) -> syn::Result<u16> {
    if let Some(number) = fields.iter().position(|field| field.name == name) {
        return Ok(number as u16);
    }
    let of_column = fields.iter().find(|field| field.column == name).map(|field| field.name.as_str());
    let meant = of_column.or_else(|| nearest(name, fields.iter().map(|field| field.name.as_str())));
    let message = match meant {
        Some(meant) => format!("there is no field `{name}`; did you mean `{meant}`?"),
        None => format!("there is no field `{name}`"),
    };
    Err(syn::Error::new(place.span, message))
}
