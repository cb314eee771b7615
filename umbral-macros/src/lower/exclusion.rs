//! Exclusion constraints.

use super::Body;
use super::index::{self, Index};
use crate::errors::Errors;
use crate::parse::ExclusionInput;

/// An exclusion constraint with everything decided.
pub(crate) struct Exclusion {
    pub(crate) index: Index,
    /// One for each key.
    pub(crate) operators: Vec<String>,
}

/// Finds the fields of an exclusion constraint, and looks whether an index of its method finds what it excludes.
pub(super) fn lower(input: ExclusionInput, body: &Body, errors: &mut Errors) -> Exclusion {
    let ExclusionInput { index: input, operators } = input;
    let given = input.method.clone();
    let method = given.as_ref().map_or("btree", |method| method.value.as_str());
    let finds_equal_only = matches!(method, "btree" | "hash");
    for operator in &operators {
        if !is_operator(&operator.value) {
            errors
                .at(operator.span, format_args!("`{}` is no operator, such as `=` or `&&`", operator.value));
        } else if finds_equal_only && operator.value != "=" {
            let message = format_args!("a {method} index finds equal values alone; add `using = gist`");
            errors.at(operator.span, message);
        }
    }
    if let Some(given) = &given {
        match method {
            "gin" | "brin" => {
                let message = format_args!("a {method} index cannot look for single rows; use gist");
                errors.at(given.span, message);
            }
            "hash" | "spgist" if operators.len() > 1 => {
                errors.at(given.span, format_args!("a {method} index has one key"));
            }
            _ => {}
        }
    }
    let operators = operators.into_iter().map(|operator| operator.value).collect();
    Exclusion { index: index::lower(input, body, errors), operators }
}

/// As the schema reads them.
fn is_operator(text: &str) -> bool {
    let ends_as_one = text.len() == 1
        || !text.ends_with(['+', '-'])
        || text.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']);
    let is_other = text == "=>" || text.contains("--") || text.contains("/*");
    let is_sign = |letter| "+-*/<>=~!@#%^&|`?".contains(letter);
    !text.is_empty() && text.len() < 64 && text.chars().all(is_sign) && ends_as_one && !is_other
}
