//! XML.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::Result;
use std::fmt;

/// An XML document, or a part of one, as text. The database refuses one that is not well-formed; it has no equality, and
/// may write it otherwise than it was written, as without its `<?xml version="1.0"?>`.
///
/// ```
/// use umbral_core::value::Xml;
/// assert_eq!(Xml::from("<a>1</a>").as_ref(), "<a>1</a>");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Xml(pub String);

impl AsRef<str> for Xml {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Xml {
    fn from(text: &str) -> Xml {
        Xml(text.to_owned())
    }
}

impl fmt::Display for Xml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for Xml {
    const TYPE: ValueType = ValueType::Xml;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Xml(text) | ValueRef::Text(text) => Ok(Xml(text.to_owned())),
            other => Err(mismatch("XML", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Xml(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for Xml {}
