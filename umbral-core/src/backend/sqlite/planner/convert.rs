//! How the values of a column become those of another type, and which of them would be lost.

use super::wide;
use crate::backend::sqlite::wide::is_wide;
use crate::error::{Error, Result};
use crate::schema::SqlType;

/// A conversion of one column's values, as SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The new value.
    pub(super) value: String,
    /// True for a value that has no equal of the new type; absent: every value has one.
    pub(super) lossy: Option<String>,
}

/// The conversion of `column`, quoted, from one type to another.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for types that have nothing in common.
pub(super) fn conversion(column: &str, from: &SqlType, to: &SqlType) -> Result<Conversion> {
    use SqlType::*;
    let c = column;
    if from == to {
        return Ok(kept(c));
    }
    if is_wide(from) || is_wide(to) {
        return wide::conversion(c, from, to);
    }
    let found = match (from, to) {
        (UInt64, to) if to.is_integer() => {
            let value = format!("CAST({c} AS INTEGER)");
            // Compared as text first: the greatest of 20 digits are no integer.
            let out = any([Some(format!("{c} > '{:020}'", i64::MAX)), range(&value, &BigInt, to)]);
            Conversion { value, lossy: Some(out) }
        }
        (from, UInt64) if from.is_integer() => {
            Conversion { value: format!("printf('%020d', {c})"), lossy: Some(format!("{c} < 0")) }
        }
        (from, to) if from.is_integer() && to.is_integer() => checked(c, range(c, from, to)),
        (UInt64, Decimal { .. } | Double | Real | Boolean) => return Err(unrelated(from, to)),
        (Decimal { .. } | Double | Real | Boolean, UInt64) => return Err(unrelated(from, to)),
        (from, Boolean) if from.is_integer() => checked(c, Some(format!("{c} NOT IN (0, 1)"))),
        (Boolean, to) if to.is_integer() => kept(c),
        (from, Decimal { .. }) if from.is_integer() || matches!(from, Boolean | Decimal { .. }) => {
            rescaled(c, scale(from), to, digits(to) - i64::from(scale(to)))
        }
        (Decimal { scale, .. }, to) if to.is_integer() => {
            let power = power(*scale);
            let out = range(&format!("({c} / {power})"), &BigInt, to);
            let inexact = format!("{c} % {power} <> 0");
            Conversion { value: format!("{c} / {power}"), lossy: Some(any([Some(inexact), out])) }
        }
        (from, Double | Real) if from.is_integer() || matches!(from, Boolean | Decimal { .. }) => {
            to_float(c, scale(from), to)
        }
        (Double | Real, to) if to.is_integer() => {
            let value = format!("CAST({c} AS INTEGER)");
            let lossy = any([Some(format!("{c} <> {value}")), range(&value, &BigInt, to)]);
            Conversion { value, lossy: Some(lossy) }
        }
        (Double | Real, Decimal { .. }) => float_to_decimal(c, to),
        (Real, Double) => kept(c),
        (Double, Real) => checked(c, Some(not_single(c))),
        (Char(had) | Varchar(had), Varchar(has)) | (Char(had), Char(has)) if had <= has => kept(c),
        (Text | Varchar(_) | Char(_) | Uuid | Json, Varchar(length)) => {
            checked(c, Some(format!("length({c}) > {length}")))
        }
        (Text | Varchar(_) | Char(_) | Uuid | Json, Char(length)) => {
            checked(c, Some(format!("length({c}) > {length} OR {c} GLOB '* '")))
        }
        (Text | Varchar(_) | Char(_) | Date | Time | Timestamp | TimestampTz | Uuid | Json, Text) => kept(c),
        (_, Text | Varchar(_) | Char(_)) => to_text(c, from, to)?,
        (Text | Varchar(_) | Char(_), _) => from_text(c, from, to)?,
        // Every network is the address of its first host; the text of one of a single host says its prefix.
        (Cidr, Inet) => computed(format!(
            "CASE WHEN {c} LIKE '%:%' THEN replace({c}, '/128', '') ELSE replace({c}, '/32', '') END"
        )),
        (Timestamp, TimestampTz) | (TimestampTz, Timestamp) => kept(c),
        (Date, Timestamp | TimestampTz) => computed(format!("{c} || ' 00:00:00.000000'")),
        (Timestamp | TimestampTz, Date) => Conversion {
            value: format!("substr({c}, 1, 10)"),
            lossy: Some(format!("substr({c}, 12) NOT IN ('', '00:00', '00:00:00', '00:00:00.000000')")),
        },
        _ => return Err(unrelated(from, to)),
    };
    Ok(found)
}

