//! Parameters, in the binary form of the type that they are sent as.

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Bits, Date, Time, Timestamp, Value};
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The types that the driver gives no name for: they are taken from the columns of a result.
#[derive(Debug, Clone)]
pub(in crate::backend::mysql) struct ParameterTypes {
    pub(in crate::backend::mysql) decimal: MySqlTypeInfo,
    pub(in crate::backend::mysql) date: MySqlTypeInfo,
    pub(in crate::backend::mysql) datetime: MySqlTypeInfo,
    pub(in crate::backend::mysql) time: MySqlTypeInfo,
}

impl ParameterTypes {
    /// What a value is sent as.
    fn of(&self, value: &Value) -> MySqlTypeInfo {
        match value {
            Value::Boolean(_) => <bool as sqlx::Type<MySql>>::type_info(),
            Value::SmallInt(_) => <i16 as sqlx::Type<MySql>>::type_info(),
            Value::Integer(_) => <i32 as sqlx::Type<MySql>>::type_info(),
            Value::BigInt(_) => <i64 as sqlx::Type<MySql>>::type_info(),
            Value::UInt8(_) => <u8 as sqlx::Type<MySql>>::type_info(),
            Value::UInt16(_) => <u16 as sqlx::Type<MySql>>::type_info(),
            Value::UInt32(_) => <u32 as sqlx::Type<MySql>>::type_info(),
            Value::UInt64(_) | Value::Bits(_) => <u64 as sqlx::Type<MySql>>::type_info(),
            Value::Real(_) => <f32 as sqlx::Type<MySql>>::type_info(),
            Value::Double(_) => <f64 as sqlx::Type<MySql>>::type_info(),
            Value::Decimal(_) | Value::WideDecimal(..) => self.decimal.clone(),
            Value::Date(_) => self.date.clone(),
            Value::Time(_) => self.time.clone(),
            Value::Timestamp(_) | Value::TimestampTz(_) => self.datetime.clone(),
            Value::Bytes(_) | Value::Uuid(_) => <[u8] as sqlx::Type<MySql>>::type_info(),
            Value::Null
            | Value::Text(_)
            | Value::Label(_)
            | Value::Json(_)
            | Value::Inet(_)
            | Value::Cidr(_)
            | Value::MacAddr(_)
            | Value::Interval(_)
            | Value::Range { .. }
            | Value::Hstore(_)
            | Value::Ltree(_)
            | Value::Xml(_)
            | Value::TsVector(_)
            | Value::Array { .. } => <str as sqlx::Type<MySql>>::type_info(),
        }
    }
}

/// A value on its way to the server.
pub(in crate::backend::mysql) struct Parameter<'v> {
    pub(in crate::backend::mysql) value: &'v Value,
    pub(in crate::backend::mysql) types: &'v ParameterTypes,
}

impl sqlx::Type<MySql> for Parameter<'_> {
    fn type_info() -> MySqlTypeInfo {
        <str as sqlx::Type<MySql>>::type_info()
    }
}

impl<'q> Encode<'q, MySql> for Parameter<'_> {
    fn encode_by_ref(&self, out: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        if matches!(self.value, Value::Null) {
            return Ok(IsNull::Yes);
        }
        encode(self.value, out)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<MySqlTypeInfo> {
        Some(self.types.of(self.value))
    }

    fn size_hint(&self) -> usize {
        match self.value {
            Value::Text(text) | Value::Label(text) | Value::Json(text) => text.len() + 9,
            Value::Bytes(bytes) => bytes.len() + 9,
            _ => 16,
        }
    }
}

