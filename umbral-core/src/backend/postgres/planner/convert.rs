//! Changes of type: how a value becomes one of the new type, and which values would be lost by it.
//!
//! A conversion keeps a value, or the row is found before anything changes. A value is kept when the way back leads to
//! it: `12.50` as text becomes the number 12.5; `007` does not become 7.

use super::super::text::quoted;
use crate::schema::{RangeKind, SqlType};

/// How a column's values become those of another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    pub(super) using: Using,
    /// A condition that is true for the values that the new type does not hold.
    pub(super) lost: Option<String>,
}

/// What stands behind USING.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Using {
    /// Nothing: PostgreSQL converts by itself.
    Implicit,
    /// A cast to the new type.
    Cast,
    /// A cast to text, or an array of it, and from there to the new type.
    Text,
    /// An expression.
    Expr(String),
}

impl Conversion {
    fn implicit() -> Conversion {
        Conversion { using: Using::Implicit, lost: None }
    }

    fn cast() -> Conversion {
        Conversion { using: Using::Cast, lost: None }
    }

    fn expr(sql: impl Into<String>) -> Conversion {
        Conversion { using: Using::Expr(sql.into()), lost: None }
    }

    fn lost(mut self, condition: impl Into<String>) -> Conversion {
        self.lost = Some(condition.into());
        self
    }
}

/// The conversion of `value`, the text of an expression; `None` where there is none without loss.
/// `checks_input`: the server has `pg_input_is_valid`, as from version 16.
pub(super) fn conversion(
    from: &SqlType,
    to: &SqlType,
    value: &str,
    checks_input: bool,
) -> Option<Conversion> {
    if from == to {
        return Some(Conversion::implicit());
    }
    match (from, to) {
        (SqlType::Enum(from), SqlType::Enum(to)) => {
            let removed = from.removed_in(to);
            let lost = (!removed.is_empty()).then(|| format!("{value}::text IN ({})", constants(removed)));
            Some(Conversion { using: Using::Text, lost })
        }
        (SqlType::Array(from), SqlType::Array(to)) => of_elements(from, to, value, checks_input),
        (_, to) if to.is_text() => to_text(from, to, value),
        // An operator would see the blanks that it is filled up with, and a cast too.
        (SqlType::Char(_), _) => {
            let found = from_text(to, &format!("{value}::text"), checks_input)?;
            let using = if found.using == Using::Cast { Using::Text } else { found.using };
            Some(Conversion { using, ..found })
        }
        (from, _) if from.is_text() => from_text(to, value, checks_input),
        (from, _) if from.is_integer() => from_integer(from, to, value),
        (SqlType::Decimal { precision, scale }, _) => from_decimal(precision - scale, *scale, to, value),
        (SqlType::Real | SqlType::Double, _) => from_float(to, value),
        (SqlType::Boolean, to) if to.is_integer() => {
            Some(Conversion::expr(format!("CASE WHEN {value} THEN 1 WHEN NOT {value} THEN 0 END")))
        }
        // Every network is the address of its first host with the prefix.
        (SqlType::Cidr, SqlType::Inet) => Some(Conversion::implicit()),
        (SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz, _) => from_date(from, to, value),
        (SqlType::Range(from), SqlType::Range(to)) => from_range(*from, *to),
        _ => None,
    }
}

/// There are no casts between ranges but by their text. One without a last value in it may have one in the other type.
fn from_range(from: RangeKind, to: RangeKind) -> Option<Conversion> {
    match (from, to) {
        (RangeKind::Integer, RangeKind::BigInt) => Some(Conversion { using: Using::Text, lost: None }),
        _ => None,
    }
}

/// Arrays convert where a cast converts their elements: USING takes no subquery to do more.
fn of_elements(from: &SqlType, to: &SqlType, value: &str, checks_input: bool) -> Option<Conversion> {
    let element = conversion(from, to, "element", checks_input)?;
    let lost =
        element.lost.map(|lost| format!("EXISTS (SELECT 1 FROM unnest({value}) AS element WHERE {lost})"));
    match element.using {
        Using::Implicit | Using::Cast => Some(Conversion { using: Using::Cast, lost }),
        Using::Text => Some(Conversion { using: Using::Text, lost }),
        Using::Expr(_) => None,
    }
}

