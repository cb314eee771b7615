//! Values on their way into and out of SQLite's five storage classes.

use super::types::u64_text;
use super::wide;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{BitsRef, Date, Decimal, Row, Time, Timestamp, Value, ValueRef, unsigned_ref};
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef as StoredRef};

/// A parameter as SQLite stores it.
///
/// # Errors
/// [`ErrorKind::Value`] for NaN, which SQLite would turn into NULL, for -0.0, whose sign it would lose, and for a decimal beyond 64 bits;
/// [`ErrorKind::Unsupported`] for an array.
pub(super) fn encode(value: &Value) -> Result<ToSqlOutput<'_>> {
    let stored = match value {
        Value::Null => Stored::Null,
        Value::Boolean(value) => Stored::Integer(i64::from(*value)),
        Value::SmallInt(number) => Stored::Integer(i64::from(*number)),
        Value::Integer(number) => Stored::Integer(i64::from(*number)),
        Value::BigInt(number) => Stored::Integer(*number),
        Value::UInt8(number) => Stored::Integer(i64::from(*number)),
        Value::UInt16(number) => Stored::Integer(i64::from(*number)),
        Value::UInt32(number) => Stored::Integer(i64::from(*number)),
        Value::UInt64(number) => Stored::Text(u64_text(*number)),
        Value::Real(number) => Stored::Real(kept(f64::from(*number))?),
        Value::Double(number) => Stored::Real(kept(*number)?),
        Value::Decimal(number) => Stored::Integer(scaled(*number)?),
        Value::WideDecimal(number, precision) => Stored::Text(wide::text(*number, *precision)),
        Value::Text(text) | Value::Label(text) | Value::Json(text) => {
            return Ok(ToSqlOutput::Borrowed(StoredRef::Text(text.as_bytes())));
        }
        Value::Bytes(bytes) => return Ok(ToSqlOutput::Borrowed(StoredRef::Blob(bytes))),
        Value::Date(date) => Stored::Text(in_calendar(*date)?.to_string()),
        Value::Time(time) => Stored::Text(time.to_string()),
        Value::Timestamp(timestamp) | Value::TimestampTz(timestamp) => {
            in_calendar(timestamp.date())?;
            Stored::Text(timestamp.to_string())
        }
        Value::Uuid(bytes) => Stored::Text(crate::value::uuid_text(bytes)),
        Value::Inet(inet) => Stored::Text(inet.to_string()),
        Value::Cidr(cidr) => Stored::Text(cidr.to_string()),
        Value::MacAddr(mac) => Stored::Text(mac.to_string()),
        Value::Bits(bits) => Stored::Text(bits.to_string()),
        Value::Interval(_) => {
            return Err(Error::unsupported(
                "sqlite has no type for an interval",
                "use a number of microseconds, or PostgreSQL",
            ));
        }
        Value::Range { .. } | Value::Hstore(_) | Value::Ltree(_) | Value::Xml(_) | Value::TsVector(_) => {
            return Err(Error::unsupported(
                "sqlite has no type for a value of a type that only PostgreSQL has",
                "send its text, or what it is made of",
            ));
        }
        Value::Array { element, .. } => {
            return Err(Error::unsupported(
                format!("sqlite has no type for array<{element}>"),
                "use a Json field, a ManyToMany, or PostgreSQL",
            ));
        }
    };
    Ok(ToSqlOutput::Owned(stored))
}

/// SQLite has no NaN, and keeps whole numbers of floating-point columns as integers, which have no negative zero.
fn kept(number: f64) -> Result<f64> {
    if number == 0.0 && number.is_sign_negative() {
        return Err(Error::new(ErrorKind::Value, "-0.0 cannot be stored: SQLite would lose its sign")
            .with_hint("add 0.0 to it where the sign means nothing"));
    }
    if number.is_nan() {
        return Err(Error::new(ErrorKind::Value, "NaN cannot be stored: SQLite would turn it into NULL")
            .with_hint("make the field an Option and store None, or use PostgreSQL"));
    }
    Ok(number)
}

/// The mantissa: what a decimal column stores. The parameter has its column's scale already.
fn scaled(number: Decimal) -> Result<i64> {
    i64::try_from(number.mantissa).map_err(|_| {
        Error::new(ErrorKind::Value, format!("{number} does not fit a decimal column of SQLite"))
            .with_hint("for a column of more than 18 digits, say how many it has: `Value::decimal`")
    })
}

/// Years outside 1 to 9999 would not be four digits wide, and so neither sort nor be read back.
fn in_calendar(date: Date) -> Result<Date> {
    if date < Date::MIN || date > Date::MAX {
        return Err(Error::new(ErrorKind::Value, format!("{date} is outside the years 1 to 9999")));
    }
    Ok(date)
}

