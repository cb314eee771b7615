//! Addresses of hosts, networks and network cards.

use super::field_type::mismatch;
use super::{FieldType, KeyType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of a host, with the length of the prefix that names its network.
///
/// Where the network is not of interest, a field is an [`IpAddr`].
///
/// ```
/// use umbral_core::value::Inet;
/// let host: Inet = "10.0.0.7/8".parse().unwrap();
/// assert_eq!((host.prefix, host.to_string().as_str()), (8, "10.0.0.7/8"));
/// assert_eq!("10.0.0.7/32".parse::<Inet>().unwrap().to_string(), "10.0.0.7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Inet {
    /// The address.
    pub address: IpAddr,
    /// How many of its bits name the network: all of them for a host by itself.
    pub prefix: u8,
}

/// The address of a network: behind its prefix every bit is 0.
///
/// ```
/// use umbral_core::value::Cidr;
/// assert_eq!("10.0.0.0/8".parse::<Cidr>().unwrap().to_string(), "10.0.0.0/8");
/// assert!("10.0.0.7/8".parse::<Cidr>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr(Inet);

/// The address of a network card.
///
/// ```
/// use umbral_core::value::MacAddr;
/// assert_eq!("08-00-2B-01-02-03".parse::<MacAddr>().unwrap().to_string(), "08:00:2b:01:02:03");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MacAddr(pub [u8; 6]);

impl Inet {
    /// An address in the network of a prefix; `None` where the address has fewer bits.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Inet> {
        (prefix <= bits(address)).then_some(Inet { address, prefix })
    }

    /// Whether it is a host by itself.
    pub fn is_host(self) -> bool {
        self.prefix == bits(self.address)
    }
}

impl From<IpAddr> for Inet {
    fn from(address: IpAddr) -> Inet {
        Inet { address, prefix: bits(address) }
    }
}

impl Cidr {
    /// The network of a prefix; `None` where the address has fewer bits, or one that is not 0 behind the prefix.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Cidr> {
        let rest_is_zero = match address {
            IpAddr::V4(address) => address.to_bits().checked_shl(prefix.into()).unwrap_or(0) == 0,
            IpAddr::V6(address) => address.to_bits().checked_shl(prefix.into()).unwrap_or(0) == 0,
        };
        Inet::new(address, prefix).filter(|_| rest_is_zero).map(Cidr)
    }

    /// Its first address and its prefix.
    pub fn inet(self) -> Inet {
        self.0
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl fmt::Display for Inet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_host() {
            true => write!(f, "{}", self.address),
            false => write!(f, "{}/{}", self.address, self.prefix),
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.address, self.0.prefix)
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

fn bad(text: &str, what: &str, example: &str) -> Error {
    Error::new(ErrorKind::Value, format!("`{text}` is no {what}"))
        .with_hint(format!("write it like `{example}`"))
}

impl std::str::FromStr for Inet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Inet> {
        let read = || match text.split_once('/') {
            Some((address, prefix)) => {
                let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
                Inet::new(address.parse().ok()?, prefix.parse().ok().filter(|_| digits)?)
            }
            None => text.parse::<IpAddr>().ok().map(Inet::from),
        };
        read().ok_or_else(|| bad(text, "network address", "192.168.0.1 or 2001:db8::1/64"))
    }
}

impl std::str::FromStr for Cidr {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cidr> {
        let inet = text.parse::<Inet>().ok();
        let read = inet.and_then(|inet| Cidr::new(inet.address, inet.prefix));
        read.ok_or_else(|| bad(text, "address of a network", "192.168.0.0/16 or 2001:db8::/32"))
    }
}

impl std::str::FromStr for MacAddr {
    type Err = Error;

