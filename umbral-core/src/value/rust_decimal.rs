//! `rust_decimal::Decimal`: 96 bits, up to 28 digits. An integer is no decimal: a database that stores decimals as
//! scaled integers returns one where the statement does not name the column's type, and it would be read a power of
//! ten too large.

use super::field_type::mismatch;
use super::{Decimal, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};

#[diagnostic::do_not_recommend]
impl FieldType for ::rust_decimal::Decimal {
    const TYPE: ValueType = ValueType::Decimal;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Decimal(Decimal { mantissa, scale }) => {
                ::rust_decimal::Decimal::try_from_i128_with_scale(mantissa, u32::from(scale)).map_err(
                    |error| {
                        let number = Decimal { mantissa, scale };
                        Error::new(ErrorKind::Value, format!("{number} does not fit rust_decimal's 96 bits"))
                            .with_source(error)
                    },
                )
            }
            other => Err(mismatch("a decimal", other)),
        }
    }

    fn to_value(&self) -> Value {
        // rust_decimal's scale is at most 28.
        Value::Decimal(Decimal { mantissa: self.mantissa(), scale: self.scale() as u8 })
    }
}
