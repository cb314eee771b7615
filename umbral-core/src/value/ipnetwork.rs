//! Networks, as text: `192.168.0.0/16`.

use super::field_type::mismatch;
use super::{ArrayElement, Domain, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use ::ipnetwork::{IpNetwork, Ipv4Network, Ipv6Network};

macro_rules! networks {
    ($($ty:ty, $length:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FieldType for $ty {
            const TYPE: ValueType = ValueType::Text;
            const DOMAIN: Domain = Domain::ANY.max_length($length);

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::Text(text) => text.parse().map_err(|error: ::ipnetwork::IpNetworkError| {
                        Error::new(ErrorKind::Value, format!("`{text}` is no network")).with_source(error)
                    }),
                    other => Err(mismatch("a network", other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }
        }

        #[diagnostic::do_not_recommend]
        impl ArrayElement for $ty {}
    )*};
}

networks! {
    IpNetwork, 43;
    Ipv4Network, 18;
    Ipv6Network, 43;
}