fn to_text(from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    let (text, lost) = match from {
        SqlType::Text | SqlType::Varchar(_) => (value.to_owned(), None),
        SqlType::Char(_) => (format!("{value}::text"), None),
        // Their text depends on the session, or is not what umbral writes of them.
        SqlType::Bytes | SqlType::Array(_) | SqlType::Interval | SqlType::TsVector => return None,
        SqlType::Range(RangeKind::Date | RangeKind::Timestamp | RangeKind::TimestampTz) => return None,
        SqlType::Inet => (format!("abbrev({value})"), None),
        SqlType::Date => (format!("to_char({value}, 'YYYY-MM-DD')"), Some(outside_calendar(value))),
        SqlType::Time => (format!("to_char({value}, 'HH24:MI:SS.US')"), None),
        SqlType::Timestamp => {
            (format!("to_char({value}, 'YYYY-MM-DD HH24:MI:SS.US')"), Some(outside_calendar(value)))
        }
        SqlType::TimestampTz => {
            let utc = format!("({value} AT TIME ZONE 'UTC')");
            (format!("to_char({utc}, 'YYYY-MM-DD HH24:MI:SS.US')"), Some(outside_calendar(&utc)))
        }
        _ => (format!("{value}::text"), None),
    };
    let too_long = match to {
        SqlType::Varchar(length) if !fits_always(from, *length) => Some(format!("length({text}) > {length}")),
        _ => None,
    };
    // A char(n) keeps no blanks at its end.
    let too_long = match (to, from) {
        (SqlType::Char(length), SqlType::Char(before)) => {
            (before > length).then(|| format!("length({text}) > {length}"))
        }
        (SqlType::Char(length), _) => Some(format!("length({text}) > {length} OR {text} LIKE '% '")),
        _ => too_long,
    };
    let conditions: Vec<String> = lost.into_iter().chain(too_long).collect();
    let using = match from {
        SqlType::Text | SqlType::Varchar(_) => Using::Implicit,
        _ if text == format!("{value}::text") => Using::Cast,
        _ => Using::Expr(text),
    };
    Some(Conversion { using, lost: (!conditions.is_empty()).then(|| conditions.join(" OR ")) })
}

fn constants<'l>(labels: impl IntoIterator<Item = &'l String>) -> String {
    labels.into_iter().map(|label| quoted(label)).collect::<Vec<_>>().join(", ")
}

fn fits_always(from: &SqlType, length: u32) -> bool {
    match from {
        SqlType::Char(before) | SqlType::Varchar(before) => *before <= length,
        SqlType::Boolean => length >= 5,
        SqlType::SmallInt => length >= 6,
        SqlType::Integer => length >= 11,
        SqlType::BigInt | SqlType::UInt64 => length >= 20,
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 => length >= 10,
        SqlType::Uuid => length >= 36,
        SqlType::Enum(of) => of.longest() <= length as usize,
        SqlType::Date => length >= 10,
        SqlType::Time => length >= 15,
        SqlType::Timestamp | SqlType::TimestampTz => length >= 26,
        // A sign and a point.
        SqlType::Decimal { precision, .. } => length >= u32::from(*precision) + 3,
        _ => false,
    }
}

/// Infinite, or of a year that umbral's own types do not have.
fn outside_calendar(value: &str) -> String {
    format!("({value} NOT BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999')")
}

const INTEGER: &str = "^(0|-?[1-9][0-9]*)$";
const NUMBER: &str = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$";
const NUMBER_WITH_EXPONENT: &str = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]{1,4})?$";
const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?";

