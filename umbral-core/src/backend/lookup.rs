//! What queries look for, where databases differ in how they say it.

use super::{ContentLookup, JsonLookup, JsonStep};
use crate::error::{Error, Result};
use crate::schema::SqlType;
use crate::value::Value;
use sea_query::Expr;

/// A search in text. What is looked for is taken literally: `%` and `_` are characters like any other.
///
/// With `ignore_case`, letters compare by the lower-case form of each character: beyond ASCII, as far as the database
/// knows other letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextLookup {
    /// The whole text, without regard to case.
    ExactIgnoringCase,
    /// Somewhere in the text.
    Contains {
        /// Without regard to case.
        ignore_case: bool,
    },
    /// At the text's start.
    StartsWith {
        /// Without regard to case.
        ignore_case: bool,
    },
    /// At the text's end.
    EndsWith {
        /// Without regard to case.
        ignore_case: bool,
    },
}

impl TextLookup {
    /// Whether letters compare without regard to case.
    pub fn ignores_case(self) -> bool {
        match self {
            TextLookup::ExactIgnoringCase => true,
            TextLookup::Contains { ignore_case }
            | TextLookup::StartsWith { ignore_case }
            | TextLookup::EndsWith { ignore_case } => ignore_case,
        }
    }

    pub(crate) fn code(self) -> u8 {
        let kind = match self {
            TextLookup::ExactIgnoringCase => 0,
            TextLookup::Contains { .. } => 1,
            TextLookup::StartsWith { .. } => 2,
            TextLookup::EndsWith { .. } => 3,
        };
        kind << 1 | u8::from(self.ignores_case())
    }

    pub(crate) fn from_code(code: u8) -> Option<TextLookup> {
        let ignore_case = code & 1 == 1;
        Some(match code >> 1 {
            0 => TextLookup::ExactIgnoringCase,
            1 => TextLookup::Contains { ignore_case },
            2 => TextLookup::StartsWith { ignore_case },
            3 => TextLookup::EndsWith { ignore_case },
            _ => return None,
        })
    }
}

/// How one database says what a query looks for: the parameters that it is sent, and the condition over their
/// placeholders. The defaults, of [`standard::lookups`](super::standard::lookups), are for a database whose LIKE regards
/// case and takes a backslash as its escape.
pub trait Lookups {
    /// The parameters for a search of `text`. How many there are depends on `lookup` alone.
    fn text_parameters(&self, lookup: TextLookup, text: String) -> Vec<Value> {
        vec![super::standard::lookups::like_pattern(lookup, &text)]
    }

    /// The condition that `subject`, text, fulfils `lookup`. `parameters` stand for what
    /// [`text_parameters`](Lookups::text_parameters) made.
    fn text_condition(&self, lookup: TextLookup, subject: Expr, parameters: Vec<Expr>) -> Expr {
        super::standard::lookups::like(lookup, subject, parameters)
    }

    /// Text of a column of [`SqlType::Char`], whose padding is no part of what is searched.
    fn without_padding(&self, subject: Expr) -> Expr {
        subject
    }

    /// A parameter that is compared with a column of JSON.
    fn document(&self, parameter: Expr) -> Expr {
        parameter
    }

    /// The parameter for a place in a JSON document. By default the path of SQL:2016, `$."cover"."colours"[0]`.
    fn json_path(&self, steps: &[JsonStep]) -> Value {
        Value::Text(super::standard::lookups::json_path(steps))
    }

    /// The condition that the value at `path` in the document `subject` fulfils `lookup`, which compares it with `operand`
    /// where it [has one](JsonLookup::has_operand).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for what the database cannot ask.
    fn json_condition(&self, lookup: JsonLookup, subject: Expr, path: Expr, operand: Expr) -> Result<Expr> {
        let _ = (lookup, subject, path, operand);
        Err(Error::unsupported(
            "this database cannot look into JSON documents",
            "keep what is asked for in columns of its own, or look in Rust",
        ))
    }

    /// The condition that `subject`, a value that holds others, fulfils `lookup` with its operands.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for what the database cannot ask.
    fn content_condition(&self, lookup: ContentLookup, subject: Expr, operands: Vec<Expr>) -> Result<Expr> {
        let _ = (lookup, subject, operands);
        Err(Error::unsupported(
            "this database has no ranges, hstores, ltrees and tsvectors to look into",
            "keep what is asked for in columns of its own, or use a database that has them",
        ))
    }

    /// The quotient of two integers, without its rest.
    fn whole_quotient(&self, left: Expr, right: Expr) -> Expr {
        sea_query::ExprTrait::div(left, right)
    }

    /// The parameters for membership in `items`, which holds at least one value and no NULL: one that holds them all,
    /// or one for each. Each number of parameters is an SQL text of its own, so lists of many lengths should share
    /// few.
    fn list_parameters(&self, element: &SqlType, items: Vec<Value>) -> Vec<Value> {
        let _ = element;
        super::standard::lookups::padded(items)
    }

    /// The condition that `subject` is in the list. `parameters` stand for what
    /// [`list_parameters`](Lookups::list_parameters) made.
    fn list_condition(&self, element: &SqlType, subject: Expr, parameters: Vec<Expr>) -> Expr {
        let _ = element;
        super::standard::lookups::is_in(subject, parameters)
    }

    /// A computed 64-bit integer on its way into a column. A database whose sums beyond 64 bits become floating-point
    /// numbers makes them an error here, since another number than the sum would be stored.
    fn computed_integer(&self, computed: Expr) -> Expr {
        computed
    }
}
