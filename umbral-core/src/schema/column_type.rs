//! Logical column types.

use super::{EnumType, RangeKind, enum_type};
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
    /// An integer from 0 to 2^8 - 1.
    UInt8,
    /// An integer from 0 to 2^16 - 1.
    UInt16,
    /// An integer from 0 to 2^32 - 1.
    UInt32,
    /// An integer from 0 to 2^64 - 1.
    UInt64,
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
    /// Text of at most this many characters, which does not end in a blank: databases fill it up with blanks and take
    /// them off again.
    Char(u32),
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
    /// A span of time in months, days and microseconds.
    Interval,
    /// A 128-bit identifier.
    Uuid,
    /// The address of a host, with or without the length of its network's prefix.
    Inet,
    /// The address of a network.
    Cidr,
    /// The address of a network card, of 48 bits.
    MacAddr,
    /// Exactly this many bits.
    Bit(u32),
    /// A JSON document.
    Json,
    /// The values between two ends, either of which may be open.
    Range(RangeKind),
    /// Texts by keys that are texts; NULL may be one.
    Hstore,
    /// The path of labels to a node of a tree: `top.science.astronomy`.
    Ltree,
    /// An XML document, or a part of one.
    Xml,
    /// The words of a text that is searched, with their places.
    TsVector,
    /// One of the labels of an enum that is a type of the database's own.
    Enum(Box<EnumType>),
    /// A one-dimensional array.
    Array(Box<SqlType>),
}

impl SqlType {
    /// Whether its values are whole numbers.
    pub fn is_integer(&self) -> bool {
        self.integer_range().is_some()
    }

    /// The least and the greatest value of an integer type.
    ///
    /// ```
    /// use umbral_core::schema::SqlType;
    /// assert_eq!(SqlType::UInt8.integer_range(), Some((0, 255)));
    /// assert_eq!(SqlType::Double.integer_range(), None);
    /// ```
    pub fn integer_range(&self) -> Option<(i128, i128)> {
        Some(match self {
            SqlType::SmallInt => (i16::MIN.into(), i16::MAX.into()),
            SqlType::Integer => (i32::MIN.into(), i32::MAX.into()),
            SqlType::BigInt => (i64::MIN.into(), i64::MAX.into()),
            SqlType::UInt8 => (0, u8::MAX.into()),
            SqlType::UInt16 => (0, u16::MAX.into()),
            SqlType::UInt32 => (0, u32::MAX.into()),
            SqlType::UInt64 => (0, u64::MAX.into()),
            _ => return None,
        })
    }

    /// Whether its values are text: with a bound, filled up with blanks, or of any length.
    pub fn is_text(&self) -> bool {
        matches!(self, SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text)
    }

    /// Whether it, or the type of its elements, is made in a database, as an enum is, or brought there by an extension.
    pub fn is_user_defined(&self) -> bool {
        match self {
            SqlType::Enum(_) | SqlType::Hstore | SqlType::Ltree => true,
            SqlType::Array(element) => element.is_user_defined(),
            _ => false,
        }
    }

    /// The enum that its values, or the elements of its arrays, are of.
    pub fn enum_of(&self) -> Option<&EnumType> {
        match self {
            SqlType::Enum(of) => Some(of),
            SqlType::Array(element) => element.enum_of(),
            _ => None,
        }
    }

    /// The type with another enum in the place of the one that its values, or the elements of its arrays, are of.
    pub(crate) fn with_enum(&self, of: EnumType) -> SqlType {
        match self {
            SqlType::Enum(_) => of.into(),
            SqlType::Array(element) => SqlType::Array(Box::new(element.with_enum(of))),
            other => other.clone(),
        }
    }

