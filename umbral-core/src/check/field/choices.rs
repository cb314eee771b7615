//! `field.choices`: whether a field whose type lists its values has room for them, and a default that is one of them.

use super::At;
use crate::check::Finding;
use crate::model::DefaultMeta;
use crate::schema::Expr;
use crate::schema::expr::Literal;
use crate::value::{Choice, ChoiceValue};

const ID: &str = "field.choices";

pub(super) fn check(at: &At<'_>) -> Vec<Finding> {
    room(at).into_iter().chain(default(at)).chain(same_name(at)).collect()
}

/// `field.enum`: another field has an enum of the same name with other labels, or a table has the name: one database
/// would have to hold two types of one name.
fn same_name(at: &At<'_>) -> Option<Finding> {
    let ty = at.field.column_type();
    let of = ty.enum_of()?;
    let name = &of.name;
    let hint = "give one of them another name: `#[umbral(native = \"…\")]` on the enum";
    if let Some(model) = at.context.models().find(|model| model.table == *name) {
        let message =
            format!("the enum of `{}` is called `{name}`, as the table of {} is", at.name(), model.name);
        return Some(at.error("field.enum", message).hint(hint));
    }
    for model in at.context.models() {
        for field in model.fields {
            if std::ptr::eq(field, at.field) {
                return None;
            }
            let other = field.column_type();
            if other.enum_of().is_some_and(|other| other.name == *name && other != of) {
                let (one, other) = (at.name(), format!("{}.{}", model.name, field.name));
                let message = format!(
                    "the enums of `{other}` and `{one}` are both called `{name}`, and have other labels"
                );
                return Some(at.error("field.enum", message).hint(hint));
            }
        }
    }
    None
}

/// A text that is longer than the column.
fn room(at: &At<'_>) -> Option<Finding> {
    let word = if at.field.size.length.is_some() { "length" } else { "max_length" };
    let room = usize::try_from(at.field.size.room()?).unwrap_or(usize::MAX);
    let longer = at.field.choices.iter().find_map(|choice| match choice.value {
        ChoiceValue::Text(text) => (text.chars().count() > room).then_some(text),
        ChoiceValue::Integer(_) => None,
    })?;
    let message = format!("`{}` has a `{word}` of {room}, too short for its value `{longer}`", at.name());
    Some(at.error(ID, message).hint("leave it out: the longest value is what it is by default"))
}

/// A default that is none of the values.
fn default(at: &At<'_>) -> Option<Finding> {
    let DefaultMeta::Value(text) = at.field.default else { return None };
    let choices = at.field.choices;
    // What cannot be read, and a constant of another type, is `field.default`'s business.
    let Expr::Literal(literal) = text.parse::<Expr>().ok()?.simplified() else { return None };
    if choices.is_empty() || choices.iter().any(|choice| is(choice, &literal)) {
        return None;
    }
    let stored: Vec<String> = choices.iter().map(written).collect();
    let message = format!("the default of `{}` is {text}, which is none of its values", at.name());
    Some(at.error(ID, message).hint(format!("there are {}", stored.join(", "))))
}

fn is(choice: &Choice, literal: &Literal) -> bool {
    match (choice.value, literal) {
        (ChoiceValue::Text(value), Literal::Text(text)) => value == text,
        (ChoiceValue::Integer(value), Literal::Number(number)) => number.parse() == Ok(value),
        // Of another type than the column.
        _ => matches!(literal, Literal::Null | Literal::Boolean(_) | Literal::Bytes(_)),
    }
}

fn written(choice: &Choice) -> String {
    match choice.value {
        ChoiceValue::Text(text) => format!("{text:?}"),
        ChoiceValue::Integer(number) => number.to_string(),
    }
}
