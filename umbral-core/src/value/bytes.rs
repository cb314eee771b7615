//! `bytes::Bytes`.

use super::field_type::mismatch;
use super::{FieldType, Value, ValueRef, ValueType};
use crate::error::Result;
use ::bytes::Bytes;

#[diagnostic::do_not_recommend]
impl FieldType for Bytes {
    const TYPE: ValueType = ValueType::Bytes;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(bytes) => Ok(Bytes::copy_from_slice(bytes)),
            other => Err(mismatch("bytes", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
