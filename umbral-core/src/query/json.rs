//! Conditions over what is inside of a JSON document.

#![allow(clippy::wrong_self_convention, reason = "a condition is built from a handle, not asked of it")]

use super::problem::Problem;
use super::term::Term;
use super::{Col, Predicate};
use crate::backend::{JsonComparison, JsonLookup, JsonStep};
use crate::model::Model;
use crate::value::Value;
use std::marker::PhantomData;

/// A type of JSON documents: `serde_json::Value`, `Json<T>`, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not JSON",
    label = "at, document and has_key are for Json<T> and serde_json::Value"
)]
pub trait Document {}

#[cfg(feature = "json")]
mod documents {
    use super::Document;

    #[diagnostic::do_not_recommend]
    impl Document for serde_json::Value {}
    #[diagnostic::do_not_recommend]
    impl<T> Document for crate::value::Json<T> {}
    #[diagnostic::do_not_recommend]
    impl<T: Document> Document for Option<T> {}
}

/// A value that a place in a document is compared with: text, a number, a boolean.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a place in a JSON document is compared with",
    label = "a text, an integer, a float or a boolean is"
)]
pub trait JsonScalar {
    /// It, as a parameter.
    #[doc(hidden)]
    fn scalar(self) -> (Scalar, Value);
}

/// What sort of value it is.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

macro_rules! scalars {
    ($($ty:ty, $sort:ident, |$value:ident| $body:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl JsonScalar for $ty {
            fn scalar(self) -> (Scalar, Value) {
                let $value = self;
                (Scalar::$sort, $body)
            }
        }
    )*};
}

scalars! {
    &str, Text, |text| Value::Text(text.to_owned());
    String, Text, |text| Value::Text(text);
    &String, Text, |text| Value::Text(text.clone());
    i16, Number, |number| Value::BigInt(i64::from(number));
    i32, Number, |number| Value::BigInt(i64::from(number));
    i64, Number, |number| Value::BigInt(number);
    f64, Number, |number| Value::Double(number);
    bool, Boolean, |value| Value::Boolean(value);
}

/// A place in the documents of a column.
///
/// ```standalone_crate
/// # use umbral_core::query::{Fields, Predicate};
/// # use umbral_core::value::Json;
/// # use umbral_macros::Model;
/// #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// struct Book {
///     #[umbral(primary_key)]
///     id: i64,
///     meta: Json<serde_json::Value>,
/// }
///
/// fn wanted(b: &Fields<Book>) -> Predicate<Book> {
///     b.meta.at("cover.colour").eq("red") & b.meta.at("ratings[0]").ge(4) & b.meta.has_key("isbn")
/// }
/// ```
///
/// Where nothing is at the place, no condition over it is true: `filter` leaves the row out, and `!` keeps it. A value of
/// another type than the one it is compared with is neither equal nor less nor greater.
pub struct JsonPlace<M> {
    term: Term,
    steps: Vec<JsonStep>,
    of: PhantomData<fn() -> M>,
}

impl<M> Clone for JsonPlace<M> {
    fn clone(&self) -> Self {
        JsonPlace { term: self.term.clone(), steps: self.steps.clone(), of: PhantomData }
    }
}

impl<M: Model, T: Document> Col<M, T> {
    /// The whole document.
    pub fn document(self) -> JsonPlace<M> {
        JsonPlace { term: self.term(), steps: Vec::new(), of: PhantomData }
    }

    /// A place in the document: keys with a point between, elements of arrays in brackets: `cover.colours[0]`. A key with
    /// a point or a bracket in it is named by [`JsonPlace::key`].
    pub fn at(self, path: &str) -> JsonPlace<M> {
        self.document().at(path)
    }

    /// The document is an object with this key, `null` being a value too.
    pub fn has_key(self, key: &str) -> Predicate<M> {
        self.document().has_key(key)
    }
}

impl<M: Model> JsonPlace<M> {
    /// A place further in, as [`Col::at`] reads it.
    pub fn at(mut self, path: &str) -> JsonPlace<M> {
        match steps(path) {
            Some(steps) => self.steps.extend(steps),
            None => self.term.code.fail(Problem::JsonPath),
        }
        self
    }

