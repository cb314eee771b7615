//! `field.choices`: whether a field whose type lists its values has room for them, and a default that is one of them.

use super::At;
use crate::check::Finding;
use crate::model::DefaultMeta;
use crate::schema::Expr;
use crate::schema::expr::Literal;
use crate::value::{Choice, ChoiceValue};

const ID: &str = "field.choices";

pub(super) fn check(at: &At<'_>) -> Vec<Finding> {
    room(at).into_iter().chain(default(at)).collect()
}

/// A text that is longer than the column.
fn room(at: &At<'_>) -> Option<Finding> {
    let room = usize::try_from(at.field.max_length?).unwrap_or(usize::MAX);
    let longer = at.field.choices.iter().find_map(|choice| match choice.value {
        ChoiceValue::Text(text) => (text.chars().count() > room).then_some(text),
        ChoiceValue::Integer(_) => None,
    })?;
    let message = format!("`{}` has a `max_length` of {room}, too short for its value `{longer}`", at.name());
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
