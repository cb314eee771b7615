//! The dates and times of the crate `time`. Digits beyond the microsecond are cut off, as every database would.

use super::field_type::mismatch;
use super::std_types::whole;
use super::{ArrayElement, Date, FieldType, Time, Timestamp, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use ::time::{Duration, OffsetDateTime, PrimitiveDateTime};

fn out_of_range(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Value, format!("{what} is outside the range of the crate `time`"))
}

/// The Julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

fn date_in(date: Date) -> Result<::time::Date> {
    let day = date.days.checked_add(EPOCH).ok_or_else(|| out_of_range(date))?;
    ::time::Date::from_julian_day(day).map_err(|_| out_of_range(date))
}

fn date_out(date: ::time::Date) -> Date {
    Date { days: date.to_julian_day() - EPOCH }
}

fn time_in(time: Time) -> Result<::time::Time> {
    let seconds = time.micros / 1_000_000;
    let (hour, minute, second) = ((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8);
    let micro = (time.micros % 1_000_000) as u32;
    ::time::Time::from_hms_micro(hour, minute, second, micro).map_err(|_| out_of_range(time))
}

fn time_out(time: ::time::Time) -> Time {
    let (hour, minute, second, micro) = time.as_hms_micro();
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Time { micros: seconds * 1_000_000 + i64::from(micro) }
}

fn timestamp_in(timestamp: Timestamp) -> Result<PrimitiveDateTime> {
    Ok(PrimitiveDateTime::new(date_in(timestamp.date())?, time_in(timestamp.time())?))
}

fn timestamp_out(moment: PrimitiveDateTime) -> Timestamp {
    Timestamp::new(date_out(moment.date()), time_out(moment.time()))
}

macro_rules! types {
    ($($ty:ty, $variant:ident, $what:literal, $read:expr, $write:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl FieldType for $ty {
            const TYPE: ValueType = ValueType::$variant;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::$variant(value) => $read(value),
                    ValueRef::Text(text) => $read(text.parse()?),
                    other => Err(mismatch($what, other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::$variant($write(*self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl ArrayElement for $ty {}
    )*};
}

types! {
    ::time::Date, Date, "a date", date_in, date_out;
    ::time::Time, Time, "a time", time_in, time_out;
    PrimitiveDateTime, Timestamp, "a timestamp", timestamp_in, timestamp_out;
    // An instant: it comes back at the offset of UTC, whatever it went out at.
    OffsetDateTime, TimestampTz, "a timestamptz",
        |timestamp| timestamp_in(timestamp).map(PrimitiveDateTime::assume_utc), instant_out;
}

fn instant_out(instant: OffsetDateTime) -> Timestamp {
    // Nanoseconds since 1970, so that no offset leads out of the range of dates.
    let micros = instant.unix_timestamp_nanos().div_euclid(1000);
    Timestamp { micros: micros as i64 }
}

/// As [`std::time::Duration`], and negative ones too.
#[diagnostic::do_not_recommend]
impl FieldType for Duration {
    const TYPE: ValueType = ValueType::BigInt;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        i64::from_value(value).map(Duration::microseconds)
    }

    fn to_value(&self) -> Value {
        whole(self.whole_microseconds())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for Duration {}