    /// The value of this key, whatever its letters are.
    pub fn key(mut self, key: &str) -> JsonPlace<M> {
        match step(key) {
            Some(step) => self.steps.push(step),
            None => self.term.code.fail(Problem::JsonPath),
        }
        self
    }

    /// Equals this value.
    pub fn eq(self, value: impl JsonScalar) -> Predicate<M> {
        self.compared(JsonComparison::Equal, value)
    }

    /// There is another value.
    pub fn ne(self, value: impl JsonScalar) -> Predicate<M> {
        self.clone().exists() & !self.eq(value)
    }

    /// Is less than this text or number.
    pub fn lt(self, value: impl JsonScalar) -> Predicate<M> {
        self.compared(JsonComparison::Less, value)
    }

    /// Is this text or number, or less.
    pub fn le(self, value: impl JsonScalar) -> Predicate<M> {
        self.compared(JsonComparison::LessOrEqual, value)
    }

    /// Is greater than this text or number.
    pub fn gt(self, value: impl JsonScalar) -> Predicate<M> {
        self.compared(JsonComparison::Greater, value)
    }

    /// Is this text or number, or greater.
    pub fn ge(self, value: impl JsonScalar) -> Predicate<M> {
        self.compared(JsonComparison::GreaterOrEqual, value)
    }

    /// There is a value, `null` being one.
    pub fn exists(self) -> Predicate<M> {
        self.asked(JsonLookup::Exists, None)
    }

    /// There is a `null`.
    pub fn is_null(self) -> Predicate<M> {
        self.asked(JsonLookup::Null, None)
    }

    /// It is an object with this key.
    pub fn has_key(self, key: &str) -> Predicate<M> {
        self.key(key).exists()
    }

    /// Contains this document: an object every entry of it, an array every element. Not on SQLite.
    #[cfg(feature = "json")]
    pub fn contains(self, document: impl Into<serde_json::Value>) -> Predicate<M> {
        let document: serde_json::Value = document.into();
        self.asked(JsonLookup::Contains, Some(Value::Json(document.to_string())))
    }

    fn compared(self, comparison: JsonComparison, value: impl JsonScalar) -> Predicate<M> {
        let (sort, value) = value.scalar();
        match (sort, comparison) {
            (Scalar::Text, _) => self.asked(JsonLookup::Text(comparison), Some(value)),
            (Scalar::Number, _) => self.asked(JsonLookup::Number(comparison), Some(value)),
            (Scalar::Boolean, JsonComparison::Equal) => self.asked(JsonLookup::Boolean, Some(value)),
            // Neither of two booleans is the greater.
            (Scalar::Boolean, _) => Predicate::never(),
        }
    }

    fn asked(self, lookup: JsonLookup, value: Option<Value>) -> Predicate<M> {
        let mut code = self.term.code;
        if let Some(value) = value {
            code.param(value);
        }
        code.json(lookup, self.steps);
        Predicate::new(code)
    }
}

/// The steps of a path; `None` where it is none.
fn steps(path: &str) -> Option<Vec<JsonStep>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, mut rest) = match part.find('[') {
            Some(at) => part.split_at(at),
            None => (part, ""),
        };
        // Only what begins a path may be an element of the document itself.
        if !key.is_empty() || !steps.is_empty() || rest.is_empty() {
            steps.push(step(key).filter(|_| !key.is_empty())?);
        }
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(JsonStep::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// The step to a key. Databases do not agree on how a quote in one is written.
fn step(key: &str) -> Option<JsonStep> {
    let odd = key.contains(['"', '\\', '\0']);
    (!odd).then(|| JsonStep::Key(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_keys_and_elements() {
        let key = |key: &str| JsonStep::Key(key.to_owned());
        assert_eq!(steps("a.b c").unwrap(), [key("a"), key("b c")]);
        assert_eq!(steps("a[2][0].é").unwrap(), [key("a"), JsonStep::Index(2), JsonStep::Index(0), key("é")]);
        assert_eq!(steps("[7]").unwrap(), [JsonStep::Index(7)]);
        for wrong in ["", ".", "a.", "a..b", "a[", "a[]", "a[x]", "a[0]b", "a.[0]", "a\"b", "a\\", "a\0"] {
            assert_eq!(steps(wrong), None, "{wrong}");
        }
    }
}
