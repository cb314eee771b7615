//! What is known of a value's type where a constant meets it, and how constants are fitted to it.

use super::Path;
use super::code::Op;
use super::problem::Problem;
use super::selection::target;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMeta, ModelMeta};
use crate::schema::SqlType;
use crate::value::{Decimal, Size, Value, ValueType};

/// The type of a column or of an expression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) ty: ValueType,
    /// Precision and scale of a decimal whose values all are multiples of its last digit; `None` for a quotient, whose
    /// digits the database chooses, and for other types.
    pub(crate) decimal: Option<(u16, u16)>,
    size: Size,
    /// Whether it is a column, and nothing computed.
    is_column: bool,
}

/// What a constant becomes beside a column.
#[derive(Debug, PartialEq)]
pub(crate) enum Comparand {
    /// This parameter.
    Value(Value),
    /// No value of the column fulfils the comparison.
    Never,
    /// Every value of the column but NULL fulfils it.
    Always,
}

/// The field at the end of a path.
pub(crate) fn field_at(
    meta: &'static ModelMeta,
    path: Path,
    field: u16,
) -> Result<&'static FieldMeta, Problem> {
    let mut meta = meta;
    for hop in path.hops().ok_or(Problem::LongPath)? {
        meta = target(meta, *hop)?;
    }
    meta.fields.get(usize::from(field)).ok_or(Problem::NoSuchField)
}

impl Slot {
    pub(crate) fn of_field(field: &FieldMeta) -> Slot {
        let decimal = match field.ty {
            ValueType::Decimal => Some(field.size.decimal.unwrap_or(DEFAULT_DECIMAL)),
            _ => None,
        };
        Slot { ty: field.ty, decimal, size: field.key_pointed_at().size, is_column: true }
    }

    /// The digits behind the point of its decimals.
    pub(crate) fn scale(&self) -> Option<u16> {
        self.decimal.map(|(_, scale)| scale)
    }

    /// The type of an expression over numbers.
    pub(crate) fn of_number(ty: ValueType, scale: Option<u16>) -> Slot {
        let decimal = scale.map(|scale| (Decimal::MAX_PRECISION, scale));
        Slot { ty, decimal: decimal.filter(|_| ty == ValueType::Decimal), size: Size::ANY, is_column: false }
    }

    /// The type of a constant beside this one that is no decimal.
    pub(crate) fn integer_or_float(&self) -> ValueType {
        if self.ty == ValueType::Decimal { ValueType::BigInt } else { self.ty }
    }

    /// The type of `self op right`. A product has the digits of both behind the point, a sum those of the longer; an
    /// integer has none. What a quotient has is the database's choice.
    pub(crate) fn combine(&self, op: Op, right: Slot) -> Slot {
        if self.ty != ValueType::Decimal && right.ty != ValueType::Decimal {
            return Slot::of_number(self.ty, None);
        }
        let scale = |slot: &Slot| match slot.ty {
            ValueType::Decimal => slot.scale(),
            _ => Some(0),
        };
        let scale = match (op, scale(self), scale(&right)) {
            (Op::Multiply, Some(left), Some(right)) => Some(left + right),
            (Op::Add | Op::Subtract, Some(left), Some(right)) => Some(left.max(right)),
            _ => None,
        };
        Slot::of_number(ValueType::Decimal, scale)
    }

    /// The logical type, as a list's elements are sent.
    pub(crate) fn sql_type(&self) -> SqlType {
        self.ty.sql_type(Size { decimal: self.decimal, ..self.size })
    }

    /// Fits a constant that is compared by `op`. Its decimal digits beyond the column's are rounded to the side on which
    /// the comparison stays as it is, so that the database compares numbers of one scale.
    pub(crate) fn compare(&self, op: Op, value: Value) -> Comparand {
        match (value, self.decimal) {
            (Value::Text(text), _) if self.is_padded() && text.ends_with(' ') => match op {
                Op::Eq => Comparand::Never,
                Op::Ne => Comparand::Always,
                _ => Comparand::Value(Value::Text(text)),
            },
            (Value::Decimal(number), Some(size)) => compare_decimal(op, number, size, self.is_column),
            (Value::Decimal(number), None) if self.is_beyond(number) => match (op, number.mantissa > 0) {
                (Op::Ne, _) | (Op::Lt | Op::Le, true) | (Op::Gt | Op::Ge, false) => Comparand::Always,
                _ => Comparand::Never,
            },
            (Value::Decimal(number), None) => Comparand::Value(Value::Decimal(shortest(number))),
            (value, _) => Comparand::Value(widen(self.ty, value)),
        }
    }