fn from_text(to: &SqlType, value: &str, checks_input: bool) -> Option<Conversion> {
    let unlike = |pattern: &str| format!("{value} !~ {}", quoted(pattern));
    Some(match to {
        to if to.is_integer() => {
            let outside = outside_range(to, &format!("{value}::numeric"));
            Conversion::cast().lost(guarded(value, INTEGER, &outside))
        }
        SqlType::Decimal { precision, scale } => {
            let lost = loses_digits(&format!("{value}::numeric"), Some(precision - scale), Some(*scale));
            Conversion::cast().lost(guarded(value, NUMBER, &lost.unwrap_or_default()))
        }
        SqlType::Real | SqlType::Double => {
            let lost = inexact_float(to, &format!("{value}::numeric"));
            Conversion::cast().lost(guarded(value, NUMBER_WITH_EXPONENT, &lost))
        }
        SqlType::Boolean => {
            Conversion::expr(format!("{value} = 'true'")).lost(format!("{value} NOT IN ('true', 'false')"))
        }
        SqlType::Uuid => Conversion::cast().lost(unlike(UUID)),
        SqlType::Time => Conversion::cast().lost(unlike(&format!("^{TIME}$"))),
        SqlType::Date => Conversion::cast().lost(guarded(value, &format!("^{DATE}$"), &no_such_day(value))),
        SqlType::Timestamp => {
            Conversion::cast().lost(guarded(value, &format!("^{DATE}[ T]{TIME}$"), &no_such_day(value)))
        }
        SqlType::TimestampTz => Conversion::expr(format!(
            "(rtrim({value}, 'Z')::timestamp AT TIME ZONE 'UTC')"
        ))
        .lost(guarded(value, &format!("^{DATE}[ T]{TIME}Z?$"), &no_such_day(value))),
        // Before version 16 no query can tell; the change itself fails as a whole then.
        SqlType::Json if checks_input => {
            Conversion::cast().lost(format!("NOT pg_input_is_valid({value}, 'jsonb')"))
        }
        SqlType::Json => Conversion::cast(),
        SqlType::Xml => Conversion::cast().lost(format!("NOT xml_is_well_formed_content({value})")),
        SqlType::Ltree if checks_input => {
            Conversion::cast().lost(format!("NOT pg_input_is_valid({value}, 'ltree')"))
        }
        SqlType::Ltree => {
            let label = "[[:alnum:]_]{1,255}";
            Conversion::cast().lost(unlike(&format!("^({label}(\\.{label})*)?$")))
        }
        SqlType::Enum(of) => Conversion { using: Using::Text, lost: None }
            .lost(format!("{value}::text NOT IN ({})", constants(&of.labels))),
        _ => return None,
    })
}

/// `condition` for texts of a form that it can be asked of; all others are lost.
fn guarded(value: &str, pattern: &str, condition: &str) -> String {
    format!(
        "CASE WHEN {value} IS NULL THEN FALSE WHEN {value} ~ {} THEN {condition} ELSE TRUE END",
        quoted(pattern)
    )
}

/// Whether the day of a text that begins like a date is past the end of its month. The year 0000 is none.
fn no_such_day(value: &str) -> String {
    let number = |from: u8, length: u8| format!("substr({value}, {from}, {length})::integer");
    let (year, month, day) = (number(1, 4), number(6, 2), number(9, 2));
    let last = format!("date_part('day', make_date({year}, {month}, 1) + interval '1 month - 1 day')");
    format!("CASE WHEN {year} = 0 THEN TRUE ELSE {day} > {last} END")
}

fn from_integer(from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    Some(match to {
        to if to.is_integer() => match within(from, to) {
            true => Conversion::implicit(),
            false => Conversion::implicit().lost(outside_range(to, value)),
        },
        SqlType::Decimal { precision, scale } => {
            let digits = u16::try_from(range(from).1.to_string().len()).unwrap_or(u16::MAX);
            let whole = precision - scale;
            let lost =
                (whole < digits).then(|| loses_digits(&format!("{value}::numeric"), Some(whole), None));
            Conversion { using: Using::Implicit, lost: lost.flatten() }
        }
        // Every integer up to there is a float.
        SqlType::Real if range(from).1 < 1 << 24 => Conversion::implicit(),
        SqlType::Double if range(from).1 < 1 << 53 => Conversion::implicit(),
        // Of a numeric, a float would take 15 digits.
        SqlType::Real | SqlType::Double if *from == SqlType::UInt64 => return None,
        SqlType::Real | SqlType::Double => {
            let float = format!("{value}::{}", float_name(to));
            // 2^63 is where the greatest integers are rounded up to, and is no bigint to compare with.
            Conversion::implicit().lost(format!(
                "CASE WHEN {float} >= 9223372036854775808 THEN TRUE ELSE {float}::bigint <> {value} END"
            ))
        }
        SqlType::Boolean => Conversion::expr(format!("{value} = 1")).lost(format!("{value} NOT IN (0, 1)")),
        _ => return None,
    })
}

fn from_decimal(whole: u16, scale: u16, to: &SqlType, value: &str) -> Option<Conversion> {
    Some(match to {
        to if to.is_integer() => {
            Conversion::implicit().lost(format!("{value} <> trunc({value}) OR {}", outside_range(to, value)))
        }
        SqlType::Decimal { precision, scale: to_scale } => {
            let to_whole = precision - to_scale;
            let lost = loses_digits(
                value,
                (to_whole < whole).then_some(to_whole),
                (*to_scale < scale).then_some(*to_scale),
            );
            Conversion { using: Using::Implicit, lost }
        }
        SqlType::Real | SqlType::Double => Conversion::implicit().lost(inexact_float(to, value)),
        _ => return None,
    })
}

