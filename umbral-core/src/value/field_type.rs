//! The Rust types that a field may have.

use super::domain::labels;
use super::{Choice, Domain, Size, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{EnumType, RangeKind, SqlType};

/// A logical type known at compile time. [`ValueType::sql_type`] with a field's attributes gives its [`SqlType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueType {
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
    /// An exact decimal number; the field's `decimal(p, s)` sizes it.
    Decimal,
    /// Text; the field's `max_length` bounds it, and its `length` makes it a char of that many.
    Text,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A date and a time of day without a zone.
    Timestamp,
    /// An instant.
    TimestampTz,
    /// A span of time.
    Interval,
    /// A 128-bit identifier.
    Uuid,
    /// The address of a host.
    Inet,
    /// The address of a network.
    Cidr,
    /// The address of a network card.
    MacAddr,
    /// A string of bits; the field's `length` is how many there are.
    Bits,
    /// A JSON document.
    Json,
    /// The values between two ends.
    Range(RangeKind),
    /// Texts by keys.
    Hstore,
    /// The path to a node of a tree.
    Ltree,
    /// An XML document, or a part of one.
    Xml,
    /// The words of a text that is searched.
    TsVector,
    /// One of the labels of an enum that is a type of the database's own.
    Enum {
        /// The type's name.
        name: &'static str,
        /// The labels, as the texts of choices.
        choices: &'static [Choice],
    },
    /// A one-dimensional array.
    Array(&'static ValueType),
}

impl ValueType {
    /// The column type for a field of this type and size; an array's size is that of its elements. A decimal without any
    /// is decimal(18, 6), and bits without a length are bit(1).
    pub fn sql_type(self, size: Size) -> SqlType {
        match self {
            ValueType::SmallInt => SqlType::SmallInt,
            ValueType::Integer => SqlType::Integer,
            ValueType::BigInt => SqlType::BigInt,
            ValueType::UInt8 => SqlType::UInt8,
            ValueType::UInt16 => SqlType::UInt16,
            ValueType::UInt32 => SqlType::UInt32,
            ValueType::UInt64 => SqlType::UInt64,
            ValueType::Real => SqlType::Real,
            ValueType::Double => SqlType::Double,
            ValueType::Boolean => SqlType::Boolean,
            ValueType::Decimal => {
                let (precision, scale) = size.decimal.unwrap_or((18, 6));
                SqlType::Decimal { precision, scale }
            }
            ValueType::Text => match (size.length, size.max_length) {
                (Some(length), _) => SqlType::Char(length),
                (None, Some(length)) => SqlType::Varchar(length),
                (None, None) => SqlType::Text,
            },
            ValueType::Bytes => SqlType::Bytes,
            ValueType::Date => SqlType::Date,
            ValueType::Time => SqlType::Time,
            ValueType::Timestamp => SqlType::Timestamp,
            ValueType::TimestampTz => SqlType::TimestampTz,
            ValueType::Interval => SqlType::Interval,
            ValueType::Uuid => SqlType::Uuid,
            ValueType::Inet => SqlType::Inet,
            ValueType::Cidr => SqlType::Cidr,
            ValueType::MacAddr => SqlType::MacAddr,
            ValueType::Bits => SqlType::Bit(size.length.unwrap_or(1)),
            ValueType::Json => SqlType::Json,
            ValueType::Range(of) => SqlType::Range(of),
            ValueType::Hstore => SqlType::Hstore,
            ValueType::Ltree => SqlType::Ltree,
            ValueType::Xml => SqlType::Xml,
            ValueType::TsVector => SqlType::TsVector,
            ValueType::Enum { name, choices } => EnumType::new(name, labels(choices)).into(),
            ValueType::Array(element) => SqlType::Array(Box::new(element.sql_type(size))),
        }
    }

    /// Whether two of its values are equal or not, and one comes before the other.
    pub(crate) fn has_equality(self) -> bool {
        match self {
            ValueType::Xml => false,
            ValueType::Array(element) => element.has_equality(),
            _ => true,
        }
    }

    /// The labels of the enum of the database's own that it is, or that its elements are of; none where there is none.
    pub fn labels(self) -> &'static [Choice] {
        match self {
            ValueType::Enum { choices, .. } => choices,
            ValueType::Array(element) => element.labels(),
            _ => &[],
        }
    }
}

