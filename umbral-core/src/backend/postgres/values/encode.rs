//! Parameters, in the binary form of exactly the type that they are declared with.

use super::extended;
use super::oid::{self, TypeOid};
use super::{EPOCH_DAYS, EPOCH_MICROS, MICROS_PER_DAY, in_calendar, in_calendar_time, numeric, range};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{Date, Decimal, Time, Timestamp, Value};
use sqlx::Postgres;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};

/// A value with the type that the statement declares for its place.
pub(in crate::backend::postgres) struct Parameter<'v> {
    pub(in crate::backend::postgres) value: &'v Value,
    pub(in crate::backend::postgres) declared: TypeOid,
}

impl sqlx::Type<Postgres> for Parameter<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(oid::UNSPECIFIED))
    }
}

impl<'q> Encode<'q, Postgres> for Parameter<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        if matches!(self.value, Value::Null) {
            return Ok(IsNull::Yes);
        }
        encode(self.value, buffer)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.declared)))
    }

    fn size_hint(&self) -> usize {
        match self.value {
            Value::Text(text) | Value::Label(text) | Value::Json(text) => text.len() + 1,
            Value::Bytes(bytes) => bytes.len(),
            _ => 16,
        }
    }
}

/// Appends a value's bytes. NULL has none; who calls writes its length of -1.
pub(super) fn encode(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null => {}
        Value::Boolean(value) => out.push(u8::from(*value)),
        Value::SmallInt(number) => out.extend_from_slice(&number.to_be_bytes()),
        Value::Integer(number) => out.extend_from_slice(&number.to_be_bytes()),
        Value::BigInt(number) => out.extend_from_slice(&number.to_be_bytes()),
        Value::UInt8(number) => out.extend_from_slice(&i16::from(*number).to_be_bytes()),
        Value::UInt16(number) => out.extend_from_slice(&i32::from(*number).to_be_bytes()),
        Value::UInt32(number) => out.extend_from_slice(&i64::from(*number).to_be_bytes()),
        Value::UInt64(number) => {
            numeric::encode(Decimal { mantissa: i128::from(*number), scale: 0 }, out);
        }
        Value::Real(number) => out.extend_from_slice(&number.to_be_bytes()),
        Value::Double(number) => out.extend_from_slice(&number.to_be_bytes()),
        Value::Decimal(number) | Value::WideDecimal(number, _) => numeric::encode(*number, out),
        Value::Text(text) | Value::Label(text) => {
            out.extend_from_slice(without_nul(text)?.as_bytes());
        }
        Value::Bytes(bytes) => out.extend_from_slice(bytes),
        Value::Date(date) => out.extend_from_slice(&days(*date)?.to_be_bytes()),
        Value::Time(time) => out.extend_from_slice(&time_of_day(*time)?.to_be_bytes()),
        Value::Timestamp(at) | Value::TimestampTz(at) => {
            out.extend_from_slice(&micros(*at)?.to_be_bytes());
        }
        Value::Interval(span) => extended::interval(*span, out),
        Value::Uuid(bytes) => out.extend_from_slice(bytes),
        Value::Inet(inet) => extended::network(*inet, false, out),
        Value::Cidr(cidr) => extended::network(cidr.inet(), true, out),
        Value::MacAddr(mac) => out.extend_from_slice(&mac.0),
        Value::Bits(bits) => {
            out.extend_from_slice(&bits.len().to_be_bytes());
            out.extend_from_slice(bits.as_bytes());
        }
        Value::Json(text) => {
            out.push(1);
            out.extend_from_slice(without_nul(text)?.as_bytes());
        }
        Value::Range { of, range } => range::encode(*of, range, out)?,
        Value::Hstore(pairs) => out.extend_from_slice(without_nul(&pairs.to_string())?.as_bytes()),
        Value::Ltree(path) => out.extend_from_slice(path.as_str().as_bytes()),
        Value::Xml(xml) => out.extend_from_slice(without_nul(&xml.0)?.as_bytes()),
        Value::TsVector(words) => out.extend_from_slice(without_nul(&words.to_string())?.as_bytes()),
        Value::Array { element, items } => array(element, items, out)?,
    }
    Ok(())
}

/// PostgreSQL's text ends at a NUL byte, so that it refuses one; said here with what to do.
fn without_nul(text: &str) -> Result<&str> {
    if text.as_bytes().contains(&0) {
        return Err(Error::new(
            ErrorKind::Value,
            "a text holds a NUL character, which PostgreSQL does not store",
        )
        .with_hint("remove the character, or store the text as bytes"));
    }
    Ok(text)
}

fn days(date: Date) -> Result<i32> {
    if in_calendar(date) { Ok(date.days - EPOCH_DAYS) } else { Err(outside("date")) }
}

fn time_of_day(time: Time) -> Result<i64> {
    if (0..MICROS_PER_DAY).contains(&time.micros) { Ok(time.micros) } else { Err(outside("time")) }
}

fn micros(at: Timestamp) -> Result<i64> {
    if in_calendar_time(at) { Ok(at.micros - EPOCH_MICROS) } else { Err(outside("timestamp")) }
}

#[cold]
fn outside(what: &str) -> Error {
    let range = if what == "time" { "a day" } else { "the years 1 to 9999" };
    Error::new(ErrorKind::Value, format!("a {what} lies outside {range}, which no database keeps"))
}

/// An array (`array_recv`) of one dimension, with the lower bound 1; an empty one has no dimension.
fn array(element: &SqlType, items: &[Value], out: &mut Vec<u8>) -> Result<()> {
    let count = i32::try_from(items.len()).map_err(|_| {
        Error::new(ErrorKind::Value, format!("an array of {} elements is too long", items.len()))
    })?;
    let has_nulls = items.contains(&Value::Null);
    out.extend_from_slice(&i32::from(count > 0).to_be_bytes());
    out.extend_from_slice(&i32::from(has_nulls).to_be_bytes());
    out.extend_from_slice(&oid::element_oid(element).to_be_bytes());
    if count > 0 {
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(&1i32.to_be_bytes());
    }
    for item in items {
        element_of(element, item, out)?;
    }
    Ok(())
}

fn element_of(element: &SqlType, item: &Value, out: &mut Vec<u8>) -> Result<()> {
    if matches!(item, Value::Null) {
        out.extend_from_slice(&(-1i32).to_be_bytes());
        return Ok(());
    }
    let fits = oid::type_oid(item) == oid::element_oid(element)
        || matches!((element, item), (SqlType::Char(_) | SqlType::Varchar(_), Value::Text(_)))
        || matches!((element, item), (SqlType::Enum(_), Value::Label(_)));
    if !fits || matches!(item, Value::Array { .. }) {
        return Err(Error::new(
            ErrorKind::Value,
            format!("an array of {element} holds a value of another type"),
        ));
    }
    counted(item, out)
}

/// A value behind the number of its bytes.
pub(super) fn counted(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    encode(value, out)?;
    let length = i32::try_from(out.len() - at - 4)
        .map_err(|_| Error::new(ErrorKind::Value, "a part of a value is longer than 2 GiB"))?;
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}