fn from_float(to: &SqlType, value: &str) -> Option<Conversion> {
    let special = format!("{value} IN ('NaN', 'Infinity', '-Infinity')");
    Some(match to {
        SqlType::Double => Conversion::implicit(),
        SqlType::Real => {
            let (smallest, largest) = float_range(to);
            Conversion::implicit().lost(format!(
                "CASE WHEN {special} OR {value} = 0 THEN FALSE WHEN abs({value}) NOT BETWEEN {smallest} AND \
                 {largest} THEN TRUE ELSE {value}::real::double precision <> {value} END"
            ))
        }
        SqlType::UInt64 => return None,
        to if to.is_integer() => Conversion::implicit().lost(fraction_or_range(to, value)),
        SqlType::Decimal { precision, scale } => {
            // By the shortest text that reads back as the number; the direct cast keeps 6 or 15 digits.
            let exact = format!("{value}::text::numeric");
            let lost = loses_digits(&exact, Some(precision - scale), Some(*scale)).unwrap_or_default();
            Conversion::expr(exact).lost(format!("CASE WHEN {special} THEN TRUE ELSE {lost} END"))
        }
        _ => return None,
    })
}

fn from_date(from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    Some(match (from, to) {
        (SqlType::Date, SqlType::Timestamp) => Conversion::implicit(),
        (SqlType::Date, SqlType::TimestampTz) => {
            Conversion::expr(format!("({value}::timestamp AT TIME ZONE 'UTC')"))
        }
        (SqlType::Timestamp, SqlType::TimestampTz) | (SqlType::TimestampTz, SqlType::Timestamp) => {
            Conversion::expr(format!("({value} AT TIME ZONE 'UTC')"))
        }
        (SqlType::Timestamp, SqlType::Date) => {
            Conversion::cast().lost(format!("{value} <> date_trunc('day', {value})"))
        }
        (SqlType::TimestampTz, SqlType::Date) => {
            let utc = format!("({value} AT TIME ZONE 'UTC')");
            Conversion::expr(format!("{utc}::date")).lost(format!("{utc} <> date_trunc('day', {utc})"))
        }
        _ => return None,
    })
}

/// The least and the greatest number of an integer type.
fn range(ty: &SqlType) -> (i128, i128) {
    ty.integer_range().unwrap_or((i64::MIN.into(), i64::MAX.into()))
}

/// Whether an integer type holds every number of another.
fn within(inner: &SqlType, outer: &SqlType) -> bool {
    range(outer).0 <= range(inner).0 && range(inner).1 <= range(outer).1
}

fn outside_range(ty: &SqlType, value: &str) -> String {
    let (least, greatest) = range(ty);
    format!("{value} NOT BETWEEN {least} AND {greatest}")
}

/// Of a float, not a whole number, or not in the type's range; NaN sorts above every number. The greatest `bigint` that a double
/// holds is below the greatest of all, to which it would be rounded up.
fn fraction_or_range(ty: &SqlType, value: &str) -> String {
    let (least, greatest) = range(ty);
    let greatest = if *ty == SqlType::BigInt { 9_223_372_036_854_774_784 } else { greatest };
    format!("{value} <> trunc({value}) OR {value} NOT BETWEEN {least} AND {greatest}")
}

/// More than `whole` digits in front of the point, or than `scale` behind it.
fn loses_digits(number: &str, whole: Option<u16>, scale: Option<u16>) -> Option<String> {
    let too_large = whole.map(|digits| format!("abs({number}) >= 1{}", "0".repeat(digits.into())));
    let too_fine = scale.map(|digits| format!("{number} <> round({number}, {digits})"));
    let conditions: Vec<String> = too_large.into_iter().chain(too_fine).collect();
    (!conditions.is_empty()).then(|| conditions.join(" OR "))
}

/// A number that no float of this type has as its shortest text.
fn inexact_float(ty: &SqlType, number: &str) -> String {
    let (smallest, largest) = float_range(ty);
    let name = float_name(ty);
    format!(
        "CASE WHEN {number} = 0 THEN FALSE WHEN abs({number}) NOT BETWEEN {smallest} AND {largest} THEN TRUE ELSE \
         {number}::{name}::text::numeric <> {number} END"
    )
}

fn float_name(ty: &SqlType) -> &'static str {
    if *ty == SqlType::Real { "real" } else { "double precision" }
}

/// The smallest normal and the largest finite number; beyond them casts fail.
fn float_range(ty: &SqlType) -> (&'static str, &'static str) {
    match ty {
        SqlType::Real => ("1.17549435e-38", "3.40282346e+38"),
        _ => ("2.2250738585072014e-308", "1.7976931348623157e+308"),
    }
}
