//! Spans of time.

use super::field_type::mismatch;
use super::{FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

const MICROS_PER_SECOND: u64 = 1_000_000;

/// A span of time in months, days and microseconds, which are counted apart: a month has 28 to 31 days, and a day may
/// have 23 or 25 hours. Two spans are equal where all three are.
///
/// Its text is that of PostgreSQL: `1 year 2 mons -3 days 04:05:06.5`.
///
/// ```
/// use umbral_core::value::Interval;
/// let span: Interval = "1 year 2 mons -3 days 04:05:06.5".parse().unwrap();
/// assert_eq!(span, Interval { months: 14, days: -3, micros: 14_706_500_000 });
/// assert_eq!(span.to_string(), "1 year 2 mons -3 days +04:05:06.5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

/// As PostgreSQL writes it in its own style.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut written, mut negative) = (false, false);
        for (count, unit) in [(self.months / 12, "year"), (self.months % 12, "mon"), (self.days, "day")] {
            if count != 0 {
                let gap = if written { " " } else { "" };
                // What follows a negative part says that it is positive.
                let sign = if negative && count > 0 { "+" } else { "" };
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{gap}{sign}{count} {unit}{plural}")?;
                (written, negative) = (true, count < 0);
            }
        }
        if self.micros == 0 && written {
            return Ok(());
        }
        let sign = match (self.micros < 0, negative) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        };
        let total = self.micros.unsigned_abs();
        let (seconds, fraction) = (total / MICROS_PER_SECOND, total % MICROS_PER_SECOND);
        let gap = if written { " " } else { "" };
        write!(f, "{gap}{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Interval {
    type Err = Error;

    fn from_str(text: &str) -> Result<Interval> {
        parse(text).ok_or_else(|| {
            Error::new(ErrorKind::Value, format!("`{text}` is no interval"))
                .with_hint("write it like `1 year 2 mons 3 days 04:05:06.5`")
        })
    }
}

fn parse(text: &str) -> Option<Interval> {
    let mut words = text.split_whitespace().peekable();
    words.peek()?;
    let mut span = Interval::default();
    while let Some(word) = words.next() {
        if word.contains(':') {
            span.micros = span.micros.checked_add(clock(word)?)?;
            continue;
        }
        let count: i64 = word.parse().ok()?;
        let unit = words.next()?.to_ascii_lowercase();
        let unit = if unit.len() > 1 { unit.strip_suffix('s').unwrap_or(&unit) } else { &unit };
        let months = |each: i64| i32::try_from(count.checked_mul(each)?).ok();
        let micros = |each: i64| count.checked_mul(each * MICROS_PER_SECOND as i64);
        match unit {
            "year" => span.months = span.months.checked_add(months(12)?)?,
            "mon" | "month" => span.months = span.months.checked_add(months(1)?)?,
            "week" => span.days = span.days.checked_add(months(7)?)?,
            "day" => span.days = span.days.checked_add(months(1)?)?,
            "hour" => span.micros = span.micros.checked_add(micros(3600)?)?,
            "min" | "minute" => span.micros = span.micros.checked_add(micros(60)?)?,
            "sec" | "second" => span.micros = span.micros.checked_add(micros(1)?)?,
            _ => return None,
        }
    }
    Some(span)
}

/// `[-]hh:mm[:ss[.ffffff]]`, with any number of hours.
fn clock(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = digits.split(':');
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i64>().ok())?;
    let (hours, minutes) = (number(parts.next()?)?, number(parts.next()?)?);
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    if parts.next().is_some() || minutes > 59 || fraction.len() > 6 {
        return None;
    }
    let seconds = number(seconds).filter(|seconds| *seconds < 60)?;
    let fraction = number(&format!("{fraction:0<6}"))?;
    let whole = hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?;
    whole.checked_mul(MICROS_PER_SECOND as i64)?.checked_add(fraction)?.checked_mul(sign)
}

#[diagnostic::do_not_recommend]
impl FieldType for Interval {
    const TYPE: ValueType = ValueType::Interval;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Interval(span) => Ok(span),
            ValueRef::Text(text) => text.parse(),
            other => Err(mismatch("an interval", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Interval(*self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (text, months, days, micros) in [
            ("00:00:00", 0, 0, 0),
            ("1 day", 0, 1, 0),
            ("-1 days", 0, -1, 0),
            ("1 year 2 mons", 14, 0, 0),
            ("-1 years -2 mons +3 days -00:00:00.000001", -14, 3, -1),
            ("2562047788:00:54.775807", 0, 0, i64::MAX),
            ("1 mon -1 days +01:00:00", 1, -1, 3_600_000_000),
        ] {
            let span = Interval { months, days, micros };
            assert_eq!(span.to_string(), text);
            assert_eq!(text.parse::<Interval>().unwrap(), span, "{text}");
        }
        let least = Interval { months: i32::MIN, days: i32::MIN, micros: i64::MIN + 1 };
        assert_eq!(least.to_string().parse::<Interval>().unwrap(), least);
        assert_eq!("90 minutes".parse::<Interval>().unwrap(), "01:30:00".parse().unwrap());
        assert_eq!("2 weeks 10:20".parse::<Interval>().unwrap(), "14 days 10:20:00".parse().unwrap());
        for bad in ["", "1", "day", "1 fortnight", "1:60", "1:2:3:4", "1:2:60", "00:00:00.1234567", "x:1"] {
            assert!(bad.parse::<Interval>().is_err(), "{bad}");
        }
    }
}
