//! Types of the standard library beside numbers, `String` and `Vec<u8>`.

use super::field_type::mismatch;
use super::{ArrayElement, Decimal, FieldType, KeyType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::num::{NonZeroI16, NonZeroI32, NonZeroI64};
use std::sync::Arc;
use std::time::Duration;

/// Text that is owned in another way than by a `String`.
macro_rules! texts {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FieldType for $ty {
            const TYPE: ValueType = ValueType::Text;

            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::Text(text) => Ok(<$ty>::from(text.to_owned())),
                    other => Err(mismatch("text", other)),
                }
            }

            #[inline]
            fn to_value(&self) -> Value {
                Value::Text(self.as_ref().to_owned())
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeyType for $ty {
            const AUTO: bool = false;
        }

        #[diagnostic::do_not_recommend]
        impl ArrayElement for $ty {}
    )*};
}

texts!(Box<str> Arc<str> Cow<'static, str>);

/// Integers that are not 0, which the database is not asked to check: a 0 is refused where it is read.
macro_rules! not_zero {
    ($($ty:ty, $variant:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FieldType for $ty {
            const TYPE: ValueType = ValueType::$variant;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let number = FieldType::from_value(value)?;
                <$ty>::new(number).ok_or_else(|| {
                    Error::new(ErrorKind::Value, format!("0 is no value of {}", stringify!($ty)))
                })
            }

            #[inline]
            fn to_value(&self) -> Value {
                Value::$variant(self.get())
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeyType for $ty {
            const AUTO: bool = true;
        }

        #[diagnostic::do_not_recommend]
        impl ArrayElement for $ty {}
    )*};
}

not_zero! {
    NonZeroI16, SmallInt;
    NonZeroI32, Integer;
    NonZeroI64, BigInt;
}

/// Microseconds, in a 64-bit integer on every database: durations order and add up as numbers do. Digits beyond the
/// microsecond are cut off, as of times; one of more than 292,000 years is refused.
#[diagnostic::do_not_recommend]
impl FieldType for Duration {
    const TYPE: ValueType = ValueType::BigInt;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let micros = i64::from_value(value)?;
        u64::try_from(micros).map(Duration::from_micros).map_err(|_| {
            Error::new(ErrorKind::Value, format!("a duration of {micros} microseconds is negative"))
        })
    }

    fn to_value(&self) -> Value {
        whole(self.as_micros() as i128)
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for Duration {}

/// An integer; one past 64 bits is a decimal, which a column of integers refuses.
pub(super) fn whole(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(number) => Value::BigInt(number),
        Err(_) => Value::Decimal(Decimal { mantissa: number, scale: 0 }),
    }
}

/// Exactly `N` bytes; what is stored of another length is refused where it is read.
#[diagnostic::do_not_recommend]
impl<const N: usize> FieldType for [u8; N] {
    const TYPE: ValueType = ValueType::Bytes;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(bytes) => bytes.try_into().map_err(|_| {
                let found = bytes.len();
                Error::new(ErrorKind::Value, format!("expected {N} bytes, the database returned {found}"))
            }),
            other => Err(mismatch("bytes", other)),
        }
    }

    #[inline]
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_and_does_not_fit_is_refused() {
        assert!(NonZeroI16::from_value(ValueRef::Integer(0)).is_err());
        assert!(NonZeroI16::from_value(ValueRef::Integer(40_000)).is_err());
        assert!(Duration::from_value(ValueRef::Integer(-1)).is_err());
        assert!(<[u8; 2]>::from_value(ValueRef::Bytes(&[1])).is_err());
    }

    #[test]
    fn durations_are_cut_to_microseconds_and_to_64_bits() {
        assert_eq!(Duration::from_nanos(1_999).to_value(), Value::BigInt(1));
        let longest = Duration::from_micros(i64::MAX as u64);
        assert_eq!(longest.to_value(), Value::BigInt(i64::MAX));
        assert!(matches!(Duration::MAX.to_value(), Value::Decimal(_)));
    }
}