    /// Whether the two are of one kind and differ in a length, a precision or labels at most, so that what compares values
    /// of the one compares those of the other.
    pub(crate) fn is_of_kind(&self, other: &SqlType) -> bool {
        match (self, other) {
            (SqlType::Varchar(_) | SqlType::Text, SqlType::Varchar(_) | SqlType::Text) => true,
            (SqlType::Array(element), SqlType::Array(other)) => element.is_of_kind(other),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether there is a database that counts a column of this type by itself.
    pub(crate) fn may_be_counted(&self) -> bool {
        use SqlType::{BigInt, Integer, SmallInt, UInt32, UInt64};
        matches!(self, SmallInt | Integer | BigInt | UInt32 | UInt64)
    }

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
            SqlType::UInt8 => f.write_str("uint8"),
            SqlType::UInt16 => f.write_str("uint16"),
            SqlType::UInt32 => f.write_str("uint32"),
            SqlType::UInt64 => f.write_str("uint64"),
            SqlType::Real => f.write_str("real"),
            SqlType::Double => f.write_str("double"),
            SqlType::Boolean => f.write_str("boolean"),
            SqlType::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            SqlType::Char(length) => write!(f, "char({length})"),
            SqlType::Varchar(length) => write!(f, "varchar({length})"),
            SqlType::Text => f.write_str("text"),
            SqlType::Bytes => f.write_str("bytes"),
            SqlType::Date => f.write_str("date"),
            SqlType::Time => f.write_str("time"),
            SqlType::Timestamp => f.write_str("timestamp"),
            SqlType::TimestampTz => f.write_str("timestamptz"),
            SqlType::Interval => f.write_str("interval"),
            SqlType::Uuid => f.write_str("uuid"),
            SqlType::Inet => f.write_str("inet"),
            SqlType::Cidr => f.write_str("cidr"),
            SqlType::MacAddr => f.write_str("macaddr"),
            SqlType::Bit(length) => write!(f, "bit({length})"),
            SqlType::Json => f.write_str("json"),
            SqlType::Range(of) => write!(f, "range<{of}>"),
            SqlType::Hstore => f.write_str("hstore"),
            SqlType::Ltree => f.write_str("ltree"),
            SqlType::Xml => f.write_str("xml"),
            SqlType::TsVector => f.write_str("tsvector"),
            SqlType::Enum(of) => of.fmt(f),
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
            "`{}` is no column type; there are smallint, integer, bigint, uint8, uint16, uint32, uint64, real, double, \
             boolean, decimal(p, s), char(n), varchar(n), text, bytes, date, time, timestamp, timestamptz, interval, \
             uuid, inet, cidr, macaddr, bit(n), json, range<…>, hstore, ltree, xml, tsvector, enum name('a', 'b') and \
             array<…>",
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
    if let Some(of) = text.strip_prefix("range<").and_then(|rest| rest.strip_suffix('>')) {
        return RangeKind::from_name(of.trim()).map(SqlType::Range);
    }
    if let Some(rest) = text.strip_prefix("enum ") {
        return enum_type::parse(rest).map(SqlType::from);
    }
    if let Some(arguments) = arguments(text, "decimal") {
        let (precision, scale) = arguments.split_once(',')?;
        let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
        return (precision >= 1 && scale <= precision).then_some(SqlType::Decimal { precision, scale });
    }
    let length = |name| arguments(text, name)?.trim().parse().ok().filter(|length| *length >= 1);
    if let Some(sized) = None
        .or_else(|| length("char").map(SqlType::Char))
        .or_else(|| length("varchar").map(SqlType::Varchar))
        .or_else(|| length("bit").map(SqlType::Bit))
    {
        return Some(sized);
    }
    Some(match text {
        "smallint" => SqlType::SmallInt,
        "integer" => SqlType::Integer,
        "bigint" => SqlType::BigInt,
        "uint8" => SqlType::UInt8,
        "uint16" => SqlType::UInt16,
        "uint32" => SqlType::UInt32,
        "uint64" => SqlType::UInt64,
        "real" => SqlType::Real,
        "double" => SqlType::Double,
        "boolean" => SqlType::Boolean,
        "text" => SqlType::Text,
        "bytes" => SqlType::Bytes,
        "date" => SqlType::Date,
        "time" => SqlType::Time,
        "timestamp" => SqlType::Timestamp,
        "timestamptz" => SqlType::TimestampTz,
        "interval" => SqlType::Interval,
        "uuid" => SqlType::Uuid,
        "inet" => SqlType::Inet,
        "cidr" => SqlType::Cidr,
        "macaddr" => SqlType::MacAddr,
        "json" => SqlType::Json,
        "hstore" => SqlType::Hstore,
        "ltree" => SqlType::Ltree,
        "xml" => SqlType::Xml,
        "tsvector" => SqlType::TsVector,
        _ => return None,
    })
}

fn arguments<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}
