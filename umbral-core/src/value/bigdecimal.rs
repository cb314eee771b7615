//! `bigdecimal::BigDecimal`, as far as databases have decimals: 38 digits. One of more is refused where it is written.

use super::field_type::mismatch;
use super::{ArrayElement, Decimal, FieldType, Value, ValueRef, ValueType};
use crate::error::Result;
use ::bigdecimal::num_bigint::BigInt;
use ::bigdecimal::{BigDecimal, ToPrimitive};

#[diagnostic::do_not_recommend]
impl FieldType for BigDecimal {
    const TYPE: ValueType = ValueType::Decimal;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Decimal(Decimal { mantissa, scale }) => {
                Ok(BigDecimal::new(BigInt::from(mantissa), i64::from(scale)))
            }
            other => Err(mismatch("a decimal", other)),
        }
    }

    fn to_value(&self) -> Value {
        match fitting(self) {
            Some(number) => Value::Decimal(number),
            // No decimal of a column: the text names it where it is refused.
            None => Value::Text(self.to_string()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for BigDecimal {}

fn fitting(number: &BigDecimal) -> Option<Decimal> {
    let (digits, scale) = number.normalized().into_bigint_and_exponent();
    let mantissa = digits.to_i128()?;
    let number = match u8::try_from(scale) {
        Ok(scale) => Decimal { mantissa, scale },
        // Zeros in front of the point.
        Err(_) if scale < 0 => {
            let zeros = u32::try_from(scale.unsigned_abs()).ok()?;
            Decimal { mantissa: mantissa.checked_mul(10_i128.checked_pow(zeros)?)?, scale: 0 }
        }
        Err(_) => return None,
    };
    let most = u32::from(Decimal::MAX_PRECISION);
    (number.precision() <= most && u32::from(number.scale) <= most).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_fit_are_decimals() {
        for (text, stored) in
            [("1.50", "1.5"), ("-0.001", "-0.001"), ("1e20", "100000000000000000000"), ("0e9", "0")]
        {
            let number: BigDecimal = text.parse().unwrap();
            assert_eq!(number.to_value(), Value::Decimal(stored.parse().unwrap()), "{text}");
        }
        for text in ["1e38", "1e-39", "123456789012345678901234567890123456789"] {
            let number: BigDecimal = text.parse().unwrap();
            assert!(matches!(number.to_value(), Value::Text(_)), "{text}");
        }
    }
}
