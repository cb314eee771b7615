//! Addresses with the prefix of their network: `192.168.0.7/16`.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Inet, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use ::ipnetwork::{IpNetwork, Ipv4Network, Ipv6Network};
use std::net::IpAddr;

#[diagnostic::do_not_recommend]
impl FieldType for IpNetwork {
    const TYPE: ValueType = ValueType::Inet;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let inet = match value {
            ValueRef::Cidr(cidr) => cidr.inet(),
            other => Inet::from_value(other)?,
        };
        IpNetwork::new(inet.address, inet.prefix).map_err(|error| {
            Error::new(ErrorKind::Value, format!("`{inet}` is no network")).with_source(error)
        })
    }

    fn to_value(&self) -> Value {
        Value::Inet(Inet { address: self.ip(), prefix: self.prefix() })
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for IpNetwork {}

macro_rules! of_a_family {
    ($($ty:ty, $family:ident, $what:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FieldType for $ty {
            const TYPE: ValueType = ValueType::Inet;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match IpNetwork::from_value(value)? {
                    IpNetwork::$family(network) => Ok(network),
                    _ => Err(mismatch($what, value)),
                }
            }

            fn to_value(&self) -> Value {
                Value::Inet(Inet { address: IpAddr::$family(self.ip()), prefix: self.prefix() })
            }
        }

        #[diagnostic::do_not_recommend]
        impl ArrayElement for $ty {}
    )*};
}

of_a_family! {
    Ipv4Network, V4, "a network of version 4";
    Ipv6Network, V6, "a network of version 6";
}
