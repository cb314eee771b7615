//! Indexes and unique constraints, and the order of a model: attributes of a struct that name its fields.

use super::{Body, Column};
use crate::errors::Errors;
use crate::parse::{DeferrableInput, FieldName, IndexInput, KeyInput, Spanned, nearest};

/// An index or a unique constraint with everything decided.
pub(crate) struct Index {
    pub(crate) name: Option<String>,
    pub(crate) keys: Vec<Key>,
    pub(crate) predicate: Option<String>,
    /// The name of the variant of `IndexMethod`.
    pub(crate) method: Option<&'static str>,
    pub(crate) include: Vec<Column>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) deferrable: Option<DeferrableInput>,
}

/// One key.
#[derive(Debug, PartialEq)]
pub(crate) enum Key {
    Field(Column),
    Descending(Column),
    Expr(String),
}

/// A term of a model's order.
pub(crate) struct Order {
    pub(crate) field: Column,
    pub(crate) descending: bool,
}

/// The methods of indexes, and the variants that they are.
const METHODS: &[(&str, &str)] = &[
    ("btree", "BTree"),
    ("hash", "Hash"),
    ("gin", "Gin"),
    ("gist", "Gist"),
    ("spgist", "SpGist"),
    ("brin", "Brin"),
];

/// Finds the fields of an index or a constraint, and looks whether what is said of it goes together.
pub(crate) fn lower(input: IndexInput, body: &Body, errors: &mut Errors) -> Index {
    let mut keys: Vec<Key> = Vec::with_capacity(input.keys.len());
    let mut seen = Vec::new();
    for key in &input.keys {
        match key {
            KeyInput::Expr(text) => keys.push(Key::Expr(super::field::not_empty(text, errors))),
            KeyInput::Field { field, descending } => {
                let found = another(field, body, &mut seen, errors);
                keys.extend(found.map(if *descending { Key::Descending } else { Key::Field }));
            }
        }
    }
    let include: Vec<Column> =
        input.include.iter().filter_map(|field| another(field, body, &mut seen, errors)).collect();
    let method = input.method.as_ref().and_then(|method| errors.take(self::method(method)));
    let sorts = method.is_none_or(|method| method == "BTree");
    if let (false, Some(method)) =
        (sorts || !keys.iter().any(|key| matches!(key, Key::Descending(_))), &input.method)
    {
        errors.at(
            method.span,
            format_args!("a {} index keeps no order, and has no descending field", method.value),
        );
    }
    Index {
        name: input.name.map(|name| super::field::not_empty(&name, errors)),
        predicate: input.predicate.map(|text| super::field::not_empty(&text, errors)),
        nulls_not_distinct: input.nulls_distinct.is_some_and(|distinct| !distinct.value),
        deferrable: input.deferrable.map(|deferrable| deferrable.value),
        keys,
        method,
        include,
    }
}

/// As [`lower`], for what is a constraint where it covers fields of every row, and a unique index otherwise.
pub(crate) fn unique(input: IndexInput, body: &Body, errors: &mut Errors) -> Index {
    let deferrable = input.deferrable.as_ref().map(|deferrable| deferrable.span);
    let index = lower(input, body, errors);
    let plain = index.keys.iter().all(|key| matches!(key, Key::Field(_)))
        && index.predicate.is_none()
        && index.include.is_empty();
    if let Some(span) = deferrable.filter(|_| !plain) {
        errors.at(span, "only a constraint over fields of every row can wait: an index cannot");
    }
    index
}

/// The columns of fields that are named once each.
pub(super) fn columns(names: &[FieldName], body: &Body, errors: &mut Errors) -> Vec<Column> {
    let mut seen = Vec::new();
    for name in names {
        another(name, body, &mut seen, errors);
    }
    seen
}

/// The column of a field that was not named before.
fn another(field: &FieldName, body: &Body, seen: &mut Vec<Column>, errors: &mut Errors) -> Option<Column> {
    let column = errors.take(body.column(field))?;
    if seen.contains(&column) {
        errors.at(field.span(), format_args!("`{}` stands here twice", field.text()));
        return None;
    }
    seen.push(column.clone());
    Some(column)
}

fn method(given: &Spanned<String>) -> syn::Result<&'static str> {
    if let Some((_, variant)) = METHODS.iter().find(|(name, _)| *name == given.value) {
        return Ok(variant);
    }
    let names: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
    let message = match nearest(&given.value, names.iter().copied()) {
        Some(meant) => format!("there is no index method `{}`; did you mean `{meant}`?", given.value),
        None => format!("there is no index method `{}`; there are {}", given.value, names.join(", ")),
    };
    Err(syn::Error::new(given.span, message))
}

impl Order {
    /// Finds the field of a term: `title`, or `-title` for the greatest first.
    pub(crate) fn lower(term: &Spanned<String>, body: &Body, errors: &mut Errors) -> Option<Order> {
        let (descending, name) = match term.value.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, term.value.as_str()),
        };
        let column = body.column(&FieldName::read(name, term.span));
        errors.take(column).map(|field| Order { field, descending })
    }
}
