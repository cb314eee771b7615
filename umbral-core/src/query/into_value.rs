//! What may be written where a field's value is expected.

use super::Col;
use crate::model::{Embedded, ForeignKey, Model, OneToOne, ReferencedKey};
use crate::value::{FieldType, Range, RangeElement, Value, Xml};
use std::marker::PhantomData;

/// A value for a field of type `T`.
///
/// | the field's type | what may be written |
/// |---|---|
/// | any `T` | a `T` or a `&T` |
/// | `Option<T>` | also a `T` or a `&T`, and `None` |
/// | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | also a `&str` |
/// | `Vec<u8>` | also a `&[u8]` or a `&[u8; N]` |
/// | `Range<T>` | also a range of Rust's own: `1..5`, `2..=4`, `3..` |
/// | `Xml` | also a `&str` |
/// | `ForeignKey<M>`, `OneToOne<M>` | also a `&M`, or a key of `M` |
/// | `Decimal`, `f64` | also an integer literal |
/// | a struct with `#[derive(Embedded)]` | the struct or a reference to it |
///
/// Everything in the rows between works for the `Option` of the type too. Each literal has exactly one type that fits,
/// so that `b.id.eq(1)` and `b.email.eq(None)` need no annotation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for a field of type `{T}`",
    label = "expected a value for `{T}`"
)]
pub trait IntoValue<T> {
    /// The value as a parameter.
    fn into_value(self) -> Value;

    /// The value for this field, as `create!` takes it. The field stands first, so that its type is known where a
    /// message about the value needs it.
    #[doc(hidden)]
    #[inline]
    fn given<M>(field: Col<M, T>, value: Self) -> Given<M>
    where
        Self: Sized,
    {
        Given::one(field, value.into_value())
    }
}

/// A value for a field of `M`, or the values of the fields that an embedded struct stands for.
#[doc(hidden)]
pub struct Given<M> {
    pub(crate) values: Values,
    of: PhantomData<fn() -> M>,
}

/// Values of fields, by number.
pub(crate) enum Values {
    One(u16, Value),
    Several(Vec<(u16, Value)>),
}

impl<M> Given<M> {
    fn one<T>(field: Col<M, T>, value: Value) -> Given<M> {
        Given { values: Values::One(field.field(), value), of: PhantomData }
    }

    /// The fields of an embedded struct, for derived code. What the database computes is not written.
    pub fn whole<E: Embedded>(field: Col<M, E>, value: &E) -> Given<M> {
        let fields = (0u16..).zip(E::FIELDS).filter(|(_, field)| field.generated.is_none());
        let values = fields.map(|(number, _)| (field.field() + number, value.value(number)));
        Given { values: Values::Several(values.collect()), of: PhantomData }
    }
}

impl Values {
    pub(crate) fn into_vec(self) -> Vec<(u16, Value)> {
        match self {
            Values::One(field, value) => vec![(field, value)],
            Values::Several(values) => values,
        }
    }
}

/// A type that a field may have, whose own values fill it: one column, or those of an embedded struct.
#[doc(hidden)]
pub trait Fills: Sized {
    /// The value of the one column that there is. An embedded struct has none, and is never asked for it.
    fn value(&self) -> Value {
        Value::Null
    }

