//! The binary forms of intervals, network addresses and bits.

use super::decode::{all, take, wrong_size};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{BitsRef, Cidr, Inet, Interval, MacAddr, ValueRef};
use std::net::IpAddr;

/// The codes of the two families of addresses (`inet.h`), whatever the server's system calls them.
const FAMILY_V4: u8 = 2;
const FAMILY_V6: u8 = 3;

/// Microseconds, days, months (`interval_send`).
pub(super) fn interval(span: Interval, out: &mut Vec<u8>) {
    out.extend_from_slice(&span.micros.to_be_bytes());
    out.extend_from_slice(&span.days.to_be_bytes());
    out.extend_from_slice(&span.months.to_be_bytes());
}

pub(super) fn interval_ref(mut bytes: &[u8]) -> Result<ValueRef<'_>> {
    let micros = i64::from_be_bytes(take(&mut bytes)?);
    let days = i32::from_be_bytes(take(&mut bytes)?);
    let span = Interval { micros, days, months: i32::from_be_bytes(all(bytes)?) };
    // What PostgreSQL 17 and later have for an endless one.
    let endless = [(i64::MAX, i32::MAX, i32::MAX), (i64::MIN, i32::MIN, i32::MIN)];
    if endless.contains(&(span.micros, span.days, span.months)) {
        return Err(Error::new(ErrorKind::Value, "an interval is infinite, which no interval of a model is")
            .with_hint("store NULL for an endless span, or leave such rows out of the query"));
    }
    Ok(ValueRef::Interval(span))
}

/// Family, prefix, whether it is a network, size, address (`network_send`).
pub(super) fn network(inet: Inet, is_cidr: bool, out: &mut Vec<u8>) {
    match inet.address {
        IpAddr::V4(address) => {
            out.extend_from_slice(&[FAMILY_V4, inet.prefix, u8::from(is_cidr), 4]);
            out.extend_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            out.extend_from_slice(&[FAMILY_V6, inet.prefix, u8::from(is_cidr), 16]);
            out.extend_from_slice(&address.octets());
        }
    }
}

fn inet(mut bytes: &[u8]) -> Result<Inet> {
    let [family, prefix, _is_cidr, _size] = take(&mut bytes)?;
    let address = match family {
        FAMILY_V4 => IpAddr::from(all::<4>(bytes)?),
        FAMILY_V6 => IpAddr::from(all::<16>(bytes)?),
        other => {
            let message = format!("a network address is of family {other}");
            return Err(Error::new(ErrorKind::Internal, message));
        }
    };
    Inet::new(address, prefix)
        .ok_or_else(|| Error::new(ErrorKind::Internal, format!("{address} has a prefix of {prefix} bits")))
}

pub(super) fn inet_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    inet(bytes).map(ValueRef::Inet)
}

pub(super) fn cidr_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    let inet = inet(bytes)?;
    let cidr = Cidr::new(inet.address, inet.prefix);
    cidr.map(ValueRef::Cidr).ok_or_else(|| Error::new(ErrorKind::Internal, format!("{inet} is no network")))
}

pub(super) fn mac_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::MacAddr(MacAddr(bytes)))
}

/// How many there are, and they (`bit_send`).
pub(super) fn bits_ref(mut bytes: &[u8]) -> Result<ValueRef<'_>> {
    let len = u32::from_be_bytes(take(&mut bytes)?);
    if bytes.len() != len.div_ceil(8) as usize {
        return Err(wrong_size(bytes.len()));
    }
    Ok(ValueRef::Bits(BitsRef::of_bytes(bytes, len)))
}
