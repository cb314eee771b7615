//! Values on their way to and from a database, in a form that no driver owns.
//!
//! [`Value`] is owned and goes out as a bound parameter; [`ValueRef`] is borrowed, `Copy`, and comes back from a
//! row. Rust types meet both in [`FieldType`].

mod array;
mod bits;
mod calendar;
mod choices;
#[cfg(feature = "decimal")]
mod dec;
mod decimal;
mod domain;
mod encoded;
mod field_type;
mod hstore;
mod interval;
mod ltree;
mod network;
mod numbers;
mod range;
mod range_text;
mod row;
mod std_types;
mod text;
mod ts_vector;
mod unsigned;
mod uuid;
mod xml;

#[cfg(feature = "bigdecimal")]
mod bigdecimal;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "ipnetwork")]
mod ipnetwork;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "decimal")]
mod rust_decimal;
#[cfg(feature = "time")]
mod time;

pub use array::{ArrayElement, ArrayRef, EachElement};
pub use bits::{Bits, BitsRef};
pub use calendar::{Date, Time, Timestamp};
pub use choices::{Choices, UnknownChoice};
#[doc(hidden)]
pub use choices::{choice_from_value, choice_number, choice_to_value};
#[cfg(feature = "decimal")]
#[doc(hidden)]
pub use dec::decimal;
pub use decimal::Decimal;
pub(crate) use domain::labels;
pub use domain::{Choice, ChoiceValue, Domain, Size};
pub use encoded::Encoded;
#[doc(hidden)]
pub use field_type::PrimaryKey;
pub use field_type::{FieldType, KeyType, ValueType};
pub use hstore::Hstore;
pub use interval::Interval;
#[cfg(feature = "json")]
pub use json::Json;
pub use ltree::Ltree;
pub use network::{Cidr, Inet, MacAddr};
pub use range::{Range, RangeElement, RangeEnds, RangeRef};
pub(crate) use range_text::parse as parse_range;
#[cfg(feature = "dialect-postgres")]
pub(crate) use range_text::text as range_text;
pub use row::{Flow, Row, RowSink};
pub use ts_vector::{Place, TsVector, Weight};
#[allow(unused_imports, reason = "not every backend has such numbers")]
pub(crate) use unsigned::unsigned_ref;
#[allow(unused_imports, reason = "only some backends write identifiers as text")]
pub(crate) use uuid::{parse_uuid, uuid_text};
pub use xml::Xml;

use crate::schema::{RangeKind, SqlType};

/// An owned value, bound as a parameter.
///
/// The variant is the type that the parameter is sent as; [`Value::Null`] takes the type of its place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL.
    Null,
    /// [`SqlType::Boolean`].
    Boolean(bool),
    /// [`SqlType::SmallInt`].
    SmallInt(i16),
    /// [`SqlType::Integer`].
    Integer(i32),
    /// [`SqlType::BigInt`].
    BigInt(i64),
    /// [`SqlType::UInt8`].
    UInt8(u8),
    /// [`SqlType::UInt16`].
    UInt16(u16),
    /// [`SqlType::UInt32`].
    UInt32(u32),
    /// [`SqlType::UInt64`].
    UInt64(u64),
    /// [`SqlType::Real`].
    Real(f32),
    /// [`SqlType::Double`].
    Double(f64),
    /// [`SqlType::Decimal`] of at most [`Decimal::INTEGER_PRECISION`] digits. See [`Value::decimal`].
    Decimal(Decimal),
    /// [`SqlType::Decimal`] of more digits, with how many they are. It comes back as [`ValueRef::Decimal`].
    WideDecimal(Decimal, u16),
    /// [`SqlType::Char`], [`SqlType::Varchar`] and [`SqlType::Text`].
    Text(String),
    /// [`SqlType::Bytes`].
    Bytes(Vec<u8>),
    /// [`SqlType::Date`].
    Date(Date),
    /// [`SqlType::Time`].
    Time(Time),
    /// [`SqlType::Timestamp`].
    Timestamp(Timestamp),
    /// [`SqlType::TimestampTz`], in UTC.
    TimestampTz(Timestamp),
    /// [`SqlType::Interval`].
    Interval(Interval),
    /// [`SqlType::Uuid`], big-endian.
    Uuid([u8; 16]),
    /// [`SqlType::Inet`].
    Inet(Inet),
    /// [`SqlType::Cidr`].
    Cidr(Cidr),
    /// [`SqlType::MacAddr`].
    MacAddr(MacAddr),
    /// [`SqlType::Bit`].
    Bits(Bits),
    /// [`SqlType::Json`]: the document's text.
    Json(String),
    /// [`SqlType::Range`].
    Range {
        /// Of what it is.
        of: RangeKind,
        /// The ends, each a value of that.
        range: Box<Range<Value>>,
    },
    /// [`SqlType::Hstore`].
    Hstore(Hstore),
    /// [`SqlType::Ltree`].
    Ltree(Ltree),
    /// [`SqlType::Xml`].
    Xml(Xml),
    /// [`SqlType::TsVector`].
    TsVector(TsVector),
    /// [`SqlType::Enum`]: one of its labels. It comes back as text.
    Label(String),
    /// [`SqlType::Array`].
    Array {
        /// The type of the elements, which an empty array would otherwise not tell.
        element: SqlType,
        /// The elements; NULLs among them.
        items: Vec<Value>,
    },
}