    /// The value of each column.
    fn given<M>(field: Col<M, Self>, value: &Self) -> Given<M>;
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> Fills for T {
    #[inline]
    fn value(&self) -> Value {
        self.to_value()
    }

    #[inline]
    fn given<M>(field: Col<M, T>, value: &T) -> Given<M> {
        Given::one(field, value.to_value())
    }
}

macro_rules! whole {
    ($($of:ty, |$value:ident| $borrowed:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Fills> IntoValue<T> for $of {
            #[inline]
            fn into_value(self) -> Value {
                let $value = self;
                Fills::value($borrowed)
            }

            #[inline]
            fn given<M>(field: Col<M, T>, $value: $of) -> Given<M> {
                T::given(field, $borrowed)
            }
        }
    )*};
}

whole! {
    T, |value| &value;
    &T, |value| value;
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> IntoValue<Option<T>> for T {
    #[inline]
    fn into_value(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FieldType> IntoValue<Option<T>> for &T {
    #[inline]
    fn into_value(self) -> Value {
        self.to_value()
    }
}

macro_rules! also {
    ($([$($generics:tt)*] $from:ty => $to:ty, |$value:ident| $body:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoValue<$to> for $from {
            #[inline]
            fn into_value(self) -> Value {
                let $value = self;
                $body
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoValue<Option<$to>> for $from {
            #[inline]
            fn into_value(self) -> Value {
                let $value = self;
                $body
            }
        }
    )*};
}

also! {
    [] &str => String, |text| Value::Text(text.to_owned());
    [] &str => Box<str>, |text| Value::Text(text.to_owned());
    [] &str => std::sync::Arc<str>, |text| Value::Text(text.to_owned());
    [] &str => std::borrow::Cow<'static, str>, |text| Value::Text(text.to_owned());
    [] &[u8] => Vec<u8>, |bytes| Value::Bytes(bytes.to_vec());
    [const N: usize] &[u8; N] => Vec<u8>, |bytes| Value::Bytes(bytes.to_vec());
    [T: RangeElement] std::ops::Range<T> => Range<T>, |range| Range::from(range).to_value();
    [T: RangeElement] std::ops::RangeInclusive<T> => Range<T>, |range| Range::from(range).to_value();
    [T: RangeElement] std::ops::RangeFrom<T> => Range<T>, |range| Range::from(range).to_value();
    [T: RangeElement] std::ops::RangeTo<T> => Range<T>, |range| Range::from(range).to_value();
    [T: RangeElement] std::ops::RangeToInclusive<T> => Range<T>, |range| Range::from(range).to_value();
    [T: RangeElement] std::ops::RangeFull => Range<T>, |range| Range::<T>::from(range).to_value();
    [] &str => Xml, |text| Xml::from(text).to_value();
    [] i32 => f64, |number| Value::Double(f64::from(number));
    [M: Model<Key: ReferencedKey>] &M => ForeignKey<M>, |row| row.key().to_value();
    [M: Model<Key: ReferencedKey>] &M => OneToOne<M>, |row| row.key().to_value();
}

// One impl for each key type: of a literal's candidates only the one whose `Key` fits is left, so that
// `b.author.eq(1)` finds its integer type.
macro_rules! keys {
    ($($from:ty, $key:ty, |$value:ident| $body:expr;)*) => {
        also! {$(
            [M: Model<Key = $key>] $from => ForeignKey<M>, |$value| $body;
            [M: Model<Key = $key>] $from => OneToOne<M>, |$value| $body;
        )*}
    };
}

keys! {
    i16, i16, |key| key.to_value();
    i32, i32, |key| key.to_value();
    i64, i64, |key| key.to_value();
    u32, u32, |key| key.to_value();
    u64, u64, |key| key.to_value();
    String, String, |key| Value::Text(key);
    &String, String, |key| key.to_value();
    &str, String, |key| Value::Text(key.to_owned());
}

#[cfg(feature = "uuid")]
keys! {
    ::uuid::Uuid, ::uuid::Uuid, |key| key.to_value();
}

#[cfg(feature = "decimal")]
also! {
    [] i32 => ::rust_decimal::Decimal, |number| ::rust_decimal::Decimal::from(number).to_value();
    [] i64 => ::rust_decimal::Decimal, |number| ::rust_decimal::Decimal::from(number).to_value();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::model::{Entity, FromRow, ModelMeta};
    use crate::query::Path;
    use crate::value::Row;

    struct Author;
    impl FromRow for Author {
        const WIDTH: usize = 0;
        fn from_row(_: &dyn Row, _: usize) -> Result<Self> {
            Ok(Author)
        }
    }

    impl Entity for Author {
        type Key = i64;
        type Handles<R> = ();
        type Row = ();
        const ROW: () = ();
        const META: &'static ModelMeta = &ModelMeta::new("Author", "app", "author", &[], "", 0);
        fn handles<R>(_: Path) {}
        fn value(&self, _: u16) -> Value {
            Value::Null
        }
        fn key(&self) -> i64 {
            7
        }
    }

    fn to<T>(value: impl IntoValue<T>) -> Value {
        value.into_value()
    }

    #[test]
    fn literals_find_their_type() {
        assert_eq!(to::<i64>(1), Value::BigInt(1));
        assert_eq!(to::<Option<i16>>(1), Value::SmallInt(1));
        assert_eq!(to::<Option<i16>>(None), Value::Null);
        assert_eq!(to::<f64>(1), Value::Double(1.0));
        assert_eq!(to::<Option<f32>>(1.5), Value::Real(1.5));
        assert_eq!(to::<ForeignKey<Author>>(1), Value::BigInt(1));
        assert_eq!(to::<Option<OneToOne<Author>>>(1), Value::BigInt(1));
        assert_eq!(to::<Option<ForeignKey<Author>>>(None), Value::Null);
    }

    #[test]
    fn references_and_rows() {
        let text = "Ann".to_owned();
        for value in [
            to::<String>("Ann"),
            to::<Option<String>>("Ann"),
            to::<String>(&text),
            to::<Option<String>>(Some(text.clone())),
        ] {
            assert_eq!(value, Value::Text("Ann".to_owned()));
        }
        assert_eq!(to::<ForeignKey<Author>>(&Author), Value::BigInt(7));
        assert_eq!(to::<Option<ForeignKey<Author>>>(&Author), Value::BigInt(7));
        assert_eq!(to::<ForeignKey<Author>>(ForeignKey::new(3)), Value::BigInt(3));
        assert_eq!(to::<Vec<u8>>(b"ab"), Value::Bytes(b"ab".to_vec()));
    }
}
