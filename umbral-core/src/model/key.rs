//! Primary keys.

use crate::error::{Error, ErrorKind, Result};
use crate::query::IntoValue;
use crate::value::{FieldType, KeyType, Value, ValueRef, ValueType};
use std::fmt::Debug;
use std::hash::Hash;

/// The key of a model that declares none, which the system check refuses. It equals no row's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoKey;

#[diagnostic::do_not_recommend]
impl FieldType for NoKey {
    const TYPE: ValueType = ValueType::BigInt;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let found = value.describe();
        Err(Error::new(
            ErrorKind::Value,
            format!("the model has no primary key; the database returned {found}"),
        ))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

#[diagnostic::do_not_recommend]
impl KeyType for NoKey {
    const AUTO: bool = false;
}

/// The primary key of a model: one value, or a tuple of up to four where several fields are the key together.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a primary key is i16, i32 or i64 (assigned by the database), u32, u64, String or Uuid, or a tuple of two to four of these"
)]
pub trait ModelKey: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// Appends its values, in the order of the key's fields.
    fn append_to(&self, values: &mut Vec<Value>);

    /// Its values, in the order of the key's fields.
    fn to_values(&self) -> Vec<Value> {
        let mut values = Vec::with_capacity(1);
        self.append_to(&mut values);
        values
    }

    /// The type of the column that points at it.
    #[doc(hidden)]
    const COLUMN: ValueType;
    /// Whether one column can point at it.
    #[doc(hidden)]
    const IS_ONE: bool;

    /// Reads it from the column that points at it.
    ///
    /// # Errors
    /// As [`FieldType::from_value`].
    #[doc(hidden)]
    fn from_column(value: ValueRef<'_>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<K: KeyType> ModelKey for K {
    fn append_to(&self, values: &mut Vec<Value>) {
        values.push(self.to_value());
    }

    const COLUMN: ValueType = K::TYPE;
    const IS_ONE: bool = true;

    fn from_column(value: ValueRef<'_>) -> Result<Self> {
        K::from_value(value)
    }
}

/// The key of a model that a field can point at: one column.
#[diagnostic::on_unimplemented(
    message = "a model whose key is `{Self}` cannot be pointed at",
    label = "a relation points at a key of one field",
    note = "give the model a key of its own, as in `id: i64`, and make the fields unique together"
)]
pub trait ReferencedKey: KeyType {}

#[diagnostic::do_not_recommend]
impl<K: KeyType> ReferencedKey for K {}

/// What may be written where a key of type `K` is expected: what [`IntoValue`] takes, and for a key of several fields a
/// tuple of such, in the order of the fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key of type `{K}`",
    label = "expected a key of type `{K}`"
)]
pub trait IntoKey<K> {
    /// The values, in the order of the key's fields.
    fn into_values(self) -> Vec<Value>;
}

#[diagnostic::do_not_recommend]
impl<K: KeyType, V: IntoValue<K>> IntoKey<K> for V {
    fn into_values(self) -> Vec<Value> {
        vec![self.into_value()]
    }
}

macro_rules! tuples {
    ($(($($key:ident $value:ident),*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($key: KeyType),*> ModelKey for ($($key,)*) {
            #[allow(non_snake_case)]
            fn append_to(&self, values: &mut Vec<Value>) {
                let ($($key,)*) = self;
                values.extend([$($key.to_value()),*]);
            }

            // Of no field: derived code refuses one that would have it.
            const COLUMN: ValueType = ValueType::BigInt;
            const IS_ONE: bool = false;

            fn from_column(value: ValueRef<'_>) -> Result<Self> {
                let found = value.describe();
                Err(Error::new(ErrorKind::Value, format!("{found} is no key of several fields")))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($key: KeyType, $value: IntoValue<$key>),*> IntoKey<($($key,)*)> for ($($value,)*) {
            #[allow(non_snake_case)]
            fn into_values(self) -> Vec<Value> {
                let ($($value,)*) = self;
                vec![$($value.into_value()),*]
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($key: KeyType),*> IntoKey<($($key,)*)> for &($($key,)*) {
            fn into_values(self) -> Vec<Value> {
                self.to_values()
            }
        }
    )*};
}

tuples! { (A U, B V) (A U, B V, C W) (A U, B V, C W, D X) }
