//! The dates and times of jiff. Digits beyond the microsecond are cut off, as every database would. A `Zoned` is no field's
//! type: no column keeps the name of a time zone.

use super::field_type::mismatch;
use super::std_types::whole;
use super::{ArrayElement, Date, FieldType, Time, Timestamp, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use ::jiff::SignedDuration;
use ::jiff::civil;

fn out_of_range(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Value, format!("{what} is outside jiff's range"))
}

fn date_in(date: Date) -> Result<civil::Date> {
    let (year, month, day) = date.to_ymd();
    let year = i16::try_from(year).map_err(|_| out_of_range(date))?;
    civil::Date::new(year, month as i8, day as i8).map_err(|_| out_of_range(date))
}

fn date_out(date: civil::Date) -> Date {
    let day = Date::from_ymd(i32::from(date.year()), date.month() as u32, date.day() as u32);
    // jiff's calendar is the same, so that there is such a day.
    day.unwrap_or(Date { days: i32::MIN })
}

fn time_in(time: Time) -> Result<civil::Time> {
    let seconds = time.micros / 1_000_000;
    let (hour, minute, second) = ((seconds / 3600) as i8, (seconds / 60 % 60) as i8, (seconds % 60) as i8);
    let nanos = (time.micros % 1_000_000 * 1000) as i32;
    civil::Time::new(hour, minute, second, nanos).map_err(|_| out_of_range(time))
}

fn time_out(time: civil::Time) -> Time {
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Time { micros: seconds * 1_000_000 + i64::from(time.subsec_nanosecond() / 1000) }
}

fn moment_in(timestamp: Timestamp) -> Result<civil::DateTime> {
    Ok(date_in(timestamp.date())?.to_datetime(time_in(timestamp.time())?))
}

fn moment_out(moment: civil::DateTime) -> Timestamp {
    Timestamp::new(date_out(moment.date()), time_out(moment.time()))
}

fn instant_in(timestamp: Timestamp) -> Result<::jiff::Timestamp> {
    // Not `from_microsecond`, whose range ends within jiff's last second.
    let nanos = timestamp.micros.rem_euclid(1_000_000) * 1000;
    ::jiff::Timestamp::new(timestamp.micros.div_euclid(1_000_000), nanos as i32)
        .map_err(|_| out_of_range(timestamp))
}

fn instant_out(instant: ::jiff::Timestamp) -> Timestamp {
    Timestamp { micros: instant.as_nanosecond().div_euclid(1000) as i64 }
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
    civil::Date, Date, "a date", date_in, date_out;
    civil::Time, Time, "a time", time_in, time_out;
    civil::DateTime, Timestamp, "a timestamp", moment_in, moment_out;
    ::jiff::Timestamp, TimestampTz, "a timestamptz", instant_in, instant_out;
}

/// As [`std::time::Duration`], and negative ones too.
#[diagnostic::do_not_recommend]
impl FieldType for SignedDuration {
    const TYPE: ValueType = ValueType::BigInt;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        i64::from_value(value).map(SignedDuration::from_micros)
    }

    fn to_value(&self) -> Value {
        whole(self.as_micros())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for SignedDuration {}
