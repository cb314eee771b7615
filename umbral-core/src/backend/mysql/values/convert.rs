//! From what the servers store to the logical type that a statement names.

use super::decode::utf8;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{BitsRef, Decimal, ValueRef, parse_uuid};

/// Turns a value into one of a certain logical type, and leaves alone what it does not know how to.
#[derive(Debug, Clone, Copy)]
pub(in crate::backend::mysql) enum Convert {
    By(for<'r> fn(ValueRef<'r>) -> Result<ValueRef<'r>>),
    Bits(u32),
}

impl Convert {
    #[inline]
    pub(in crate::backend::mysql) fn apply<'r>(&self, value: ValueRef<'r>) -> Result<ValueRef<'r>> {
        match self {
            Convert::By(convert) => convert(value),
            Convert::Bits(length) => bits(value, *length),
        }
    }
}

fn bits(value: ValueRef<'_>, length: u32) -> Result<ValueRef<'_>> {
    match value {
        ValueRef::Integer(number) => Ok(ValueRef::Bits(BitsRef::of_number(number as u64, length))),
        ValueRef::Decimal(number) => {
            let number = u64::try_from(number.rescale(0)?.mantissa)
                .map_err(|_| Error::new(ErrorKind::Value, format!("{number} is more than 64 bits hold")))?;
            Ok(ValueRef::Bits(BitsRef::of_number(number, length)))
        }
        other => Ok(other),
    }
}

/// The conversion to a type; `None` where every value of the type is read as it is.
pub(in crate::backend::mysql) fn conversion(ty: &SqlType) -> Option<Convert> {
    Some(Convert::By(match ty {
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => integer,
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => whole,
        SqlType::Real => real,
        SqlType::Double => double,
        SqlType::Boolean => boolean,
        SqlType::Decimal { .. } => decimal,
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text | SqlType::Enum(_) => text,
        SqlType::Inet => |value| parsed(value, |text| text.parse().map(ValueRef::Inet)),
        SqlType::Cidr => |value| parsed(value, |text| text.parse().map(ValueRef::Cidr)),
        SqlType::MacAddr => |value| parsed(value, |text| text.parse().map(ValueRef::MacAddr)),
        SqlType::Bytes => bytes,
        SqlType::Date => |value| parsed(value, |text| text.parse().map(ValueRef::Date)),
        SqlType::Time => |value| parsed(value, |text| text.parse().map(ValueRef::Time)),
        SqlType::Timestamp => |value| parsed(value, |text| text.parse().map(ValueRef::Timestamp)),
        SqlType::TimestampTz => |value| match value {
            ValueRef::Timestamp(at) => Ok(ValueRef::TimestampTz(at)),
            other => parsed(other, |text| text.parse().map(ValueRef::TimestampTz)),
        },
        SqlType::Uuid => uuid,
        SqlType::Json => json,
        // A BIT comes as a number, and how many bits it has is its column's.
        SqlType::Bit(length) => return Some(Convert::Bits(*length)),
        SqlType::Array(_)
        | SqlType::Interval
        | SqlType::Range(_)
        | SqlType::Hstore
        | SqlType::Ltree
        | SqlType::Xml
        | SqlType::TsVector => return None,
    }))
}

/// A sum is a decimal, and may be one beyond 64 bits with a sign.
fn whole(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    match value {
        ValueRef::Decimal(number) => {
            let whole = number.rescale(0)?;
            Ok(i64::try_from(whole.mantissa).map_or(ValueRef::Decimal(whole), ValueRef::Integer))
        }
        other => Ok(other),
    }
}

/// A sum of integers is a decimal.
fn integer(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    match value {
        ValueRef::Decimal(number) => {
            let whole = number.rescale(0)?.mantissa;
            let number = i64::try_from(whole).map_err(|_| {
                Error::new(ErrorKind::Value, format!("{whole} does not fit a 64-bit integer"))
            })?;
            Ok(ValueRef::Integer(number))
        }
        other => Ok(other),
    }
}

fn real(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match double(value)? {
        ValueRef::Double(number) if !matches!(value, ValueRef::Real(_)) => ValueRef::Real(number as f32),
        _ => value,
    })
}

fn double(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match value {
        ValueRef::Real(number) => ValueRef::Double(number.into()),
        ValueRef::Integer(number) => ValueRef::Double(number as f64),
        ValueRef::Decimal(number) => match number.to_string().parse() {
            Ok(number) => ValueRef::Double(number),
            Err(_) => value,
        },
        other => other,
    })
}

fn boolean(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match value {
        ValueRef::Integer(number) => ValueRef::Boolean(number != 0),
        other => other,
    })
}

fn decimal(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    match value {
        ValueRef::Integer(number) => Ok(ValueRef::Decimal(Decimal { mantissa: number.into(), scale: 0 })),
        other => parsed(other, |text| text.parse().map(ValueRef::Decimal)),
    }
}

fn text(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match value {
        ValueRef::Json(text) => ValueRef::Text(text),
        ValueRef::Bytes(bytes) => ValueRef::Text(utf8(bytes)?),
        other => other,
    })
}

fn bytes(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match value {
        ValueRef::Text(text) => ValueRef::Bytes(text.as_bytes()),
        other => other,
    })
}

/// Stored in 16 bytes, or as a type of its own that comes as text.
fn uuid(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    match value {
        ValueRef::Bytes(bytes) => match <[u8; 16]>::try_from(bytes) {
            Ok(uuid) => Ok(ValueRef::Uuid(uuid)),
            Err(_) => Err(Error::new(ErrorKind::Value, format!("{} bytes are no UUID", bytes.len()))),
        },
        other => parsed(other, |text| parse_uuid(text).map(ValueRef::Uuid)),
    }
}

fn json(value: ValueRef<'_>) -> Result<ValueRef<'_>> {
    Ok(match value {
        ValueRef::Text(text) => ValueRef::Json(text),
        ValueRef::Bytes(bytes) => ValueRef::Json(utf8(bytes)?),
        other => other,
    })
}

fn parsed<'r>(
    value: ValueRef<'r>,
    parse: impl FnOnce(&'r str) -> Result<ValueRef<'r>>,
) -> Result<ValueRef<'r>> {
    match value {
        ValueRef::Text(text) => parse(text),
        other => Ok(other),
    }
}