/// Appends a value's bytes. NULL has none; a bit tells it.
pub(super) fn encode(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null => {}
        Value::Boolean(value) => out.push(u8::from(*value)),
        Value::SmallInt(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::Integer(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::BigInt(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::UInt8(number) => out.push(*number),
        Value::UInt16(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::UInt32(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::UInt64(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::Bits(bits) => out.extend_from_slice(&bits_number(bits)?.to_le_bytes()),
        Value::Inet(inet) => counted(inet.to_string().as_bytes(), out),
        Value::Cidr(cidr) => counted(cidr.to_string().as_bytes(), out),
        Value::MacAddr(mac) => counted(mac.to_string().as_bytes(), out),
        Value::Interval(_) => {
            return Err(Error::unsupported(
                "an interval cannot be sent: no column holds one",
                "use a number of microseconds",
            ));
        }
        Value::Range { .. } | Value::Hstore(_) | Value::Ltree(_) | Value::Xml(_) | Value::TsVector(_) => {
            return Err(Error::unsupported(
                "a value of a type that only PostgreSQL has cannot be sent: no column holds one",
                "send its text, or what it is made of",
            ));
        }
        Value::Real(number) if number.is_finite() => out.extend_from_slice(&number.to_le_bytes()),
        Value::Double(number) if number.is_finite() => out.extend_from_slice(&number.to_le_bytes()),
        Value::Real(_) | Value::Double(_) => return Err(not_finite(value)),
        Value::Decimal(number) | Value::WideDecimal(number, _) => counted(number.to_string().as_bytes(), out),
        Value::Text(text) | Value::Label(text) | Value::Json(text) => counted(text.as_bytes(), out),
        Value::Bytes(bytes) => counted(bytes, out),
        Value::Uuid(bytes) => counted(bytes, out),
        Value::Date(date) => {
            out.push(4);
            day(*date, out)?;
        }
        Value::Time(time) => {
            out.extend_from_slice(&[12, 0, 0, 0, 0, 0]);
            of_day(*time, out)?;
        }
        Value::Timestamp(at) | Value::TimestampTz(at) => instant(*at, out)?,
        Value::Array { .. } => {
            return Err(Error::unsupported("an array cannot be sent: no column holds one", "use JSON"));
        }
    }
    Ok(())
}

fn bits_number(bits: &Bits) -> Result<u64> {
    bits.number().ok_or_else(|| {
        Error::new(ErrorKind::Value, format!("{} bits do not fit a column of bits, which has 64", bits.len()))
    })
}

#[cold]
fn not_finite(value: &Value) -> Error {
    let shown = match value {
        Value::Real(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        _ => "it".to_owned(),
    };
    Error::new(ErrorKind::Value, format!("{shown} is no number that MySQL and MariaDB store"))
        .with_hint("store NULL for a number that is not known")
}

/// The bytes behind their number, which takes 1, 3, 4 or 9 bytes itself.
fn counted(bytes: &[u8], out: &mut Vec<u8>) {
    let length = bytes.len() as u64;
    let size = length.to_le_bytes();
    match length {
        0..=250 => out.push(size[0]),
        251..=0xFFFF => {
            out.push(0xFC);
            out.extend_from_slice(&size[..2]);
        }
        0x1_0000..=0xFF_FFFF => {
            out.push(0xFD);
            out.extend_from_slice(&size[..3]);
        }
        _ => {
            out.push(0xFE);
            out.extend_from_slice(&size);
        }
    }
    out.extend_from_slice(bytes);
}

fn day(date: Date, out: &mut Vec<u8>) -> Result<()> {
    if !(Date::MIN..=Date::MAX).contains(&date) {
        return Err(outside("date", "the years 1 to 9999"));
    }
    let (year, month, day) = date.to_ymd();
    out.extend_from_slice(&(year as u16).to_le_bytes());
    out.extend_from_slice(&[month as u8, day as u8]);
    Ok(())
}

fn of_day(time: Time, out: &mut Vec<u8>) -> Result<()> {
    if !(0..MICROS_PER_DAY).contains(&time.micros) {
        return Err(outside("time", "a day"));
    }
    let seconds = time.micros / 1_000_000;
    out.extend_from_slice(&[(seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8]);
    out.extend_from_slice(&((time.micros % 1_000_000) as u32).to_le_bytes());
    Ok(())
}

fn instant(at: Timestamp, out: &mut Vec<u8>) -> Result<()> {
    out.push(11);
    day(at.date(), out).map_err(|_| outside("timestamp", "the years 1 to 9999"))?;
    of_day(at.time(), out)
}

#[cold]
fn outside(what: &str, range: &str) -> Error {
    Error::new(ErrorKind::Value, format!("a {what} lies outside {range}, which no database keeps"))
}