/// A row of SQLite, read by the logical types of its columns where they are known.
pub(super) struct SqliteRow<'r, 's> {
    row: &'r rusqlite::Row<'s>,
    columns: &'r [SqlType],
    len: usize,
}

impl<'r, 's> SqliteRow<'r, 's> {
    /// A row of `len` values.
    #[inline]
    pub(super) fn new(row: &'r rusqlite::Row<'s>, columns: &'r [SqlType], len: usize) -> Self {
        SqliteRow { row, columns, len }
    }
}

impl Row for SqliteRow<'_, '_> {
    #[inline]
    fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        self.decoded(index, self.columns.get(index))
    }

    fn value_as(&self, index: usize, ty: &SqlType) -> Result<ValueRef<'_>> {
        self.decoded(index, Some(ty))
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.as_ref().column_name(index).ok()
    }
}

impl SqliteRow<'_, '_> {
    #[inline]
    fn decoded(&self, index: usize, ty: Option<&SqlType>) -> Result<ValueRef<'_>> {
        match self.row.get_ref(index) {
            Ok(stored) => decode(stored, ty, index),
            Err(_) => Err(past_the_end(index, self.len)),
        }
    }
}

#[cold]
fn past_the_end(index: usize, len: usize) -> Error {
    Error::new(ErrorKind::Internal, format!("column {} was read of a row of {len}", index + 1))
}

/// What is stored, as the logical type of its column. The types that are stored as they are come first, in a function that
/// a row's reader has inside itself: an error's context is added where there is an error, or every value would be copied
/// once more.
#[inline(always)]
fn decode<'r>(stored: StoredRef<'r>, ty: Option<&SqlType>, index: usize) -> Result<ValueRef<'r>> {
    match (stored, ty) {
        (StoredRef::Null, _) => Ok(ValueRef::Null),
        (StoredRef::Integer(number), None | Some(SqlType::BigInt | SqlType::Integer | SqlType::SmallInt)) => {
            Ok(ValueRef::Integer(number))
        }
        (StoredRef::Integer(number), Some(SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32)) => {
            Ok(ValueRef::Integer(number))
        }
        (StoredRef::Text(bytes), None | Some(SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_))) => {
            match std::str::from_utf8(bytes) {
                Ok(text) => Ok(ValueRef::Text(text)),
                Err(_) => decode_other(stored, ty, index),
            }
        }
        (StoredRef::Real(number), None | Some(SqlType::Double)) => Ok(ValueRef::Double(number)),
        (StoredRef::Blob(bytes), None | Some(SqlType::Bytes)) => Ok(ValueRef::Bytes(bytes)),
        _ => decode_other(stored, ty, index),
    }
}

/// Where a type has a storage class of its own, or the value is not what was expected.
#[inline(never)]
fn decode_other<'r>(stored: StoredRef<'r>, ty: Option<&SqlType>, index: usize) -> Result<ValueRef<'r>> {
    let decoded = match (stored, ty) {
        (StoredRef::Integer(number), Some(ty)) => decode_integer(number, ty),
        (StoredRef::Real(number), Some(SqlType::Real)) => Ok(ValueRef::Real(number as f32)),
        (StoredRef::Real(number), Some(ty)) => {
            Err(not_stored(ty, format!("the floating-point number {number}")))
        }
        (StoredRef::Text(bytes), ty) => match (std::str::from_utf8(bytes), ty) {
            (Ok(text), Some(ty)) => decode_text(text, ty),
            (Ok(text), None) => Ok(ValueRef::Text(text)),
            (Err(error), _) => {
                Err(Error::new(ErrorKind::Value, "the stored text is not UTF-8").with_source(error))
            }
        },
        (StoredRef::Blob(bytes), Some(ty)) => Err(not_stored(ty, format!("{} bytes", bytes.len()))),
        (stored, None) | (stored @ StoredRef::Null, _) => return decode(stored, None, index),
    };
    decoded.map_err(|error| error.context(format!("column {}", index + 1)))
}

fn decode_integer<'r>(number: i64, ty: &SqlType) -> Result<ValueRef<'r>> {
    match ty {
        SqlType::Boolean if number == 0 || number == 1 => Ok(ValueRef::Boolean(number == 1)),
        SqlType::Decimal { scale, .. } => match u8::try_from(*scale) {
            Ok(scale) => Ok(ValueRef::Decimal(Decimal { mantissa: i128::from(number), scale })),
            Err(_) => Err(not_stored(ty, format!("the integer {number}"))),
        },
        // A computed value may be an integer where a column would hold a floating-point number.
        SqlType::Double => Ok(ValueRef::Double(number as f64)),
        SqlType::Real => Ok(ValueRef::Real(number as f32)),
        _ => Err(not_stored(ty, format!("the integer {number}"))),
    }
}

