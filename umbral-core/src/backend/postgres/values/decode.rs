//! Result columns: one function per type, chosen once per statement, that reads raw bytes where they lie.

use super::extended;
use super::oid::*;
use super::{EPOCH_DAYS, EPOCH_MICROS, MICROS_PER_DAY, in_calendar, in_calendar_time, numeric, range, words};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{ArrayRef, Date, EachElement, Time, Timestamp, ValueRef};

/// Reads one value that is not NULL.
pub(in crate::backend::postgres) type Decode = for<'r> fn(&'r [u8]) -> Result<ValueRef<'r>>;

/// The function for a built-in type; `None` where umbral has no value for it.
pub(in crate::backend::postgres) fn decoder(oid: TypeOid) -> Option<Decode> {
    Some(match oid {
        BOOL => boolean,
        INT2 => int2,
        INT4 => int4,
        INT8 => int8,
        OID => unsigned4,
        FLOAT4 => float4,
        FLOAT8 => float8,
        NUMERIC => |bytes| numeric::decode(bytes).map(ValueRef::Decimal),
        BPCHAR => blank_padded,
        TEXT | VARCHAR | NAME | CHAR | UNKNOWN => text,
        XML => |bytes| utf8(bytes).map(ValueRef::Xml),
        TSVECTOR => words::ts_vector_ref,
        INT4RANGE => range::int4,
        INT8RANGE => range::int8,
        NUMRANGE => range::numeric,
        DATERANGE => range::date,
        TSRANGE => range::timestamp,
        TSTZRANGE => range::timestamptz,
        BYTEA => |bytes| Ok(ValueRef::Bytes(bytes)),
        DATE => date,
        TIME => time,
        TIMESTAMP => |bytes| instant(bytes).map(ValueRef::Timestamp),
        TIMESTAMPTZ => |bytes| instant(bytes).map(ValueRef::TimestampTz),
        UUID => uuid,
        INTERVAL => extended::interval_ref,
        INET => extended::inet_ref,
        CIDR => extended::cidr_ref,
        MACADDR => extended::mac_ref,
        BIT => extended::bits_ref,
        JSON => |bytes| utf8(bytes).map(ValueRef::Json),
        JSONB => jsonb,
        VOID => |_| Ok(ValueRef::Null),
        // The arrays of the types above; what the elements are stands in each value.
        1000..=1003 | 1005 | 1007 | 1009 | 1014..=1016 | 1021 | 1022 | 1028 => array,
        651 | 1040 | 1041 | 1187 | 1561 => array,
        199 | 143 | 1115 | 1182 | 1183 | 1185 | 1231 | 2951 | 3643 | 3807 => array,
        3905 | 3907 | 3909 | 3911 | 3913 | 3927 => array,
        _ => return None,
    })
}

/// The function for text in whatever type: enums and `citext` have the form of text.
pub(in crate::backend::postgres) fn text(bytes: &[u8]) -> Result<ValueRef<'_>> {
    utf8(bytes).map(ValueRef::Text)
}

/// The function for an array of such a type, whose elements' identifier differs between databases.
pub(in crate::backend::postgres) fn texts(bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(ValueRef::Array(ArrayRef::new(bytes, |bytes, each| elements(bytes, Some(text), each))))
}

/// The function for a type that an extension brings, by its name, and that for arrays of it.
pub(in crate::backend::postgres) fn extension_decoders(name: &str) -> Option<(Decode, Decode)> {
    Some(match name {
        "citext" => (text, texts),
        "hstore" => (words::hstore_ref, |bytes| {
            Ok(ValueRef::Array(ArrayRef::new(bytes, |bytes, each| {
                elements(bytes, Some(words::hstore_ref), each)
            })))
        }),
        "ltree" => (words::ltree_ref, |bytes| {
            Ok(ValueRef::Array(ArrayRef::new(bytes, |bytes, each| {
                elements(bytes, Some(words::ltree_ref), each)
            })))
        }),
        _ => return None,
    })
}

/// The first bytes of a value, taken off its front.
#[inline]
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>().ok_or_else(|| wrong_size(bytes.len()))?;
    *bytes = rest;
    Ok(*head)
}

/// The bytes of a value of fixed size.
#[inline]
pub(super) fn all<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| wrong_size(bytes.len()))
}

#[cold]
pub(super) fn wrong_size(found: usize) -> Error {
    Error::new(ErrorKind::Internal, format!("a value of {found} bytes is not of its type's size"))
}

/// Without the blanks that `char(n)` is filled up with, which are none of its value.
fn blank_padded(bytes: &[u8]) -> Result<ValueRef<'_>> {
    utf8(bytes).map(|text| ValueRef::Text(text.trim_end_matches(' ')))
}

fn boolean(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all::<1>(bytes).map(|[byte]| ValueRef::Boolean(byte != 0))
}

fn int2(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Integer(i16::from_be_bytes(bytes).into()))
}