    /// Whether none of its texts ends in a blank.
    fn is_padded(&self) -> bool {
        self.ty == ValueType::Text && self.size.length.is_some()
    }

    /// Whether it is an integer that no column of 64 bits holds.
    fn is_beyond(&self, number: Decimal) -> bool {
        self.ty == ValueType::BigInt && number.scale == 0 && i64::try_from(number.mantissa).is_err()
    }

    /// Fits a constant operand of arithmetic.
    pub(crate) fn operand(&self, value: Value) -> Value {
        match value {
            Value::Decimal(number) => Value::Decimal(shortest(number)),
            value => widen(self.ty, value),
        }
    }
}

const DEFAULT_DECIMAL: (u16, u16) = (18, 6);

/// Fits a value that is written into a field.
///
/// # Errors
/// [`ErrorKind::Value`] for a decimal with more digits than the field holds.
#[inline]
pub(crate) fn store(meta: &'static ModelMeta, field: &'static FieldMeta, value: Value) -> Result<Value> {
    match value {
        Value::Decimal(number) if field.ty == ValueType::Decimal => store_decimal(meta, field, number),
        // A number that its type could not write as one of the column's.
        Value::Decimal(_) => Err(misfit(meta, field, &value)),
        Value::Text(_) if field.ty == ValueType::Decimal => Err(misfit(meta, field, &value)),
        value => Ok(widen(field.ty, value)),
    }
}

