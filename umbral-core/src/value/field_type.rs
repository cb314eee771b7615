//! The Rust types that a field may have.

use super::{Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;

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
    /// A 32-bit IEEE 754 number.
    Real,
    /// A 64-bit IEEE 754 number.
    Double,
    /// True or false.
    Boolean,
    /// An exact decimal number; the field's `decimal(p, s)` sizes it.
    Decimal,
    /// Text; the field's `max_length` bounds it.
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
    /// A 128-bit identifier.
    Uuid,
    /// A JSON document.
    Json,
    /// A one-dimensional array.
    Array(&'static ValueType),
}

impl ValueType {
    /// The column type for a field of this type. `max_length` bounds text (of array elements too), `decimal` is
    /// precision and scale; a decimal without them is decimal(18, 6).
    pub fn sql_type(self, max_length: Option<u32>, decimal: Option<(u16, u16)>) -> SqlType {
        match self {
            ValueType::SmallInt => SqlType::SmallInt,
            ValueType::Integer => SqlType::Integer,
            ValueType::BigInt => SqlType::BigInt,
            ValueType::Real => SqlType::Real,
            ValueType::Double => SqlType::Double,
            ValueType::Boolean => SqlType::Boolean,
            ValueType::Decimal => {
                let (precision, scale) = decimal.unwrap_or((18, 6));
                SqlType::Decimal { precision, scale }
            }
            ValueType::Text => max_length.map_or(SqlType::Text, SqlType::Varchar),
            ValueType::Bytes => SqlType::Bytes,
            ValueType::Date => SqlType::Date,
            ValueType::Time => SqlType::Time,
            ValueType::Timestamp => SqlType::Timestamp,
            ValueType::TimestampTz => SqlType::TimestampTz,
            ValueType::Uuid => SqlType::Uuid,
            ValueType::Json => SqlType::Json,
            ValueType::Array(element) => SqlType::Array(Box::new(element.sql_type(max_length, decimal))),
        }
    }
}

/// A Rust type that a model's field may have.
///
/// `Option<T>` is `T` or NULL. Implement it for a newtype by delegating to the type inside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a model's field",
    label = "no column type for this",
    note = "a field is an integer, a float, bool, String, Vec<u8>, a date or time of chrono, Decimal, Uuid, Json<T> of a T \
            with serde's derives, a Vec of these (PostgreSQL), an Option of one, ForeignKey<M> or OneToOne<M>"
)]
pub trait FieldType: Sized + Send + Sync + 'static {
    /// Its logical type.
    const TYPE: ValueType;
    /// Whether it holds NULL too.
    const NULLABLE: bool = false;

    /// Reads it from a row. Fails with [`ErrorKind::Value`] where the value is of another type or out of range.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// Writes it as a parameter.
    fn to_value(&self) -> Value;
}

/// A field type that can be a primary key, and so the type of a foreign key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a primary key is i16, i32 or i64 (assigned by the database), String or Uuid"
)]
pub trait KeyType: FieldType + Clone + Eq + std::hash::Hash + std::fmt::Debug {
    /// Whether the database assigns it where the model does not say otherwise.
    const AUTO: bool;
    /// [`FieldType::TYPE`]. Derived code asks it and the methods below of this trait, so that a type that is no key
    /// type is reported as that, once.
    #[doc(hidden)]
    const KEY_TYPE: ValueType = Self::TYPE;

    /// [`FieldType::from_value`].
    ///
    /// # Errors
    /// The same.
    #[doc(hidden)]
    fn key_from_value(value: ValueRef<'_>) -> Result<Self> {
        Self::from_value(value)
    }

    /// [`FieldType::to_value`].
    #[doc(hidden)]
    fn key_to_value(&self) -> Value {
        self.to_value()
    }

    /// [`Clone::clone`].
    #[doc(hidden)]
    fn key_clone(&self) -> Self {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> FieldType for Option<T> {
    const TYPE: ValueType = T::TYPE;
    const NULLABLE: bool = true;

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
