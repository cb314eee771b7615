//! Primary keys.

use crate::error::{Error, ErrorKind, Result};
use crate::value::{FieldType, KeyType, Value, ValueRef, ValueType};

/// The key of a model that declares none, which the system check refuses. It equals no row's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoKey;

#[diagnostic::do_not_recommend]
impl FieldType for NoKey {
    const TYPE: ValueType = ValueType::BigInt;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let found = value.describe();
        Err(Error::new(
            ErrorKind::Value,
            format!("the model has no primary key; the database returned {found}"),
        ))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

#[diagnostic::do_not_recommend]
impl KeyType for NoKey {
    const AUTO: bool = false;
}
