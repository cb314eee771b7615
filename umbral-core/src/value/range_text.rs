//! Ranges as text has them, with values for their ends.

use super::{Date, Range, Time, Timestamp, Value};
use crate::schema::RangeKind;
use std::cmp::Ordering;
#[cfg(any(feature = "dialect-postgres", test))]
use std::fmt;
use std::ops::Bound;

/// A range as text has it, with values for its ends; `None` for what is none, for one whose end lies before its start,
/// and for an end that cannot be kept since no value follows it.
pub(crate) fn parse(of: RangeKind, text: &str) -> Option<Range<Value>> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("empty") {
        return Some(Range::EMPTY);
    }
    let inner = text.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let (start, end) = inner.split_once(',')?;
    let (start, end) = (bound(of, start, text.starts_with('['))?, bound(of, end, text.ends_with(']'))?);
    let backwards = match (ended(&start), ended(&end)) {
        (Some(start), Some(end)) => order(start, end) == Some(Ordering::Greater),
        _ => false,
    };
    let range = Range::of(start, end, next, order);
    // Databases keep the number behind the end, and the one behind a start that is not in the range.
    let is_number = matches!(of, RangeKind::Integer | RangeKind::BigInt);
    let beyond = |bounds: (Bound<&Value>, Bound<&Value>)| {
        matches!(bounds, (Bound::Excluded(_), _) | (_, Bound::Included(_)))
    };
    let beyond = is_number && range.bounds().is_some_and(beyond);
    (!backwards && !beyond).then_some(range)
}

/// The text of a range with values for its ends.
#[cfg(any(feature = "dialect-postgres", test))]
pub(crate) fn text(range: &Range<Value>) -> String {
    let bounds = range.bounds();
    let shown = |end: Bound<&Value>| end.map(|value| End(value).to_string());
    Range::from_ends(bounds.map(|(start, end)| (shown(start), shown(end)))).to_string()
}

fn ended(bound: &Bound<Value>) -> Option<&Value> {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
    }
}

fn bound(of: RangeKind, text: &str, included: bool) -> Option<Bound<Value>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Bound::Unbounded);
    }
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let midnight = || text.parse::<Date>().map(|day| Timestamp::new(day, Time { micros: 0 }));
    let moment = || text.parse::<Timestamp>().or_else(|_| midnight());
    let value = match of {
        RangeKind::Integer => Value::Integer(text.parse().ok()?),
        RangeKind::BigInt => Value::BigInt(text.parse().ok()?),
        RangeKind::Decimal => Value::Decimal(text.parse().ok()?),
        RangeKind::Date => Value::Date(text.parse().ok()?),
        RangeKind::Timestamp => Value::Timestamp(moment().ok()?),
        RangeKind::TimestampTz => Value::TimestampTz(moment().ok()?),
    };
    Some(if included { Bound::Included(value) } else { Bound::Excluded(value) })
}

fn next(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Integer(number) => Value::Integer(number.checked_add(1)?),
        Value::BigInt(number) => Value::BigInt(number.checked_add(1)?),
        Value::Date(date) if *date < Date::MAX => Value::Date(Date { days: date.days + 1 }),
        _ => return None,
    })
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => Some(one.cmp(other)),
        (Value::BigInt(one), Value::BigInt(other)) => Some(one.cmp(other)),
        (Value::Decimal(one), Value::Decimal(other)) => Some(one.cmp(other)),
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        (Value::Timestamp(one), Value::Timestamp(other)) => Some(one.cmp(other)),
        (Value::TimestampTz(one), Value::TimestampTz(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// An end of a range, without quotes around it.
#[cfg(any(feature = "dialect-postgres", test))]
struct End<'v>(&'v Value);

#[cfg(any(feature = "dialect-postgres", test))]
impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Integer(number) => number.fmt(f),
            Value::BigInt(number) => number.fmt(f),
            Value::Decimal(number) => number.fmt(f),
            Value::Date(date) => date.fmt(f),
            Value::Timestamp(at) | Value::TimestampTz(at) => at.fmt(f),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        use RangeKind::{BigInt, Date, Decimal, Integer, Timestamp, TimestampTz};
        for (of, written, read) in [
            (Integer, "[1,5)", "[1,5)"),
            (Integer, "(0, 4]", "[1,5)"),
            (BigInt, "(,)", "(,)"),
            (BigInt, "[5,5)", "empty"),
            (Decimal, "(-1.50,2]", "(-1.50,2]"),
            (Decimal, "[2,2]", "[2,2]"),
            (Date, "[2024-02-29,2024-02-29]", "[2024-02-29,2024-03-01)"),
            (Timestamp, "[\"2024-02-29 12:00:00\",)", "[\"2024-02-29 12:00:00.000000\",)"),
            (TimestampTz, "(,\"2024-02-29 12:00:00+01\")", "(,\"2024-02-29 11:00:00.000000\")"),
            (Date, "[2024-01-01,9999-12-31]", "[2024-01-01,9999-12-31]"),
            (
                TimestampTz,
                "[2024-01-01,2025-01-01)",
                "[\"2024-01-01 00:00:00.000000\",\"2025-01-01 00:00:00.000000\")",
            ),
            (Integer, "EMPTY", "empty"),
        ] {
            assert_eq!(parse(of, written).as_ref().map(text).as_deref(), Some(read), "{written}");
        }
        for wrong in
            ["", "1,5", "[1,5", "[1]", "[a,b)", "[5,1)", "[1,2147483647]", "(2147483647,)", "[1.5,2)"]
        {
            assert_eq!(parse(Integer, wrong), None, "{wrong}");
        }
    }
}
