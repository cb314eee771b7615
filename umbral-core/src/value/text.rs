//! Text and bytes.

use super::field_type::mismatch;
use super::{FieldType, KeyType, Value, ValueRef, ValueType};
use crate::error::Result;

#[diagnostic::do_not_recommend]
impl FieldType for String {
    const TYPE: ValueType = ValueType::Text;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(text) => Ok(text.to_owned()),
            other => Err(mismatch("text", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl KeyType for String {
    const AUTO: bool = false;
}

#[diagnostic::do_not_recommend]
impl FieldType for Vec<u8> {
    const TYPE: ValueType = ValueType::Bytes;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(bytes) => Ok(bytes.to_vec()),
            other => Err(mismatch("bytes", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }
}
