//! The binary form of ranges (`range_send`): what there is of it, and each end that is not open with its length.

use super::decode::{Decode, all, date as day, instant, int4 as integer, int8 as bigint, take, wrong_size};
use super::encode::counted;
use super::oid::{NUMERIC, element_oid, type_oid};
use super::{EPOCH_DAYS, numeric as decimal};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::RangeKind;
use crate::value::{Date, Range, RangeEnds, RangeRef, Value, ValueRef};
use std::ops::Bound;

/// The flags (`rangetypes.h`).
const EMPTY: u8 = 0x01;
const INCLUDES_START: u8 = 0x02;
const INCLUDES_END: u8 = 0x04;
const OPEN_START: u8 = 0x08;
const OPEN_END: u8 = 0x10;

/// Appends a range.
///
/// # Errors
/// Where an end is no value of its kind, as a number of too many digits is none.
pub(super) fn encode(of: RangeKind, range: &Range<Value>, out: &mut Vec<u8>) -> Result<()> {
    let expected = of.element().map_or(NUMERIC, |element| element_oid(&element));
    let Some((start, end)) = range.bounds() else {
        out.push(EMPTY);
        return Ok(());
    };
    let flag = |bound: Bound<&Value>, includes: u8, open: u8| match bound {
        Bound::Included(_) => includes,
        Bound::Excluded(_) => 0,
        Bound::Unbounded => open,
    };
    out.push(flag(start, INCLUDES_START, OPEN_START) | flag(end, INCLUDES_END, OPEN_END));
    for bound in [start, end] {
        let (Bound::Included(value) | Bound::Excluded(value)) = bound else { continue };
        if type_oid(value) != expected {
            let shown = match value {
                Value::Text(text) => text.clone(),
                other => format!("{other:?}"),
            };
            return Err(Error::new(
                ErrorKind::Value,
                format!("{shown} cannot be the end of a range of {of}"),
            ));
        }
        counted(value, out)?;
    }
    Ok(())
}

fn ends(mut bytes: &[u8], decode: Decode) -> Result<RangeEnds<'_>> {
    let [flags] = take(&mut bytes)?;
    if flags & EMPTY != 0 {
        return Ok(None);
    }
    let mut end = |includes: u8, open: u8| -> Result<_> {
        if flags & open != 0 {
            return Ok(Bound::Unbounded);
        }
        let length = usize::try_from(i32::from_be_bytes(take(&mut bytes)?)).unwrap_or(usize::MAX);
        let (value, rest) = bytes.split_at_checked(length).ok_or_else(|| wrong_size(bytes.len()))?;
        bytes = rest;
        let value = decode(value)?;
        Ok(if flags & includes != 0 { Bound::Included(value) } else { Bound::Excluded(value) })
    };
    let (start, last) = (end(INCLUDES_START, OPEN_START)?, end(INCLUDES_END, OPEN_END)?);
    Ok(Some((within_days(start), within_days(last))))
}

/// The day behind the last one, which PostgreSQL keeps of a range that the last one is in, or that begins behind it.
const BEHIND: Date = Date { days: Date::MAX.days + 1 };

fn day_or_behind(bytes: &[u8]) -> Result<ValueRef<'_>> {
    match i32::from_be_bytes(all(bytes)?).checked_add(EPOCH_DAYS) {
        Some(days) if days == BEHIND.days => Ok(ValueRef::Date(BEHIND)),
        _ => day(bytes),
    }
}

/// The same range without the day behind the last one.
fn within_days(bound: Bound<ValueRef<'_>>) -> Bound<ValueRef<'_>> {
    match bound {
        Bound::Included(ValueRef::Date(BEHIND)) => Bound::Excluded(ValueRef::Date(Date::MAX)),
        Bound::Excluded(ValueRef::Date(BEHIND)) => Bound::Included(ValueRef::Date(Date::MAX)),
        other => other,
    }
}

macro_rules! readers {
    ($($name:ident, $decode:expr;)*) => {$(
        pub(super) fn $name(bytes: &[u8]) -> Result<ValueRef<'_>> {
            Ok(ValueRef::Range(RangeRef::new(bytes, |bytes| ends(bytes, $decode))))
        }
    )*};
}

readers! {
    int4, integer;
    int8, bigint;
    numeric, |bytes| decimal::decode(bytes).map(ValueRef::Decimal);
    date, day_or_behind;
    timestamp, |bytes| instant(bytes).map(ValueRef::Timestamp);
    timestamptz, |bytes| instant(bytes).map(ValueRef::TimestampTz);
}