fn kept(column: &str) -> Conversion {
    computed(column.to_owned())
}

fn computed(value: String) -> Conversion {
    Conversion { value, lossy: None }
}

fn checked(column: &str, lossy: Option<String>) -> Conversion {
    Conversion { value: column.to_owned(), lossy }
}

pub(super) fn any(conditions: impl IntoIterator<Item = Option<String>>) -> String {
    conditions.into_iter().flatten().collect::<Vec<_>>().join(" OR ")
}

pub(super) fn unrelated(from: &SqlType, to: &SqlType) -> Error {
    Error::unsupported(
        format!("sqlite has no conversion from {from} to {to}"),
        "add a column of the new type, fill it with run_sql, and drop the old one",
    )
}

fn power(scale: u16) -> String {
    format!("1{}", "0".repeat(usize::from(scale)))
}

/// The digits behind the point of what a type stores as an integer.
fn scale(ty: &SqlType) -> u16 {
    match ty {
        SqlType::Decimal { scale, .. } => *scale,
        _ => 0,
    }
}

fn digits(ty: &SqlType) -> i64 {
    match ty {
        SqlType::Decimal { precision, .. } => i64::from(*precision),
        _ => 0,
    }
}

/// Where a narrower integer type has no place for a value.
pub(super) fn range(value: &str, from: &SqlType, to: &SqlType) -> Option<String> {
    let (low, high) = to.integer_range().filter(|_| *to != SqlType::BigInt)?;
    let wider = from.integer_range().is_none_or(|(least, greatest)| least < low || greatest > high);
    wider.then(|| format!("{value} NOT BETWEEN {low} AND {high}"))
}

/// A scaled integer to another scale. `whole` digits fit in front of the new point.
fn rescaled(c: &str, from: u16, to: &SqlType, whole: i64) -> Conversion {
    let to_scale = scale(to);
    // Compared before it is multiplied: an overflow would turn into a floating-point number.
    let most =
        format!("{}{}", "9".repeat(usize::try_from(whole).unwrap_or(0)), "9".repeat(usize::from(from)));
    let most = if most.is_empty() { "0".to_owned() } else { most };
    let out = (most.len() <= 18).then(|| format!("{c} NOT BETWEEN -{most} AND {most}"));
    if to_scale >= from {
        let factor = power(to_scale - from);
        let value = if factor == "1" { c.to_owned() } else { format!("{c} * {factor}") };
        Conversion { value, lossy: out }
    } else {
        let factor = power(from - to_scale);
        Conversion {
            value: format!("{c} / {factor}"),
            lossy: Some(any([Some(format!("{c} % {factor} <> 0")), out])),
        }
    }
}

fn to_float(c: &str, scale: u16, to: &SqlType) -> Conversion {
    let power = power(scale);
    let value = format!("CAST({c} AS REAL) / {power}.0");
    let back = format!("CAST(round(({value}) * {power}.0) AS INTEGER) <> {c}");
    let single = matches!(to, SqlType::Real).then(|| not_single(&format!("({value})")));
    Conversion { lossy: Some(any([Some(back), single])), value }
}

/// A floating-point number is taken for the decimal that it is the nearest number to.
fn float_to_decimal(c: &str, to: &SqlType) -> Conversion {
    let power = power(scale(to));
    let value = format!("CAST(round({c} * {power}.0) AS INTEGER)");
    let most = "9".repeat(usize::try_from(digits(to)).unwrap_or(0));
    let lossy = any([
        Some(format!("typeof({c}) NOT IN ('integer', 'real', 'null')")),
        Some(format!("{value} / {power}.0 <> {c}")),
        Some(format!("{value} NOT BETWEEN -{most} AND {most}")),
    ]);
    Conversion { value, lossy: Some(lossy) }
}

/// Where a 64-bit number needs more than the 24 binary digits of a 32-bit one: its upper half, split off by
/// multiplication (Veltkamp; Dekker, "A floating-point technique for extending the available precision", 1971), is
/// not all of it.
pub(super) fn not_single(x: &str) -> String {
    format!(
        "{x} * 536870913.0 - ({x} * 536870913.0 - {x}) <> {x} OR (abs({x}) > 3.4028234663852886e38 AND abs({x}) < 9e999) \
         OR ({x} <> 0 AND abs({x}) < 1.1754943508222875e-38)"
    )
}