fn decode_text<'r>(text: &'r str, ty: &SqlType) -> Result<ValueRef<'r>> {
    match ty {
        SqlType::Json => Ok(ValueRef::Json(text)),
        SqlType::Uuid => crate::value::parse_uuid(text).map(ValueRef::Uuid),
        SqlType::Date => date(text).map(ValueRef::Date),
        SqlType::Time => time(text).map(ValueRef::Time),
        SqlType::Timestamp => timestamp(text).map(ValueRef::Timestamp),
        SqlType::TimestampTz => timestamp(text).map(ValueRef::TimestampTz),
        SqlType::UInt64 => match text.parse() {
            Ok(number) if text.len() == 20 => Ok(unsigned_ref(number)),
            _ => Err(not_stored(ty, format!("the text {text:?}"))),
        },
        SqlType::Inet => text.parse().map(ValueRef::Inet),
        SqlType::Cidr => text.parse().map(ValueRef::Cidr),
        SqlType::MacAddr => text.parse().map(ValueRef::MacAddr),
        SqlType::Bit(_) => Ok(ValueRef::Bits(BitsRef::of_digits(text))),
        SqlType::Decimal { precision, scale } if wide::is_wide(ty) => {
            let number = wide::number(text, *precision, *scale);
            number.map(ValueRef::Decimal).ok_or_else(|| not_stored(ty, format!("the text {text:?}")))
        }
        _ => Err(not_stored(ty, format!("the text {:?}", text.chars().take(40).collect::<String>()))),
    }
}

#[cold]
fn not_stored(ty: &SqlType, found: String) -> Error {
    Error::new(ErrorKind::Value, format!("a {ty} was expected, SQLite returned {found}"))
        .with_hint("the value was not written by umbral: convert it, or change the field's type")
}

fn date(text: &str) -> Result<Date> {
    match fixed_date(text.as_bytes()) {
        Some(date) => Ok(date),
        None => text.parse(),
    }
}

fn time(text: &str) -> Result<Time> {
    match fixed_time(text.as_bytes()) {
        Some(time) => Ok(time),
        None => text.parse(),
    }
}

fn timestamp(text: &str) -> Result<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() == 26
        && bytes[10] == b' '
        && let (Some(date), Some(time)) = (fixed_date(&bytes[..10]), fixed_time(&bytes[11..]))
    {
        return Ok(Timestamp::new(date, time));
    }
    text.parse()
}

/// The date form that umbral writes, `2024-02-29`; anything else is left to the general parser.
fn fixed_date(bytes: &[u8]) -> Option<Date> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..])?);
    Date::from_ymd(year as i32, month, day)
}

/// The time form that umbral writes, `23:59:59.000001`.
fn fixed_time(bytes: &[u8]) -> Option<Time> {
    if bytes.len() != 15 || bytes[2] != b':' || bytes[5] != b':' || bytes[8] != b'.' {
        return None;
    }
    let (hour, minute, second) = (digits(&bytes[..2])?, digits(&bytes[3..5])?, digits(&bytes[6..8])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(Time { micros: seconds * 1_000_000 + i64::from(digits(&bytes[9..])?) })
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes
        .iter()
        .try_fold(0_u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_forms_agree_with_the_general_parser() {
        for text in ["0001-01-01 00:00:00.000001", "9999-12-31 23:59:59.999999", "2024-02-29 12:30:00.000000"]
        {
            assert_eq!(timestamp(text).unwrap(), text.parse().unwrap());
            assert_eq!(timestamp(text).unwrap().to_string(), text);
        }
        for bad in
            ["2023-02-29 00:00:00.000000", "2024-02-29 24:00:00.000000", "2024-02-29 00:00:00.00000x", "é"]
        {
            assert!(timestamp(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        for value in [Value::Double(f64::NAN), Value::Real(f32::NAN), Value::Double(-0.0)] {
            assert_eq!(encode(&value).unwrap_err().kind(), ErrorKind::Value);
        }
        let wide = Value::Decimal(Decimal { mantissa: i128::MAX, scale: 0 });
        assert_eq!(encode(&wide).unwrap_err().kind(), ErrorKind::Value);
        let late = Value::Date(Date { days: Date::MAX.days + 1 });
        assert_eq!(encode(&late).unwrap_err().kind(), ErrorKind::Value);
        assert!(decode_integer(2, &SqlType::Boolean).is_err());
    }
}
