//! Ranges of values.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::Result;
use crate::schema::RangeKind;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Bound, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// The values between two ends, either of which may be open, or none at all.
///
/// It is made from Rust's own ranges. Where every value has a next one, as integers and days have, it keeps the first value
/// that is in it and the first one behind it, so that equal ranges are equal however they were written. One whose end lies
/// before its start is empty. Moments are kept to the microsecond, as they are everywhere, a range that lies between two
/// microseconds as an empty one.
///
/// A column is asked `b.days.contains(day)`, `b.days.overlaps(monday..friday)`, `b.days.is_empty()` and more: see
/// [`Col`](crate::query::Col).
///
/// ```
/// use umbral_core::value::Range;
/// let floors = Range::from(1..=4);
/// assert_eq!(floors, Range::from(1..5));
/// assert!(floors.contains(&4) && !floors.contains(&5));
/// assert_eq!(floors.to_string(), "[1,5)");
/// assert_eq!(Range::from(3..), Range::new(std::ops::Bound::Excluded(2), std::ops::Bound::Unbounded));
/// assert_eq!(Range::from(5..5), Range::EMPTY);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range<T> {
    /// `None`: it is empty.
    bounds: Option<(Bound<T>, Bound<T>)>,
}

/// What the ends of a [`Range`] may be: `i32`, `i64`, decimals, dates, and moments with and without a zone.
#[diagnostic::on_unimplemented(
    message = "`Range<{Self}>` cannot be a model's field",
    label = "no column type for a range of this",
    note = "the ends of a range are i32, i64, Decimal, or the dates, timestamps or instants of chrono, time or jiff"
)]
pub trait RangeElement: FieldType + Clone + PartialOrd {
    /// Of what a range between two of them is.
    const KIND: RangeKind;

    /// The value after this one; `None` where there is none, or where there is always one between two others.
    fn next(&self) -> Option<Self> {
        None
    }
}

impl<T> Range<T> {
    /// No value at all.
    pub const EMPTY: Range<T> = Range { bounds: None };
    /// Every value.
    pub const ALL: Range<T> = Range { bounds: Some((Bound::Unbounded, Bound::Unbounded)) };

    /// Its ends; `None` where it is empty.
    pub fn bounds(&self) -> Option<(Bound<&T>, Bound<&T>)> {
        self.bounds.as_ref().map(|(start, end)| (start.as_ref(), end.as_ref()))
    }

    /// Whether no value is in it.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_none()
    }

    /// Whether a value is in it.
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialOrd,
    {
        self.bounds().is_some_and(|bounds| std::ops::RangeBounds::contains(&bounds, value))
    }

    /// A range with just these ends, as a database gives them; `None`: it is empty.
    #[doc(hidden)]
    pub fn from_ends(bounds: Option<(Bound<T>, Bound<T>)>) -> Range<T> {
        Range { bounds }
    }

    /// `next`: the value after one, `order`: how two compare.
    pub(super) fn of(
        start: Bound<T>,
        end: Bound<T>,
        next: impl Fn(&T) -> Option<T>,
        order: impl Fn(&T, &T) -> Option<Ordering>,
    ) -> Range<T> {
        let start = match start {
            Bound::Excluded(value) => next(&value).map_or(Bound::Excluded(value), Bound::Included),
            start => start,
        };
        let end = match end {
            Bound::Included(value) => next(&value).map_or(Bound::Included(value), Bound::Excluded),
            end => end,
        };
        let has_values = match (&start, &end) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
            (Bound::Included(start), Bound::Included(end)) => order(start, end).is_some_and(Ordering::is_le),
            (
                Bound::Included(start) | Bound::Excluded(start),
                Bound::Included(end) | Bound::Excluded(end),
            ) => order(start, end).is_some_and(Ordering::is_lt),
        };
        Range { bounds: has_values.then_some((start, end)) }
    }
}

impl<T: RangeElement> Range<T> {
    /// The range between two ends.
    pub fn new(start: Bound<T>, end: Bound<T>) -> Range<T> {
        Range::of(start, end, T::next, T::partial_cmp)
    }
}