fn to_text(c: &str, from: &SqlType, to: &SqlType) -> Result<Conversion> {
    let value = match from {
        SqlType::UInt64 => format!("CASE WHEN ltrim({c}, '0') = '' THEN '0' ELSE ltrim({c}, '0') END"),
        from if from.is_integer() => format!("CAST({c} AS TEXT)"),
        SqlType::Inet | SqlType::Cidr | SqlType::MacAddr | SqlType::Bit(_) => c.to_owned(),
        SqlType::Boolean => format!("CASE {c} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"),
        SqlType::Decimal { scale: 0, .. } => format!("CAST({c} AS TEXT)"),
        SqlType::Decimal { scale, .. } => {
            let power = power(*scale);
            format!(
                "CASE WHEN {c} < 0 THEN '-' ELSE '' END || abs({c}) / {power} || '.' || \
                 substr('{power}' || abs({c}) % {power}, -{scale})"
            )
        }
        SqlType::Double | SqlType::Real => format!(
            "CASE WHEN CAST(CAST({c} AS TEXT) AS REAL) = {c} THEN CAST({c} AS TEXT) ELSE printf('%!.17g', {c}) END"
        ),
        SqlType::Date | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz => c.to_owned(),
        _ => return Err(unrelated(from, to)),
    };
    let lossy = match to {
        SqlType::Char(length) | SqlType::Varchar(length) => Some(format!("length({value}) > {length}")),
        _ => None,
    };
    Ok(Conversion { value, lossy })
}

fn from_text(c: &str, from: &SqlType, to: &SqlType) -> Result<Conversion> {
    let number = format!("json_valid({c}) AND json_type({c}) IN ('integer', 'real')");
    Ok(match to {
        SqlType::UInt64 => return Err(unrelated(from, to)),
        to if to.is_integer() => {
            let value = format!("CAST({c} AS INTEGER)");
            let spelt = format!("CAST({value} AS TEXT) <> {c}");
            Conversion { lossy: Some(any([Some(spelt), range(&value, &SqlType::BigInt, to)])), value }
        }
        SqlType::Double => Conversion {
            value: format!("CAST({c} AS REAL)"),
            lossy: Some(format!("{c} IS NOT NULL AND NOT ({number})")),
        },
        SqlType::Decimal { .. } => {
            // 15 digits are what a 64-bit floating-point number always keeps.
            let inner = float_to_decimal(&format!("CAST({c} AS REAL)"), to);
            let short = format!("length(replace(replace({c}, '-', ''), '.', '')) <= 15");
            let plain = format!("{c} NOT LIKE '%e%' AND {short}");
            let lossy = inner.lossy.unwrap_or_default();
            Conversion {
                value: inner.value,
                lossy: Some(format!("{c} IS NOT NULL AND NOT ({number} AND {plain}) OR {lossy}")),
            }
        }
        SqlType::Boolean => Conversion {
            value: format!(
                "CASE lower({c}) WHEN 'true' THEN 1 WHEN '1' THEN 1 WHEN 'false' THEN 0 WHEN '0' THEN 0 END"
            ),
            lossy: Some(format!("lower({c}) NOT IN ('true', 'false', '0', '1')")),
        },
        SqlType::Date => checked(c, Some(format!("{c} IS NOT NULL AND date({c}) IS NOT {c}"))),
        SqlType::Time => moment(c, "%H:%M:%S", 0),
        SqlType::Timestamp | SqlType::TimestampTz => moment(c, "%Y-%m-%d %H:%M:%S", 11),
        SqlType::Uuid => {
            let hex = |count| "[0-9a-f]".repeat(count);
            let shape = [8, 4, 4, 4, 12].map(hex).join("-");
            Conversion { value: format!("lower({c})"), lossy: Some(format!("lower({c}) NOT GLOB '{shape}'")) }
        }
        SqlType::Json => checked(c, Some(format!("NOT json_valid({c})"))),
        SqlType::Bytes => computed(format!("CAST({c} AS BLOB)")),
        _ => return Err(unrelated(from, to)),
    })
}

/// Text that `format` covers up to its fraction of a second, of none or six digits. `date` bytes stand in front of
/// the clock.
fn moment(c: &str, format: &str, date: usize) -> Conversion {
    let whole = date + 8;
    let spaced = format!("replace({c}, 'T', ' ')");
    let fraction = format!("substr({c}, {})", whole + 1);
    let six = "[0-9]".repeat(6);
    Conversion {
        value: format!("{spaced} || CASE {fraction} WHEN '' THEN '.000000' ELSE '' END"),
        lossy: Some(format!(
            "{c} IS NOT NULL AND (strftime('{format}', {c}) IS NOT substr({spaced}, 1, {whole}) OR \
             NOT ({fraction} = '' OR {fraction} GLOB '.{six}'))"
        )),
    }
}
