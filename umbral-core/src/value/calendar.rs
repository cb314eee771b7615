//! Days and times of day, counted, so that no driver and no date library is needed to hold them.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    pub days: i32,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// Microseconds since midnight: 0 to 86,399,999,999.
    pub micros: i64,
}

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    /// Microseconds since 1970-01-01 00:00:00.
    pub micros: i64,
}

impl Date {
    /// The first day that every database keeps: 0001-01-01.
    pub const MIN: Date = Date { days: -719_162 };
    /// The last day that every database keeps: 9999-12-31.
    pub const MAX: Date = Date { days: 2_932_896 };

    /// Year, month (1 to 12) and day (1 to 31). Algorithm `civil_from_days` of Howard Hinnant, "chrono-Compatible
    /// Low-Level Date Algorithms".
    pub fn to_ymd(self) -> (i32, u32, u32) {
        let shifted = i64::from(self.days) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month as u32, day as u32)
    }

    /// The day of a year, month and day; `None` where the calendar has no such day. Algorithm
    /// `days_from_civil` of the same source.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let (month, day) = (i64::from(month), i64::from(day));
        let shifted_year = i64::from(year) - i64::from(month <= 2);
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let date = Date { days: i32::try_from(era * 146_097 + day_of_era - 719_468).ok()? };
        (date.to_ymd() == (year, month as u32, day as u32)).then_some(date)
    }
}

impl Timestamp {
    /// The timestamp of a day and a time of day.
    pub fn new(date: Date, time: Time) -> Timestamp {
        Timestamp { micros: i64::from(date.days) * MICROS_PER_DAY + time.micros }
    }

    /// Its day. Timestamps beyond the range of days saturate.
    pub fn date(self) -> Date {
        let days = self.micros.div_euclid(MICROS_PER_DAY);
        Date { days: days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32 }
    }

    /// Its time of day.
    pub fn time(self) -> Time {
        Time { micros: self.micros.rem_euclid(MICROS_PER_DAY) }
    }
}

/// `2024-02-29`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// `23:59:59.000001`: always six digits, so that text sorts as time does.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.micros / 1_000_000;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{hour:02}:{minute:02}:{second:02}.{:06}", self.micros % 1_000_000)
    }
}

/// `2024-02-29 23:59:59.000001`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date(), self.time())
    }
}

impl std::str::FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Date> {
        let bad = || Error::new(ErrorKind::Value, format!("`{text}` is no date; write 2024-02-29"));
        let mut parts = text.splitn(3, '-');
        let mut next = |width: usize| parts.next().filter(|part| part.len() == width).and_then(number);
        let (year, month, day) = (next(4), next(2), next(2));
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => {
                Date::from_ymd(year as i32, month as u32, day as u32).ok_or_else(bad)
            }
            _ => Err(bad()),
        }
    }
}

impl std::str::FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Time> {
        let bad =
            || Error::new(ErrorKind::Value, format!("`{text}` is no time of day; write 23:59:59.000001"));
        let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut parts = clock.splitn(3, ':');
        let mut next = |below: i64| {
            let part = parts.next().filter(|part| part.len() == 2).and_then(number);
            part.filter(|part| *part < below)
        };
        let (hour, minute) = (next(24).ok_or_else(bad)?, next(60).ok_or_else(bad)?);
        let second = if clock.len() == 5 { 0 } else { next(60).ok_or_else(bad)? };
        if fraction.len() > 6 || (text.contains('.') && fraction.is_empty()) {
            return Err(bad());
        }
        let micros = number(&format!("{fraction:0<6}")).ok_or_else(bad)?;
        Ok(Time { micros: (hour * 3600 + minute * 60 + second) * 1_000_000 + micros })
    }
}

impl std::str::FromStr for Timestamp {
    type Err = Error;

    /// Reads `2024-02-29 23:59:59.000001`, with `T` for the space, and with `Z` or an offset as in `+01:00`, which
    /// is taken off.
    fn from_str(text: &str) -> Result<Timestamp> {
        let bad = || {
            Error::new(
                ErrorKind::Value,
                format!("`{text}` is no timestamp; write 2024-02-29 23:59:59.000001"),
            )
        };
        if text.len() < 16 || !text.is_char_boundary(10) || !text.is_char_boundary(11) {
            return Err(bad());
        }
        let (date, rest) = text.split_at(10);
        let rest = rest.strip_prefix([' ', 'T']).ok_or_else(bad)?;
        let rest = rest.strip_suffix('Z').unwrap_or(rest);
        let (time, offset) = match rest.find(['+', '-']) {
            Some(at) => (&rest[..at], offset_micros(&rest[at..]).ok_or_else(bad)?),
            None => (rest, 0),
        };
        let local = Timestamp::new(date.parse().map_err(|_| bad())?, time.parse().map_err(|_| bad())?);
        Ok(Timestamp { micros: local.micros - offset })
    }
}

fn offset_micros(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text[1..].chars().filter(|character| *character != ':').collect();
    let digits = if digits.len() == 2 { format!("{digits}00") } else { digits };
    let (hours, minutes) = (number(digits.get(..2)?)?, number(digits.get(2..4)?)?);
    (digits.len() == 4 && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000)
}

fn number(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        None
    } else {
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_back() {
        for (text, days) in
            [("1970-01-01", 0), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896), ("2024-02-29", 19_782)]
        {
            let date: Date = text.parse().unwrap();
            assert_eq!((date.days, date.to_string().as_str()), (days, text));
        }
        for days in (Date::MIN.days..=Date::MAX.days).step_by(97) {
            let (year, month, day) = Date { days }.to_ymd();
            assert_eq!(Date::from_ymd(year, month, day), Some(Date { days }));
        }
        for bad in ["2023-02-29", "2024-13-01", "2024-00-01", "24-01-01", "2024-1-1", "", "2024-01-01x"] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_and_back() {
        let text = "0001-01-01 00:00:00.000001";
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        let noon: Timestamp = "2024-02-29T12:00:00+01:30".parse().unwrap();
        assert_eq!(noon.to_string(), "2024-02-29 10:30:00.000000");
        assert_eq!("23:59".parse::<Time>().unwrap().to_string(), "23:59:00.000000");
        for bad in ["24:00:00", "12:60:00", "12:00:61", "12:00:00.", "12:00:00.1234567", "1:00:00"] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
    }
}