macro_rules! from {
    ($($range:ty, |$value:ident| $start:expr, $end:expr;)*) => {$(
        impl<T: RangeElement> From<$range> for Range<T> {
            fn from($value: $range) -> Range<T> {
                Range::new($start, $end)
            }
        }
    )*};
}

from! {
    std::ops::Range<T>, |range| Bound::Included(range.start), Bound::Excluded(range.end);
    RangeFrom<T>, |range| Bound::Included(range.start), Bound::Unbounded;
    RangeTo<T>, |range| Bound::Unbounded, Bound::Excluded(range.end);
    RangeToInclusive<T>, |range| Bound::Unbounded, Bound::Included(range.end);
    RangeFull, |_range| Bound::Unbounded, Bound::Unbounded;
}

impl<T: RangeElement> From<RangeInclusive<T>> for Range<T> {
    fn from(range: RangeInclusive<T>) -> Range<T> {
        let (start, end) = range.into_inner();
        Range::new(Bound::Included(start), Bound::Included(end))
    }
}

/// As PostgreSQL writes it: `[1,5)`, `(,"2024-02-29 00:00:00.000000"]`, `empty`.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((start, end)) = &self.bounds else { return f.write_str("empty") };
        f.write_str(if matches!(start, Bound::Included(_)) { "[" } else { "(" })?;
        written(start, f)?;
        f.write_str(",")?;
        written(end, f)?;
        f.write_str(if matches!(end, Bound::Included(_)) { "]" } else { ")" })
    }
}

fn written<T: fmt::Display>(end: &Bound<T>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (Bound::Included(value) | Bound::Excluded(value)) = end else { return Ok(()) };
    let text = value.to_string();
    match text.contains(' ') {
        true => write!(f, "\"{text}\""),
        false => f.write_str(&text),
    }
}

/// What a range's reader gives: its ends, or `None` where it is empty.
pub type RangeEnds<'r> = Option<(Bound<ValueRef<'r>>, Bound<ValueRef<'r>>)>;

/// A range in the driver's own encoding, with the function that reads it.
#[derive(Clone, Copy)]
pub struct RangeRef<'r> {
    bytes: &'r [u8],
    read: for<'b> fn(&'b [u8]) -> Result<RangeEnds<'b>>,
}

impl<'r> RangeRef<'r> {
    /// A range in `bytes`, whose ends `read` finds there.
    pub fn new(bytes: &'r [u8], read: for<'b> fn(&'b [u8]) -> Result<RangeEnds<'b>>) -> RangeRef<'r> {
        RangeRef { bytes, read }
    }

    /// Its ends.
    ///
    /// # Errors
    /// Where an end is none of its type's values that umbral has.
    pub fn ends(&self) -> Result<RangeEnds<'r>> {
        (self.read)(self.bytes)
    }
}

impl RangeRef<'_> {
    /// The range as a parameter of its type.
    ///
    /// # Errors
    /// As [`ends`](RangeRef::ends), and for ends of another kind.
    pub fn to_value(self, of: RangeKind) -> Result<Value> {
        let end = |end: Bound<ValueRef<'_>>| -> Result<_> {
            Ok(match end {
                Bound::Included(value) => Bound::Included(end_value(of, value)?),
                Bound::Excluded(value) => Bound::Excluded(end_value(of, value)?),
                Bound::Unbounded => Bound::Unbounded,
            })
        };
        let range = match self.ends()? {
            Some((start, last)) => Range::from_ends(Some((end(start)?, end(last)?))),
            None => Range::EMPTY,
        };
        Ok(Value::Range { of, range: Box::new(range) })
    }
}

fn end_value(of: RangeKind, value: ValueRef<'_>) -> Result<Value> {
    Ok(match (of, value) {
        (RangeKind::Integer, value) => Value::Integer(i32::from_value(value)?),
        (RangeKind::BigInt, ValueRef::Integer(number)) => Value::BigInt(number),
        (RangeKind::Decimal, ValueRef::Decimal(number)) => Value::Decimal(number),
        (RangeKind::Date, ValueRef::Date(date)) => Value::Date(date),
        (RangeKind::Timestamp, ValueRef::Timestamp(at)) => Value::Timestamp(at),
        (RangeKind::TimestampTz, ValueRef::TimestampTz(at)) => Value::TimestampTz(at),
        (of, other) => return Err(mismatch(of.name(), other)),
    })
}