#[cold]
fn misfit(meta: &'static ModelMeta, field: &'static FieldMeta, value: &Value) -> Error {
    let number = match value {
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let ty = field.column_type();
    Error::new(ErrorKind::Value, format!("{number} does not fit {}.{}, a {ty}", meta.name, field.name))
}

fn store_decimal(meta: &'static ModelMeta, field: &'static FieldMeta, number: Decimal) -> Result<Value> {
    let (precision, scale) = field.size.decimal.unwrap_or(DEFAULT_DECIMAL);
    match fitted(number, precision, scale) {
        Some(fitted) => Ok(Value::decimal(fitted, precision)),
        None => Err(Error::new(
            ErrorKind::Value,
            format!("{number} does not fit {}.{}, a decimal({precision}, {scale})", meta.name, field.name),
        )
        .with_hint("round it first, or give the field more digits")),
    }
}

/// The number with exactly `scale` digits behind the point, where it has no more of them and fits `precision` digits.
pub(crate) fn fitted(number: Decimal, precision: u16, scale: u16) -> Option<Decimal> {
    let rescaled = number.rescale(scale.min(u16::from(u8::MAX)) as u8).ok();
    rescaled.filter(|rescaled| rescaled.precision() <= u32::from(precision))
}

/// Integers in the width of their place, which a literal need not have.
#[inline]
fn widen(ty: ValueType, value: Value) -> Value {
    match (ty, value) {
        (ValueType::BigInt, Value::Integer(number)) => Value::BigInt(i64::from(number)),
        (ValueType::BigInt, Value::SmallInt(number)) => Value::BigInt(i64::from(number)),
        (ValueType::Integer, Value::SmallInt(number)) => Value::Integer(i32::from(number)),
        (ValueType::Double, Value::Real(number)) => Value::Double(f64::from(number)),
        (_, value) => value,
    }
}

/// Without superfluous zeros behind the point, so that equal numbers have one shape.
fn shortest(mut number: Decimal) -> Decimal {
    while number.scale > 0 && number.mantissa % 10 == 0 {
        number.mantissa /= 10;
        number.scale -= 1;
    }
    number
}

fn compare_decimal(op: Op, number: Decimal, (precision, scale): (u16, u16), is_column: bool) -> Comparand {
    let scale = scale.min(u16::from(u8::MAX)) as u8;
    // One more than the greatest mantissa of the column: 10^38 fits an i128.
    let beyond = 10i128.pow(u32::from(precision.min(Decimal::MAX_PRECISION)));
    let (floor, exact) = floor_at(number, scale, beyond);
    let mantissa = match (op, exact) {
        (Op::Eq, false) => return Comparand::Never,
        (Op::Ne, false) => return Comparand::Always,
        (Op::Lt | Op::Ge, false) => floor + 1,
        _ => floor,
    };
    let number = Decimal { mantissa, scale };
    Comparand::Value(if is_column { Value::decimal(number, precision) } else { Value::Decimal(number) })
}

/// The greatest mantissa of `scale` digits behind the point that is not above `number`, kept within ±`beyond`, and
/// whether it is `number` itself. A number past `beyond` compares as `beyond` does.
fn floor_at(number: Decimal, scale: u8, beyond: i128) -> (i128, bool) {
    let (mantissa, exact) = match number.scale.checked_sub(scale) {
        Some(excess) => match 10i128.checked_pow(u32::from(excess)) {
            Some(unit) => (number.mantissa.div_euclid(unit), number.mantissa.rem_euclid(unit) == 0),
            None => (if number.mantissa < 0 { -1 } else { 0 }, number.mantissa == 0),
        },
        None => {
            let unit = 10i128.checked_pow(u32::from(scale - number.scale));
            let scaled = unit.and_then(|unit| number.mantissa.checked_mul(unit));
            (scaled.unwrap_or(if number.mantissa < 0 { -beyond } else { beyond }), true)
        }
    };
    if mantissa.abs() >= beyond { (mantissa.signum() * beyond, true) } else { (mantissa, exact) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(op: Op, number: &str) -> Comparand {
        let slot = Slot { ty: ValueType::Decimal, decimal: Some((4, 2)), size: Size::ANY, is_column: false };
        slot.compare(op, Value::Decimal(number.parse().unwrap()))
    }

    fn price(number: &str) -> Comparand {
        Comparand::Value(Value::Decimal(number.parse().unwrap()))
    }

    #[test]
    fn decimals_between_two_storable_ones() {
        for (op, fitted) in [(Op::Lt, "1.24"), (Op::Ge, "1.24"), (Op::Le, "1.23"), (Op::Gt, "1.23")] {
            assert_eq!(compared(op, "1.235"), price(fitted), "{op:?}");
        }
        assert_eq!(compared(Op::Lt, "-1.235"), price("-1.23"));
        assert_eq!(compared(Op::Gt, "-1.235"), price("-1.24"));
        assert_eq!(compared(Op::Eq, "1.235"), Comparand::Never);
        assert_eq!(compared(Op::Ne, "1.235"), Comparand::Always);
        assert_eq!(compared(Op::Eq, "1.2300"), price("1.23"));
    }

    #[test]
    fn decimals_beyond_the_column() {
        for number in ["100", "99999999999999999999999999999999999999"] {
            assert_eq!(compared(Op::Lt, number), price("100.00"));
        }
        assert_eq!(compared(Op::Gt, "-12345.678"), price("-100.00"));
        assert_eq!(compared(Op::Lt, "0.00000000000000000000000000000000000001"), price("0.01"));
        assert_eq!(compared(Op::Gt, "-0.00000000000000000000000000000000000001"), price("-0.01"));
    }

    #[test]
    fn integers_beyond_the_column() {
        let slot = Slot { ty: ValueType::BigInt, decimal: None, size: Size::ANY, is_column: false };
        let compared = |op, mantissa| slot.compare(op, Value::Decimal(Decimal { mantissa, scale: 0 }));
        let (above, below) = (i128::from(i64::MAX) + 1, i128::from(i64::MIN) - 1);
        assert_eq!((compared(Op::Lt, above), compared(Op::Ge, above)), (Comparand::Always, Comparand::Never));
        assert_eq!((compared(Op::Gt, below), compared(Op::Le, below)), (Comparand::Always, Comparand::Never));
        assert_eq!((compared(Op::Eq, above), compared(Op::Ne, above)), (Comparand::Never, Comparand::Always));
    }

    #[test]
    fn integers_are_widened() {
        assert_eq!(widen(ValueType::BigInt, Value::Integer(-3)), Value::BigInt(-3));
        assert_eq!(widen(ValueType::Text, Value::Integer(1)), Value::Integer(1));
    }
}