    fn from_str(text: &str) -> Result<MacAddr> {
        let read = || {
            let mut parts = text.split([':', '-']);
            let mut bytes = [0; 6];
            for byte in &mut bytes {
                let part = parts.next().filter(|part| part.len() == 2)?;
                *byte = u8::from_str_radix(part, 16).ok().filter(|_| !part.starts_with('+'))?;
            }
            parts.next().is_none().then_some(MacAddr(bytes))
        };
        read().ok_or_else(|| bad(text, "address of a network card", "08:00:2b:01:02:03"))
    }
}

macro_rules! field {
    ($rust:ty, $type:ident, $what:literal, |$inet:ident| $read:expr, |$own:ident| $write:expr) => {
        #[diagnostic::do_not_recommend]
        impl FieldType for $rust {
            const TYPE: ValueType = ValueType::$type;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let $inet = match value {
                    ValueRef::$type(found) => found,
                    ValueRef::Text(text) => text.parse()?,
                    other => return Err(mismatch($what, other)),
                };
                $read
            }

            fn to_value(&self) -> Value {
                let $own = *self;
                Value::$type($write)
            }
        }
    };
}

field!(Inet, Inet, "a network address", |inet| Ok(inet), |own| own);
field!(Cidr, Cidr, "the address of a network", |cidr| Ok(cidr), |own| own);
field!(MacAddr, MacAddr, "the address of a network card", |mac| Ok(mac), |own| own);
field!(IpAddr, Inet, "an address", |inet| host(inet), |own| own.into());
field!(
    Ipv4Addr,
    Inet,
    "an IPv4 address",
    |inet| match host(inet)? {
        IpAddr::V4(address) => Ok(address),
        IpAddr::V6(address) => Err(not_a(address, "IPv4 address")),
    },
    |own| IpAddr::V4(own).into()
);
field!(
    Ipv6Addr,
    Inet,
    "an IPv6 address",
    |inet| match host(inet)? {
        IpAddr::V6(address) => Ok(address),
        IpAddr::V4(address) => Err(not_a(address, "IPv6 address")),
    },
    |own| IpAddr::V6(own).into()
);

macro_rules! keys {
    ($($address:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeyType for $address {
            const AUTO: bool = false;
        }
    )*};
}

keys!(IpAddr, Ipv4Addr, Ipv6Addr);

fn host(inet: Inet) -> Result<IpAddr> {
    if inet.is_host() { Ok(inet.address) } else { Err(not_a(inet, "address of a host by itself")) }
}

#[cold]
fn not_a(found: impl fmt::Display, what: &str) -> Error {
    Error::new(ErrorKind::Value, format!("`{found}` is no {what}"))
        .with_hint("make the field an `Inet`, which holds every address and its prefix")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["10.0.0.1", "0.0.0.0/0", "255.255.255.255", "::", "2001:db8::1/64", "::ffff:1.2.3.4"] {
            assert_eq!(text.parse::<Inet>().unwrap().to_string(), text);
        }
        for text in ["0.0.0.0/0", "10.0.0.1/32", "::/0", "2001:db8::/32"] {
            assert_eq!(text.parse::<Cidr>().unwrap().to_string(), text);
        }
        for bad in ["", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/+8", "::1/129", "01.2.3.4"] {
            assert!(bad.parse::<Inet>().is_err(), "{bad}");
        }
        assert!("10.0.0.1/31".parse::<Cidr>().is_err());
        for bad in ["08:00:2b:01:02", "08:00:2b:01:02:03:04", "08:00:2b:01:02:+3", "8:0:2b:1:2:3"] {
            assert!(bad.parse::<MacAddr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_field_of_an_address_takes_no_network() {
        let network = ValueRef::Inet("10.0.0.1/8".parse().unwrap());
        assert!(IpAddr::from_value(network).unwrap_err().hint().is_some());
        let six = ValueRef::Inet("::1".parse().unwrap());
        assert!(Ipv4Addr::from_value(six).is_err());
        assert_eq!(Ipv6Addr::from_value(six).unwrap(), Ipv6Addr::LOCALHOST);
    }
}
