//! The types of parameters, as the bytes of a query's shape have them.

use crate::schema::SqlType;
use crate::value::Value;

/// The type of a value of which a parameter cannot tell.
pub(super) fn cast_type(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Hstore(_) => "hstore",
        Value::Ltree(_) => "ltree",
        Value::Xml(_) => "xml",
        Value::TsVector(_) => "tsvector",
        _ => return None,
    })
}

/// Whether a parameter cannot tell that it is an array of this type.
pub(super) fn is_cast(element: &SqlType) -> bool {
    matches!(element, SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector)
}

/// The type that a parameter is sent as, for the shape: one SQL text always has the same types.
pub(super) fn tag(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Boolean(_) => 1,
        Value::SmallInt(_) => 2,
        Value::Integer(_) => 3,
        Value::BigInt(_) => 4,
        Value::Real(_) => 5,
        Value::Double(_) => 6,
        Value::Decimal(_) | Value::WideDecimal(..) => DECIMAL_TAG,
        Value::Text(_) => 8,
        Value::Bytes(_) => 9,
        Value::Date(_) => 10,
        Value::Time(_) => 11,
        Value::Timestamp(_) => 12,
        Value::TimestampTz(_) => 13,
        Value::Uuid(_) => 14,
        Value::Json(_) => 15,
        Value::Array { element: SqlType::Enum(_), .. } => LABELS_TAG,
        Value::Array { element, .. } if is_cast(element) => CAST_TAG,
        Value::Array { .. } => 16,
        Value::UInt8(_) => 17,
        Value::UInt16(_) => 18,
        Value::UInt32(_) => 19,
        Value::UInt64(_) => 20,
        Value::Interval(_) => 21,
        Value::Inet(_) => 22,
        Value::Cidr(_) => 23,
        Value::MacAddr(_) => 24,
        Value::Bits(_) => 25,
        Value::Label(_) => 26,
        Value::Hstore(_) | Value::Ltree(_) | Value::Xml(_) | Value::TsVector(_) => CAST_TAG,
        Value::Range { of, .. } => 32 + *of as u8,
    }
}

pub(super) const DECIMAL_TAG: u8 = 7;
pub(super) const LABELS_TAG: u8 = 27;
pub(super) const CAST_TAG: u8 = 28;
