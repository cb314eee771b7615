//! Integers, floats and booleans.

use super::field_type::mismatch;
use super::{FieldType, KeyType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};

macro_rules! integer {
    ($rust:ty, $variant:ident) => {
        #[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const TYPE: ValueType = ValueType::$variant;

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::Integer(number) => <$rust>::try_from(number).map_err(|_| {
                        Error::new(ErrorKind::Value, format!("{number} does not fit {}", stringify!($rust)))
                    }),
                    other => Err(mismatch("an integer", other)),
                }
            }

            #[inline]
            fn to_value(&self) -> Value {
                Value::$variant(*self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeyType for $rust {
            const AUTO: bool = true;
        }
    };
}

integer!(i16, SmallInt);
integer!(i32, Integer);
integer!(i64, BigInt);

#[diagnostic::do_not_recommend]
impl FieldType for bool {
    const TYPE: ValueType = ValueType::Boolean;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Boolean(value) => Ok(value),
            ValueRef::Integer(0) => Ok(false),
            ValueRef::Integer(1) => Ok(true),
            other => Err(mismatch("a boolean", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Boolean(*self)
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for f64 {
    const TYPE: ValueType = ValueType::Double;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Double(value) => Ok(value),
            ValueRef::Real(value) => Ok(f64::from(value)),
            other => Err(mismatch("a double", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Double(*self)
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for f32 {
    const TYPE: ValueType = ValueType::Real;

    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Real(value) => Ok(value),
            other => Err(mismatch("a real", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }
}
