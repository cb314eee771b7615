//! One-dimensional arrays.

use super::field_type::mismatch;
use super::{Bits, Cidr, Domain, FieldType, Inet, Interval, MacAddr, Size, Value, ValueRef, ValueType};
use crate::error::Result;
use std::fmt;

/// What an array's reader calls for each element.
pub type EachElement<'f> = &'f mut dyn FnMut(ValueRef<'_>) -> Result<()>;

/// An array in the driver's own encoding, with the function that reads it.
#[derive(Clone, Copy)]
pub struct ArrayRef<'r> {
    bytes: &'r [u8],
    read: fn(&[u8], EachElement<'_>) -> Result<()>,
}

impl<'r> ArrayRef<'r> {
    /// An array in `bytes`, whose elements `read` hands out in order.
    pub fn new(bytes: &'r [u8], read: fn(&[u8], EachElement<'_>) -> Result<()>) -> ArrayRef<'r> {
        ArrayRef { bytes, read }
    }

    /// Calls `each` for every element, in order.
    pub fn for_each(&self, each: EachElement<'_>) -> Result<()> {
        (self.read)(self.bytes, each)
    }
}

impl fmt::Debug for ArrayRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArrayRef({} bytes)", self.bytes.len())
    }
}

/// The element types of an array. Not `u8`: `Vec<u8>` is bytes.
#[diagnostic::on_unimplemented(
    message = "`Vec<{Self}>` cannot be a model's field",
    label = "no column type for a Vec of this",
    note = "an array's element is an integer, a float, bool, String, Vec<u8>, a date or time of chrono, Decimal, Uuid, \
            Json<T>, or an Option of one"
)]
pub trait ArrayElement: FieldType {}

macro_rules! elements {
    ($($ty:ty),*) => { $(#[diagnostic::do_not_recommend] impl ArrayElement for $ty {})* };
}

elements!(i16, i32, i64, u16, u32, u64, f32, f64, bool, String);
elements!(Interval, Inet, Cidr, MacAddr, Bits);
elements!(std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, Vec<u8>);
#[diagnostic::do_not_recommend]
impl<const N: usize> ArrayElement for [u8; N] {}
#[cfg(feature = "bytes")]
elements!(::bytes::Bytes);
#[cfg(feature = "json")]
elements!(serde_json::Value);
#[cfg(feature = "uuid")]
elements!(::uuid::Uuid);
#[cfg(feature = "decimal")]
elements!(::rust_decimal::Decimal);
#[cfg(feature = "chrono")]
elements!(
    ::chrono::NaiveDate,
    ::chrono::NaiveTime,
    ::chrono::NaiveDateTime,
    ::chrono::DateTime<::chrono::Utc>
);
#[diagnostic::do_not_recommend]
impl<T: ArrayElement> ArrayElement for Option<T> {}

#[diagnostic::do_not_recommend]
impl<T: ArrayElement> FieldType for Vec<T> {
    const TYPE: ValueType = ValueType::Array(&T::TYPE);
    const DOMAIN: Domain = T::DOMAIN.of_elements();

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Array(array) => {
                let mut items = Vec::new();
                array.for_each(&mut |item| {
                    items.push(T::from_value(item)?);
                    Ok(())
                })?;
                Ok(items)
            }
            other => Err(mismatch("an array", other)),
        }
    }

    fn to_value(&self) -> Value {
        let element = T::TYPE.sql_type(Size::ANY);
        Value::Array { element, items: self.iter().map(T::to_value).collect() }
    }
}
