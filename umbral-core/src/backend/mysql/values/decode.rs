//! Result columns: one function per type, chosen once per result, that reads raw bytes where they lie.

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Date, Time, Timestamp, ValueRef, unsigned_ref};
use sqlx::mysql::{MySql, MySqlTypeInfo};
use sqlx::{Type, TypeInfo};

/// Reads one value that is not NULL.
pub(in crate::backend::mysql) type Decode = for<'r> fn(&'r [u8]) -> Result<ValueRef<'r>>;

/// The function for a column's type; `None` where umbral has no value for it.
pub(in crate::backend::mysql) fn decoder(ty: &MySqlTypeInfo) -> Option<Decode> {
    // A text has a character set, and bytes have none; the type's name does not tell them apart, since the flag that it
    // goes by is also set for text in a binary collation.
    if <str as Type<MySql>>::compatible(ty) {
        return Some(text);
    }
    if <[u8] as Type<MySql>>::compatible(ty) {
        return Some(|bytes| Ok(ValueRef::Bytes(bytes)));
    }
    Some(match ty.name() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => signed,
        "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED"
        | "BIGINT UNSIGNED" | "YEAR" => unsigned,
        "BIT" => bits,
        "FLOAT" => |bytes| all(bytes).map(|bytes| ValueRef::Real(f32::from_le_bytes(bytes))),
        "DOUBLE" => |bytes| all(bytes).map(|bytes| ValueRef::Double(f64::from_le_bytes(bytes))),
        "DECIMAL" => decimal,
        "DATE" => |bytes| date_and_time(bytes).map(|at| ValueRef::Date(at.date())),
        "DATETIME" => |bytes| date_and_time(bytes).map(ValueRef::Timestamp),
        "TIMESTAMP" => |bytes| date_and_time(bytes).map(ValueRef::TimestampTz),
        "TIME" => |bytes| time(bytes).map(ValueRef::Time),
        "JSON" => |bytes| utf8(bytes).map(ValueRef::Json),
        "SET" => text,
        "GEOMETRY" => |bytes| Ok(ValueRef::Bytes(bytes)),
        "NULL" => |_| Ok(ValueRef::Null),
        _ => return None,
    })
}

fn text(bytes: &[u8]) -> Result<ValueRef<'_>> {
    utf8(bytes).map(ValueRef::Text)
}

/// Text, which every connection asks for in UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::Value, "a text from the database is not UTF-8").with_source(error)
    })
}

/// The bytes of a value of fixed size.
#[inline]
fn all<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| wrong_size(bytes.len()))
}

#[cold]
fn wrong_size(found: usize) -> Error {
    Error::new(ErrorKind::Internal, format!("a value of {found} bytes is not of its type's size"))
}

fn signed(bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(ValueRef::Integer(match bytes.len() {
        1 => i8::from_le_bytes(all(bytes)?).into(),
        2 => i16::from_le_bytes(all(bytes)?).into(),
        4 => i32::from_le_bytes(all(bytes)?).into(),
        _ => i64::from_le_bytes(all(bytes)?),
    }))
}

/// An unsigned number; one beyond 64 bits with a sign is an exact decimal.
fn unsigned(bytes: &[u8]) -> Result<ValueRef<'_>> {
    let number = match bytes.len() {
        1 => u8::from_le_bytes(all(bytes)?).into(),
        2 => u16::from_le_bytes(all(bytes)?).into(),
        4 => u32::from_le_bytes(all(bytes)?).into(),
        _ => u64::from_le_bytes(all(bytes)?),
    };
    Ok(unsigned_ref(number))
}

/// Up to 64 bits, the first byte the highest.
fn bits(bytes: &[u8]) -> Result<ValueRef<'_>> {
    if bytes.len() > 8 {
        return Err(wrong_size(bytes.len()));
    }
    Ok(unsigned_ref(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))))
}

fn decimal(bytes: &[u8]) -> Result<ValueRef<'_>> {
    utf8(bytes)?.parse().map(ValueRef::Decimal)
}

/// Length, year, month, day; hour, minute, second; microseconds. What is zero at the end is left out.
fn date_and_time(bytes: &[u8]) -> Result<Timestamp> {
    let (length, fields) = bytes.split_first().ok_or_else(|| wrong_size(0))?;
    if usize::from(*length) != fields.len() || !matches!(length, 0 | 4 | 7 | 11) {
        return Err(wrong_size(fields.len()));
    }
    let field = |at: usize| i64::from(fields.get(at).copied().unwrap_or(0));
    let year = i32::from(u16::from_le_bytes([field(0) as u8, field(1) as u8]));
    let day = Date::from_ymd(year, field(2) as u32, field(3) as u32).filter(|_| year > 0);
    let day = day.ok_or_else(|| no_day(year, field(2), field(3)))?;
    Ok(Timestamp::new(day, Time { micros: of_day(fields.get(4..).unwrap_or_default()) }))
}

#[cold]
fn no_day(year: i32, month: i64, day: i64) -> Error {
    let message = format!("a date is {year:04}-{month:02}-{day:02}, which is no day of the calendar");
    Error::new(ErrorKind::Value, message)
        .with_hint("store NULL for a day that is not known, or cast the column to text in the query")
}

/// Hour, minute, second and, where there are any, microseconds.
fn of_day(fields: &[u8]) -> i64 {
    let field = |at: usize| i64::from(fields.get(at).copied().unwrap_or(0));
    let micros = field(3) | field(4) << 8 | field(5) << 16 | field(6) << 24;
    ((field(0) * 60 + field(1)) * 60 + field(2)) * 1_000_000 + micros
}

/// Length, whether it is negative, days in four bytes, and the time of day.
fn time(bytes: &[u8]) -> Result<Time> {
    let (length, fields) = bytes.split_first().ok_or_else(|| wrong_size(0))?;
    if usize::from(*length) != fields.len() || !matches!(length, 0 | 8 | 12) {
        return Err(wrong_size(fields.len()));
    }
    match fields.split_first_chunk::<5>() {
        None => Ok(Time { micros: 0 }),
        Some(([0, 0, 0, 0, 0], rest)) => Ok(Time { micros: of_day(rest) }),
        Some(_) => Err(Error::new(ErrorKind::Value, "a time is negative or longer than a day")
            .with_hint("cast the column to text in the query")),
    }
}