impl Value {
    /// A value for a decimal column of `precision` digits, of that column's scale: a database without decimals of its own
    /// keeps those in another way that do not fit an integer.
    pub fn decimal(number: Decimal, precision: u16) -> Value {
        match precision > Decimal::INTEGER_PRECISION {
            true => Value::WideDecimal(number, precision),
            false => Value::Decimal(number),
        }
    }
}

/// A value of a row, borrowed from the driver's own buffer.
///
/// Drivers convert to the variant of the column's logical type where the statement names it (see
/// [`Statement::columns`](crate::backend::Statement)); otherwise to what the database stores, which is why
/// [`FieldType`] implementations accept more than one variant.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ValueRef<'r> {
    /// NULL.
    Null,
    /// True or false.
    Boolean(bool),
    /// An integer of any width; one beyond 64 bits with a sign is a [`Decimal`](ValueRef::Decimal).
    Integer(i64),
    /// A 32-bit IEEE 754 number.
    Real(f32),
    /// A 64-bit IEEE 754 number.
    Double(f64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// Text.
    Text(&'r str),
    /// Bytes.
    Bytes(&'r [u8]),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A date and a time of day without a zone.
    Timestamp(Timestamp),
    /// An instant, in UTC.
    TimestampTz(Timestamp),
    /// A span of time.
    Interval(Interval),
    /// A 128-bit identifier, big-endian.
    Uuid([u8; 16]),
    /// The address of a host.
    Inet(Inet),
    /// The address of a network.
    Cidr(Cidr),
    /// The address of a network card.
    MacAddr(MacAddr),
    /// A string of bits.
    Bits(BitsRef<'r>),
    /// A JSON document's text.
    Json(&'r str),
    /// A range.
    Range(RangeRef<'r>),
    /// Texts by keys.
    Hstore(Encoded<'r, Hstore>),
    /// The path of an ltree.
    Ltree(&'r str),
    /// An XML document, or a part of one.
    Xml(&'r str),
    /// The words of a text.
    TsVector(Encoded<'r, TsVector>),
    /// A one-dimensional array.
    Array(ArrayRef<'r>),
}

impl ValueRef<'_> {
    /// What it is, for messages: `text "abc"`, `NULL`.
    pub fn describe(&self) -> String {
        match self {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Boolean(value) => format!("boolean {value}"),
            ValueRef::Integer(value) => format!("integer {value}"),
            ValueRef::Real(value) => format!("real {value}"),
            ValueRef::Double(value) => format!("double {value}"),
            ValueRef::Decimal(value) => format!("decimal {value}"),
            ValueRef::Text(text) => format!("text {:?}", text.chars().take(40).collect::<String>()),
            ValueRef::Bytes(bytes) => format!("{} bytes", bytes.len()),
            ValueRef::Date(value) => format!("date {value}"),
            ValueRef::Time(value) => format!("time {value}"),
            ValueRef::Timestamp(value) => format!("timestamp {value}"),
            ValueRef::TimestampTz(value) => format!("timestamptz {value}Z"),
            ValueRef::Uuid(bytes) => format!("uuid {}", uuid::uuid_text(bytes)),
            ValueRef::Interval(value) => format!("interval {value}"),
            ValueRef::Inet(value) => format!("inet {value}"),
            ValueRef::Cidr(value) => format!("cidr {value}"),
            ValueRef::MacAddr(value) => format!("macaddr {value}"),
            ValueRef::Bits(bits) => bits.to_bits().map_or("bits".to_owned(), |bits| format!("bits {bits}")),
            ValueRef::Json(_) => "JSON".to_owned(),
            ValueRef::Range(_) => "a range".to_owned(),
            ValueRef::Hstore(_) => "an hstore".to_owned(),
            ValueRef::Ltree(path) => format!("ltree {path}"),
            ValueRef::Xml(_) => "XML".to_owned(),
            ValueRef::TsVector(_) => "a tsvector".to_owned(),
            ValueRef::Array(_) => "an array".to_owned(),
        }
    }
}
