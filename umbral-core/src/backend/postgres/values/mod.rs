//! Values in PostgreSQL's binary format.

mod decode;
mod encode;
mod extended;
mod numeric;
mod oid;
mod range;
mod words;

#[cfg(test)]
mod tests;

pub(super) use decode::{Decode, decoder, extension_decoders, text, texts};
pub(super) use encode::Parameter;
pub(super) use oid::{TypeOid, type_oid};

use crate::value::{Date, Timestamp};

/// Days from 1970-01-01, where values count, to 2000-01-01, where PostgreSQL does.
const EPOCH_DAYS: i32 = 10_957;
/// The same in microseconds.
const EPOCH_MICROS: i64 = EPOCH_DAYS as i64 * MICROS_PER_DAY;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Whether a day lies in the years 1 to 9999.
fn in_calendar(date: Date) -> bool {
    (Date::MIN..=Date::MAX).contains(&date)
}

/// Whether an instant lies in the years 1 to 9999.
fn in_calendar_time(timestamp: Timestamp) -> bool {
    let first = i64::from(Date::MIN.days) * MICROS_PER_DAY;
    let end = (i64::from(Date::MAX.days) + 1) * MICROS_PER_DAY;
    (first..end).contains(&timestamp.micros)
}
