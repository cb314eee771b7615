//! Logical column types.

use std::fmt;

/// What a column holds, apart from how one database stores it. [`DatabaseBackend::map_type`] says how a
/// database stores it, or that it cannot.
///
/// Its text form is what migration files hold: `varchar(80)`, `decimal(10, 2)`, `array<integer>`.
///
/// ```
/// use umbral_core::schema::SqlType;
/// let ty: SqlType = "array<decimal(10, 2)>".parse().unwrap();
/// assert_eq!(ty, SqlType::Array(Box::new(SqlType::Decimal { precision: 10, scale: 2 })));
/// assert_eq!(ty.to_string(), "array<decimal(10, 2)>");
/// ```
///
/// [`DatabaseBackend::map_type`]: crate::backend::DatabaseBackend::map_type
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SqlType {
    /// A 16-bit integer.
    SmallInt,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    BigInt,
    /// A 32-bit IEEE 754 number.
    Real,
    /// A 64-bit IEEE 754 number.
    Double,
    /// True or false.
    Boolean,
    /// An exact number of `precision` decimal digits, `scale` of them behind the point.
    Decimal {
        /// All digits, 1 or more.
        precision: u16,
        /// The digits behind the point, at most `precision`.
        scale: u16,
    },
    /// Text of at most this many characters (not bytes).
    Varchar(u32),
    /// Text of any length.
    Text,
    /// Bytes of any length.
    Bytes,
    /// A day of the Gregorian calendar, years 1 to 9999.
    Date,
    /// A time of day, to the microsecond.
    Time,
    /// A date and a time of day without a zone, to the microsecond.
    Timestamp,
    /// An instant, to the microsecond, kept and returned in UTC.
    TimestampTz,
    /// A 128-bit identifier.
    Uuid,
    /// A JSON document.
    Json,
    /// A one-dimensional array.
    Array(Box<SqlType>),
}

impl SqlType {
    /// Whether a foreign key of this type can reference a key of type `key`: both are integers, both text, both decimals,
    /// both floating-point numbers, or the two are the same.
    pub fn can_reference(&self, key: &SqlType) -> bool {
        let family = |ty: &SqlType| match ty {
            SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => 1,
            SqlType::Varchar(_) | SqlType::Text => 2,
            SqlType::Decimal { .. } => 3,
            SqlType::Real | SqlType::Double => 4,
            _ => 0,
        };
        self == key || (family(self) != 0 && family(self) == family(key))
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SqlType::SmallInt => f.write_str("smallint"),
            SqlType::Integer => f.write_str("integer"),
            SqlType::BigInt => f.write_str("bigint"),
            SqlType::Real => f.write_str("real"),
            SqlType::Double => f.write_str("double"),
            SqlType::Boolean => f.write_str("boolean"),
            SqlType::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            SqlType::Varchar(length) => write!(f, "varchar({length})"),
            SqlType::Text => f.write_str("text"),
            SqlType::Bytes => f.write_str("bytes"),
            SqlType::Date => f.write_str("date"),
            SqlType::Time => f.write_str("time"),
            SqlType::Timestamp => f.write_str("timestamp"),
            SqlType::TimestampTz => f.write_str("timestamptz"),
            SqlType::Uuid => f.write_str("uuid"),
            SqlType::Json => f.write_str("json"),
            SqlType::Array(element) => write!(f, "array<{element}>"),
        }
    }
}

/// A column type's text is not one that umbral knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTypeError(String);

impl fmt::Display for ParseTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no column type; there are smallint, integer, bigint, real, double, boolean, decimal(p, s), \
             varchar(n), text, bytes, date, time, timestamp, timestamptz, uuid, json and array<…>",
            self.0
        )
    }
}

impl std::error::Error for ParseTypeError {}

impl std::str::FromStr for SqlType {
    type Err = ParseTypeError;

    fn from_str(text: &str) -> Result<SqlType, ParseTypeError> {
        parse(text.trim()).ok_or_else(|| ParseTypeError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<SqlType> {
    if let Some(element) = text.strip_prefix("array<").and_then(|rest| rest.strip_suffix('>')) {
        return Some(SqlType::Array(Box::new(parse(element.trim())?)));
    }
    if let Some(arguments) = arguments(text, "decimal") {
        let (precision, scale) = arguments.split_once(',')?;
        let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
        return (precision >= 1 && scale <= precision).then_some(SqlType::Decimal { precision, scale });
    }
    if let Some(length) = arguments(text, "varchar") {
        return length.trim().parse().ok().filter(|length| *length >= 1).map(SqlType::Varchar);
    }
    Some(match text {
        "smallint" => SqlType::SmallInt,
        "integer" => SqlType::Integer,
        "bigint" => SqlType::BigInt,
        "real" => SqlType::Real,
        "double" => SqlType::Double,
        "boolean" => SqlType::Boolean,
        "text" => SqlType::Text,
        "bytes" => SqlType::Bytes,
        "date" => SqlType::Date,
        "time" => SqlType::Time,
        "timestamp" => SqlType::Timestamp,
        "timestamptz" => SqlType::TimestampTz,
        "uuid" => SqlType::Uuid,
        "json" => SqlType::Json,
        _ => return None,
    })
}

fn arguments<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}
