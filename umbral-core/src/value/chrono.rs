//! The dates and times of chrono. Digits beyond the microsecond are cut off, as every database would; leap
//! seconds are refused by the range of [`Time`].

use super::field_type::mismatch;
use super::{Date, FieldType, Time, Timestamp, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

fn out_of_range(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Value, format!("{what} is outside chrono's range"))
}

fn date_in(date: Date) -> Result<NaiveDate> {
    let (year, month, day) = date.to_ymd();
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| out_of_range(date))
}

fn date_out(date: NaiveDate) -> Date {
    // 719,163 is the day number of 1970-01-01, counted from 0001-01-01 as day 1.
    Date { days: date.num_days_from_ce() - 719_163 }
}

fn time_in(time: Time) -> Result<NaiveTime> {
    let (seconds, micros) = ((time.micros / 1_000_000) as u32, (time.micros % 1_000_000) as u32);
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, micros * 1000).ok_or_else(|| out_of_range(time))
}

fn time_out(time: NaiveTime) -> Time {
    Time {
        micros: i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1000),
    }
}

fn timestamp_in(timestamp: Timestamp) -> Result<NaiveDateTime> {
    DateTime::from_timestamp_micros(timestamp.micros)
        .map(|instant| instant.naive_utc())
        .ok_or_else(|| out_of_range(timestamp))
}

fn timestamp_out(timestamp: NaiveDateTime) -> Timestamp {
    Timestamp { micros: timestamp.and_utc().timestamp_micros() }
}

#[diagnostic::do_not_recommend]
impl FieldType for NaiveDate {
    const TYPE: ValueType = ValueType::Date;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Date(date) => date_in(date),
            ValueRef::Text(text) => date_in(text.parse()?),
            other => Err(mismatch("a date", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Date(date_out(*self))
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for NaiveTime {
    const TYPE: ValueType = ValueType::Time;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Time(time) => time_in(time),
            ValueRef::Text(text) => time_in(text.parse()?),
            other => Err(mismatch("a time", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Time(time_out(*self))
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for NaiveDateTime {
    const TYPE: ValueType = ValueType::Timestamp;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Timestamp(timestamp) => timestamp_in(timestamp),
            ValueRef::Text(text) => timestamp_in(text.parse()?),
            other => Err(mismatch("a timestamp", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Timestamp(timestamp_out(*self))
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for DateTime<Utc> {
    const TYPE: ValueType = ValueType::TimestampTz;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::TimestampTz(timestamp) => timestamp_in(timestamp).map(|naive| naive.and_utc()),
            ValueRef::Text(text) => timestamp_in(text.parse()?).map(|naive| naive.and_utc()),
            other => Err(mismatch("a timestamptz", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::TimestampTz(timestamp_out(self.naive_utc()))
    }
}
