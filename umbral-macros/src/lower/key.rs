//! The primary key: one field that is marked, or several that the struct names.

use super::field::Field;
use super::{Body, Column, index};
use crate::errors::Errors;
use crate::parse::{FieldInput, FieldName, plain};

/// How many fields a key may have.
const MAX_PARTS: usize = 4;

/// That at most one field is marked.
pub(crate) fn only_one(fields: &[FieldInput], errors: &mut Errors) {
    let mut keys =
        fields.iter().filter_map(|field| Some((&field.ident, field.options.primary_key.as_ref()?.span)));
    let Some((first, _)) = keys.next() else { return };
    for (another, span) in keys {
        let (first, another) = (plain(first), plain(another));
        errors.at(
            span,
            format_args!(
                "`{first}` is the primary key already; for a key of both write \
                 #[umbral(primary_key({first}, {another}))] on the struct"
            ),
        );
    }
}

/// The numbers of the fields that are the key, in its order.
pub(crate) fn lower(set: Option<Vec<FieldName>>, body: &mut Body, errors: &mut Errors) -> Vec<u16> {
    let marked = body.fields.iter().position(|field| field.key);
    let Some(set) = set else {
        return marked.map(|number| number as u16).into_iter().collect();
    };
    if let (Some(marked), Some(first)) = (marked, set.first()) {
        let name = &body.fields[marked].name;
        errors.at(
            first.span(),
            format_args!("`{name}` is marked as the primary key already; leave one of them out"),
        );
        return vec![marked as u16];
    }
    let columns = index::columns(&set, body, errors);
    if let Some(beyond) = set.get(MAX_PARTS).filter(|_| columns.len() > MAX_PARTS) {
        errors.at(beyond.span(), format_args!("a primary key has at most {MAX_PARTS} fields"));
        return Vec::new();
    }
    // Where a name was wrong, places and columns do not match: a mistake is reported already.
    if columns.len() != set.len() {
        return Vec::new();
    }
    let mut numbers = Vec::with_capacity(columns.len());
    for (column, name) in columns.iter().zip(&set) {
        match of_key(column, body) {
            Ok(number) => numbers.push(number),
            Err(wrong) => errors.at(name.span(), wrong),
        }
    }
    if numbers.len() != set.len() {
        return Vec::new();
    }
    for number in &numbers {
        body.fields[usize::from(*number)].key = true;
    }
    numbers
}

/// The number of a field that can be a part of a key, as far as its tokens tell.
fn of_key(column: &Column, body: &Body) -> Result<u16, String> {
    match column {
        Column::Own(number) => body.fields[usize::from(*number)].unfit_for_key().map_or(Ok(*number), Err),
        Column::Inside { part, name, .. } => Err(format!(
            "`{}.{name}` lies in a struct, and a primary key is made of the model's own fields",
            body.parts[*part].name
        )),
    }
}

impl Field {
    /// Why it cannot be a part of a key, as far as its tokens tell.
    fn unfit_for_key(&self) -> Option<String> {
        if self.ty.optional {
            return Some(format!(
                "`{}` may be NULL, and a primary key never is: make it no `Option`",
                self.name
            ));
        }
        if self.generated.is_some() {
            return Some(format!("`{}` is generated, and cannot be in the primary key", self.name));
        }
        (!self.ty.is_model() && !self.ty.family.may_be_key()).then(|| {
            format!(
                "`{}` is of type `{}`, which cannot be in a primary key; a key is i16, i32, i64, String, Uuid or a relation",
                self.name, self.ty.text
            )
        })
    }
}
