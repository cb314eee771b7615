//! Integers without a sign.

use super::field_type::mismatch;
use super::{FieldType, KeyType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};

macro_rules! unsigned {
    ($rust:ty, $variant:ident) => {
        #[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const TYPE: ValueType = ValueType::$variant;

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let number = match value {
                    ValueRef::Integer(number) => i128::from(number),
                    // Beyond 64 bits with a sign.
                    ValueRef::Decimal(number) => number.rescale(0)?.mantissa,
                    other => return Err(mismatch("an integer", other)),
                };
                <$rust>::try_from(number).map_err(|_| {
                    Error::new(ErrorKind::Value, format!("{number} does not fit {}", stringify!($rust)))
                })
            }

            #[inline]
            fn to_value(&self) -> Value {
                Value::$variant(*self)
            }
        }
    };
}

unsigned!(u8, UInt8);
unsigned!(u16, UInt16);
unsigned!(u32, UInt32);
unsigned!(u64, UInt64);

/// Few databases assign these, so that whoever wants it says so: `auto`.
macro_rules! keys {
    ($($rust:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeyType for $rust {
            const AUTO: bool = false;
        }
    )*};
}

keys! { u32 u64 }

/// An integer from 0 as a row gives it: a decimal where 64 bits with a sign do not hold it.
#[allow(dead_code, reason = "each backend that is built uses it")]
pub(crate) fn unsigned_ref<'r>(number: u64) -> ValueRef<'r> {
    match i64::try_from(number) {
        Ok(number) => ValueRef::Integer(number),
        Err(_) => ValueRef::Decimal(super::Decimal { mantissa: number.into(), scale: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(u64::from_value(unsigned_ref(u64::MAX)).unwrap(), u64::MAX);
        assert_eq!(u8::from_value(ValueRef::Integer(255)).unwrap(), 255);
        assert!(u8::from_value(ValueRef::Integer(256)).is_err());
        assert!(u64::from_value(ValueRef::Integer(-1)).is_err());
        assert!(u32::from_value(ValueRef::Text("1")).is_err());
    }
}