/// A Rust type that a model's field may have.
///
/// | Rust types | column |
/// |---|---|
/// | `i16`, `i32`, `i64`, `NonZeroI16`, `NonZeroI32`, `NonZeroI64` | smallint, integer, bigint |
/// | `u8`, `u16`, `u32`, `u64` | uint8, uint16, uint32, uint64 |
/// | `f32`, `f64`, `bool` | real, double, boolean |
/// | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | text, varchar of its `max_length`, or char of its `length` |
/// | `Vec<u8>`, `[u8; N]`, `Bytes` (feature `bytes`) | bytes |
/// | `Decimal` (feature `decimal`), `BigDecimal` (`bigdecimal`) | decimal |
/// | the dates and times of chrono (`chrono`), of `time` (`time`) and of jiff (`jiff`) | date, time, timestamp, timestamptz |
/// | `Duration` of the standard library and of `time`, `SignedDuration` | bigint: microseconds |
/// | `Uuid` (`uuid`) | uuid |
/// | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`, [`Inet`](super::Inet), `IpNetwork` and its kinds (`ipnetwork`) | inet |
/// | [`Cidr`](super::Cidr), [`MacAddr`](super::MacAddr) | cidr, macaddr |
/// | [`Bits`](super::Bits) | bit of its `length` |
/// | [`Interval`](super::Interval) | interval, where the database has it |
/// | `serde_json::Value`, `Json<T>` (`json`) | json |
/// | [`Range<T>`](super::Range) of `i32`, `i64`, a decimal, date, timestamp or instant | range, where the database has it |
/// | [`Hstore`](super::Hstore), [`Ltree`](super::Ltree), [`Xml`](super::Xml), [`TsVector`](super::TsVector) | hstore, ltree, xml, tsvector, where the database has them |
/// | `Vec<T>` of one of these | array, where the database has them |
///
/// `Option<T>` is `T` or NULL. `#[derive(FieldType)]` implements it for a newtype, `#[derive(Choices)]` for an enum (see
/// [`Choices`](super::Choices)). A newtype is a type of its own in every query, and can be a primary key where the type
/// inside can and it derives `Debug`, `Clone`, `PartialEq`, `Eq` and `Hash`:
///
/// ```standalone_crate
/// # use umbral_core::query::{Fields, Predicate};
/// # use umbral_core::model::ForeignKey;
/// # use umbral_macros::{FieldType, Model};
/// #[derive(Debug, Clone, PartialEq, Eq, Hash, FieldType)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(max_length = 13)]
/// struct Isbn(String);
///
/// #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// struct Book {
///     #[umbral(primary_key)]
///     isbn: Isbn,
///     replaces: Option<Isbn>,
///     sequel_of: Option<ForeignKey<Book>>,
/// }
///
/// fn first(b: &Fields<Book>) -> Predicate<Book> {
///     b.sequel_of.is_null() & b.isbn.ne(Isbn("0".to_owned()))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a model's field",
    label = "no column type for this",
    note = "a field is an integer, a float, bool, String, Vec<u8>, a date or time of chrono, Decimal, Uuid, Json<T> of a T \
            with serde's derives, a type with #[derive(FieldType)] or #[derive(Choices)], a Vec of these (PostgreSQL), an \
            Option of one, ForeignKey<M> or OneToOne<M>; a struct with #[derive(Embedded)] stands under #[umbral(flatten)]"
)]
pub trait FieldType: Sized + Send + Sync + 'static {
    /// Its logical type.
    const TYPE: ValueType;
    /// Whether it holds NULL too.
    const NULLABLE: bool = false;
    /// What it demands of a column besides.
    const DOMAIN: Domain = Domain::ANY;
    /// Whether one column can hold it: not the key of a row whose key has several.
    #[doc(hidden)]
    const IS_COLUMN: bool = true;

    /// Reads it from a row. Fails with [`ErrorKind::Value`] where the value is of another type or out of range.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// Writes it as a parameter.
    fn to_value(&self) -> Value;
}

/// A field type that can be a primary key, and so the type of a foreign key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a primary key is i16, i32 or i64 (assigned by the database), u32, u64, String or Uuid, or a type with #[derive(FieldType)] \
            around one or with #[derive(Choices)], which derives Debug, Clone, PartialEq, Eq and Hash too"
)]
pub trait KeyType: FieldType + Clone + Eq + std::hash::Hash + std::fmt::Debug {
    /// Whether the database assigns it where the model does not say otherwise.
    const AUTO: bool;
}

/// What derived code asks of the type of a key, so that one that is no key type is reported as that, once: nothing is
/// demanded by this trait itself, and so nothing is reported for each of its items.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a primary key is i16, i32 or i64 (assigned by the database), u32, u64, String or Uuid, or a type with #[derive(FieldType)] \
            around one or with #[derive(Choices)], which derives Debug, Clone, PartialEq, Eq and Hash too"
)]
pub trait PrimaryKey: Sized {
    /// [`FieldType::TYPE`].
    const KEY_TYPE: ValueType;
    /// [`FieldType::DOMAIN`].
    const KEY_DOMAIN: Domain;
    /// [`KeyType::AUTO`].
    const KEY_AUTO: bool;

    /// [`FieldType::from_value`].
    ///
    /// # Errors
    /// The same.
    fn key_from_value(value: ValueRef<'_>) -> Result<Self>;

    /// [`FieldType::to_value`].
    fn key_to_value(&self) -> Value;

    /// [`Clone::clone`].
    fn key_clone(&self) -> Self;
}

impl<T: KeyType> PrimaryKey for T {
    const KEY_TYPE: ValueType = T::TYPE;
    const KEY_DOMAIN: Domain = T::DOMAIN;
    const KEY_AUTO: bool = T::AUTO;

    #[inline]
    fn key_from_value(value: ValueRef<'_>) -> Result<Self> {
        T::from_value(value)
    }

    #[inline]
    fn key_to_value(&self) -> Value {
        self.to_value()
    }

    #[inline]
    fn key_clone(&self) -> Self {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> FieldType for Option<T> {
    const TYPE: ValueType = T::TYPE;
    const NULLABLE: bool = true;
    const DOMAIN: Domain = T::DOMAIN;
    const IS_COLUMN: bool = T::IS_COLUMN;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

/// The error for a value of another type than the field's.
#[cold]
pub(crate) fn mismatch(expected: &str, found: ValueRef<'_>) -> Error {
    Error::new(ErrorKind::Value, format!("expected {expected}, the database returned {}", found.describe()))
}
