//! JSON documents.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};

#[diagnostic::do_not_recommend]
impl FieldType for serde_json::Value {
    const TYPE: ValueType = ValueType::Json;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Json(text) | ValueRef::Text(text) => parse(text),
            other => Err(mismatch("JSON", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Json(self.to_string())
    }
}

/// Any type that serde can write as JSON, stored as a JSON document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T> std::ops::Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[diagnostic::do_not_recommend]
impl<T> FieldType for Json<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    const TYPE: ValueType = ValueType::Json;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Json(text) | ValueRef::Text(text) => parse(text).map(Json),
            other => Err(mismatch("JSON", other)),
        }
    }

    fn to_value(&self) -> Value {
        match serde_json::to_string(&self.0) {
            Ok(text) => Value::Json(text),
            // Only a map with keys that are no strings, or the type's own Serialize, fails. The text is no JSON,
            // so that the statement is refused instead of storing something else.
            Err(error) => Value::Json(format!("cannot be written as JSON: {error}")),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T> ArrayElement for Json<T> where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static
{
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Value, format!("the stored JSON does not fit: {error}")).with_source(error)
    })
}