pub(super) fn int4(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Integer(i32::from_be_bytes(bytes).into()))
}

pub(super) fn int8(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Integer(i64::from_be_bytes(bytes)))
}

fn unsigned4(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Integer(u32::from_be_bytes(bytes).into()))
}

fn float4(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Real(f32::from_be_bytes(bytes)))
}

fn float8(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(|bytes| ValueRef::Double(f64::from_be_bytes(bytes)))
}

pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::Value, "a text from the database is not UTF-8").with_source(error)
    })
}

pub(super) fn date(bytes: &[u8]) -> Result<ValueRef<'_>> {
    let days = i32::from_be_bytes(all(bytes)?);
    if matches!(days, i32::MIN | i32::MAX) {
        return Err(infinite("date", days > 0));
    }
    let date = days.checked_add(EPOCH_DAYS).map(|days| Date { days }).filter(|date| in_calendar(*date));
    date.map(ValueRef::Date).ok_or_else(|| outside_calendar("date"))
}

fn time(bytes: &[u8]) -> Result<ValueRef<'_>> {
    let micros = i64::from_be_bytes(all(bytes)?);
    if (0..MICROS_PER_DAY).contains(&micros) {
        Ok(ValueRef::Time(Time { micros }))
    } else {
        Err(Error::new(ErrorKind::Value, "a time is 24:00:00, which is no time of a day")
            .with_hint("store 00:00:00 of the day after, or cast the column to text in the query"))
    }
}

pub(super) fn instant(bytes: &[u8]) -> Result<Timestamp> {
    let micros = i64::from_be_bytes(all(bytes)?);
    if matches!(micros, i64::MIN | i64::MAX) {
        return Err(infinite("timestamp", micros > 0));
    }
    let instant = micros.checked_add(EPOCH_MICROS).map(|micros| Timestamp { micros });
    instant.filter(|at| in_calendar_time(*at)).ok_or_else(|| outside_calendar("timestamp"))
}

#[cold]
fn infinite(what: &str, positive: bool) -> Error {
    let sign = if positive { "" } else { "-" };
    Error::new(ErrorKind::Value, format!("a {what} is {sign}infinity, which no {what} of a model holds"))
        .with_hint("store NULL for an open end, or leave such rows out of the query")
}

#[cold]
fn outside_calendar(what: &str) -> Error {
    Error::new(ErrorKind::Value, format!("a {what} lies outside the years 1 to 9999"))
        .with_hint("cast the column to text in the query")
}

fn uuid(bytes: &[u8]) -> Result<ValueRef<'_>> {
    all(bytes).map(ValueRef::Uuid)
}

/// A version byte, which is 1 in every release, and the document's text.
fn jsonb(bytes: &[u8]) -> Result<ValueRef<'_>> {
    match bytes.split_first() {
        Some((1, document)) => utf8(document).map(ValueRef::Json),
        Some((version, _)) => Err(Error::new(ErrorKind::Internal, format!("jsonb of version {version}"))),
        None => Err(wrong_size(0)),
    }
}

fn array(bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(ValueRef::Array(ArrayRef::new(bytes, each_element)))
}

/// An array (`array_send`): the number of dimensions, whether there are NULLs, the elements' type, length and lower
/// bound of each dimension, then every element with its length.
fn each_element(bytes: &[u8], each: EachElement<'_>) -> Result<()> {
    elements(bytes, None, each)
}

/// `decode`: how an element is read, where its type does not say.
fn elements(mut bytes: &[u8], decode: Option<Decode>, each: EachElement<'_>) -> Result<()> {
    let dimensions = i32::from_be_bytes(take(&mut bytes)?);
    let _has_nulls: [u8; 4] = take(&mut bytes)?;
    let element = u32::from_be_bytes(take(&mut bytes)?);
    if dimensions == 0 {
        return Ok(());
    }
    if dimensions != 1 {
        let message = format!("an array has {dimensions} dimensions; a Vec holds one");
        return Err(Error::new(ErrorKind::Value, message).with_hint("unnest it in the query, or store JSON"));
    }
    let count = i32::from_be_bytes(take(&mut bytes)?);
    let _lower_bound: [u8; 4] = take(&mut bytes)?;
    let decode = decode.or_else(|| decoder(element)).ok_or_else(|| {
        Error::unsupported(
            format!("an array's elements are of the type with the OID {element}, which umbral does not read"),
            "cast the column to text[] in the query",
        )
    })?;
    for _ in 0..count {
        let length = i32::from_be_bytes(take(&mut bytes)?);
        let Ok(length) = usize::try_from(length) else {
            each(ValueRef::Null)?;
            continue;
        };
        let (value, rest) = bytes.split_at_checked(length).ok_or_else(|| wrong_size(bytes.len()))?;
        bytes = rest;
        each(decode(value)?)?;
    }
    Ok(())
}