impl fmt::Debug for RangeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RangeRef({} bytes)", self.bytes.len())
    }
}

#[diagnostic::do_not_recommend]
impl<T: RangeElement> FieldType for Range<T> {
    const TYPE: ValueType = ValueType::Range(T::KIND);

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let ValueRef::Range(range) = value else { return Err(mismatch("a range", value)) };
        let end = |end: Bound<ValueRef<'_>>| -> Result<_> {
            Ok(match end {
                Bound::Included(value) => Bound::Included(T::from_value(value)?),
                Bound::Excluded(value) => Bound::Excluded(T::from_value(value)?),
                Bound::Unbounded => Bound::Unbounded,
            })
        };
        Ok(match range.ends()? {
            Some((start, last)) => Range::from_ends(Some((end(start)?, end(last)?))),
            None => Range::EMPTY,
        })
    }

    fn to_value(&self) -> Value {
        let bounds = self.bounds.as_ref();
        let value = |end: &Bound<T>| end.as_ref().map(FieldType::to_value);
        let range = Range::from_ends(bounds.map(|(start, end)| (value(start), value(end))));
        Value::Range { of: T::KIND, range: Box::new(range) }
    }
}

#[diagnostic::do_not_recommend]
impl<T: RangeElement> ArrayElement for Range<T> {}

macro_rules! elements {
    ($($(#[$when:meta])* $ty:ty, $kind:ident $(, $next:expr)?;)*) => {$(
        $(#[$when])*
        #[diagnostic::do_not_recommend]
        impl RangeElement for $ty {
            const KIND: RangeKind = RangeKind::$kind;
            $(fn next(&self) -> Option<Self> {
                let next: fn($ty) -> Option<$ty> = $next;
                next(*self)
            })?
        }
    )*};
}

elements! {
    i32, Integer, |number| number.checked_add(1);
    i64, BigInt, |number| number.checked_add(1);
    #[cfg(feature = "decimal")] ::rust_decimal::Decimal, Decimal;
    #[cfg(feature = "bigdecimal")] ::bigdecimal::BigDecimal, Decimal;
    #[cfg(feature = "chrono")] ::chrono::NaiveDate, Date,
        |day| day.succ_opt().filter(|next| ::chrono::Datelike::year(next) <= 9999);
    #[cfg(feature = "chrono")] ::chrono::NaiveDateTime, Timestamp;
    #[cfg(feature = "chrono")] ::chrono::DateTime<::chrono::Utc>, TimestampTz;
    #[cfg(feature = "time")] ::time::Date, Date, |day| day.next_day();
    #[cfg(feature = "time")] ::time::PrimitiveDateTime, Timestamp;
    #[cfg(feature = "time")] ::time::OffsetDateTime, TimestampTz;
    #[cfg(feature = "jiff")] ::jiff::civil::Date, Date, |day| day.tomorrow().ok();
    #[cfg(feature = "jiff")] ::jiff::civil::DateTime, Timestamp;
    #[cfg(feature = "jiff")] ::jiff::Timestamp, TimestampTz;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_what_is_in_them() {
        assert_eq!(Range::from(1..=4), Range::from(1..5));
        assert_eq!(Range::new(Bound::Excluded(0i64), Bound::Included(4)), Range::from(1i64..5));
        for empty in [
            Range::from(5..5),
            Range::new(Bound::Included(5), Bound::Excluded(1)),
            Range::new(Bound::Excluded(4), Bound::Excluded(5)),
        ] {
            assert_eq!(empty, Range::EMPTY);
        }
        assert_eq!(Range::<i32>::from(..), Range::ALL);
        assert!(Range::from(..=3).contains(&i32::MIN) && !Range::from(..=3).contains(&4));
        assert!(!Range::EMPTY.contains(&4) && Range::ALL.contains(&4));
    }
}
