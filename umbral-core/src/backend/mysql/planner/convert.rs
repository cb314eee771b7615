//! Changes of type: how a value becomes one of the new type, and which values would be lost by it.
//!
//! `MODIFY` converts by itself, and what it does not convert it refuses half-way. So a conversion keeps a value, or the row
//! is found before anything changes. A value is kept when the way back leads to it: `12.50` as text becomes the number
//! 12.5; `007` does not become 7.

use super::super::MySql;
use super::super::text::quoted;
use super::super::types::type_name;
use crate::backend::{BackendFeature, DatabaseBackend};
use crate::schema::SqlType;

/// How a column's values become those of another type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Conversion {
    /// A type that the column has in between.
    pub(super) through: Option<SqlType>,
    /// What the values are set to before the new type comes, where the server's own conversion is another.
    pub(super) update: Option<String>,
    /// A condition that is true for the values that the new type does not hold.
    pub(super) lost: Option<String>,
}

fn plain() -> Conversion {
    Conversion::default()
}

fn lost(condition: impl Into<String>) -> Conversion {
    Conversion { lost: Some(condition.into()), ..Conversion::default() }
}

/// The conversion of `value`, the text of an expression; `None` where there is none without loss.
pub(super) fn conversion(backend: &MySql, from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    if from == to || is_kept(backend, from, to) {
        return Some(plain());
    }
    match (from, to) {
        (SqlType::Enum(from), SqlType::Enum(to)) => Some(match from.removed_in(to) {
            removed if removed.is_empty() => plain(),
            removed => lost(format!("{value} IN ({})", constants(removed))),
        }),
        (_, to) if to.is_text() => to_text(backend, from, to, value),
        (from, _) if from.is_text() => from_text(backend, to, value),
        (from, _) if from.is_integer() => from_integer(from, to, value),
        (SqlType::Decimal { precision, scale }, _) => from_decimal(*precision, *scale, to, value),
        (SqlType::Real | SqlType::Double, _) => from_float(from, to, value),
        (SqlType::Boolean, to) if to.is_integer() => Some(plain()),
        (SqlType::Date, SqlType::Timestamp | SqlType::TimestampTz) => Some(plain()),
        (SqlType::Timestamp | SqlType::TimestampTz, SqlType::Date) => {
            Some(lost(format!("{value} <> CAST({value} AS date)")))
        }
        _ => None,
    }
}

/// Whether every value of one type is stored as it is in a column of the other.
pub(super) fn is_kept(backend: &MySql, from: &SqlType, to: &SqlType) -> bool {
    let same =
        matches!((type_name(backend, from), type_name(backend, to)), (Ok(one), Ok(other)) if one == other);
    // Addresses are text of a form that other text does not have.
    same && (!is_address(to) || matches!((from, to), (SqlType::Cidr, SqlType::Inet)))
}

fn is_address(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Inet | SqlType::Cidr | SqlType::MacAddr)
}

fn to_text(backend: &MySql, from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    let mut conversion = match from {
        SqlType::Bytes | SqlType::Real | SqlType::Array(_) | SqlType::Bit(_) => return None,
        SqlType::Uuid if !backend.supports(BackendFeature::UuidNative) => return None,
        // Its text would be 0 or 1.
        SqlType::Boolean => Conversion {
            through: Some(SqlType::Varchar(5)),
            update: Some(format!("CASE {value} WHEN '1' THEN 'true' WHEN '0' THEN 'false' END")),
            lost: None,
        },
        SqlType::Double => lost(format!("CAST(CAST({value} AS char) AS double) <> {value}")),
        _ => plain(),
    };
    if let SqlType::Char(length) | SqlType::Varchar(length) = to
        && !fits_always(from, *length)
    {
        let text = match from {
            SqlType::Boolean => format!("CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
            from if from.is_text() || is_address(from) || from.enum_of().is_some() => value.to_owned(),
            _ => format!("CAST({value} AS char)"),
        };
        let too_long = format!("CHAR_LENGTH({text}) > {length}");
        conversion.lost = Some(match conversion.lost {
            Some(lost) => format!("{lost} OR {too_long}"),
            None => too_long,
        });
    }
    // A char(n) keeps no blanks at its end.
    if let (SqlType::Char(_), SqlType::Text | SqlType::Varchar(_) | SqlType::Enum(_)) = (to, from) {
        let blank = format!("{value} LIKE '% '");
        conversion.lost = Some(conversion.lost.map_or(blank.clone(), |lost| format!("{lost} OR {blank}")));
    }
    Some(conversion)
}

fn constants<'l>(labels: impl IntoIterator<Item = &'l String>) -> String {
    labels.into_iter().map(|label| quoted(label)).collect::<Vec<_>>().join(", ")
}

fn fits_always(from: &SqlType, length: u32) -> bool {
    match from {
        SqlType::Char(before) | SqlType::Varchar(before) => *before <= length,
        SqlType::Inet | SqlType::Cidr => length >= 43,
        SqlType::MacAddr => length >= 17,
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

const INTEGER: &str = r"^(0|-?[1-9][0-9]*)\z";
/// As many digits as the widest decimal holds, so that a comparison of two of them tells.
const NUMBER: &str = r"^-?(0|[1-9][0-9]{0,34})(\.[0-9]{1,30})?\z";
const UUID: &str = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z";
const DATE: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const TIME: &str = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?";
const WIDEST: &str = "decimal(65,30)";

fn from_text(backend: &MySql, to: &SqlType, value: &str) -> Option<Conversion> {
    // A comparison of what is no number would be an error, or a warning, so the pattern is looked at first.
    let guarded = |pattern: &str, wrong: &str| {
        let pattern = quoted(pattern);
        lost(format!("CASE WHEN {value} NOT REGEXP {pattern} THEN TRUE ELSE {wrong} END"))
    };
    let unlike = |pattern: &str| lost(format!("{value} NOT REGEXP {}", quoted(pattern)));
    let no_such_day =
        |ty: &str| format!("{value} < '0001' OR ({value} IS NOT NULL AND CAST({value} AS {ty}) IS NULL)");
    Some(match to {
        to if to.is_integer() => {
            guarded(INTEGER, &outside(taken(to), &format!("CAST({value} AS decimal(65,0))")))
        }
        SqlType::Decimal { precision, scale } => guarded(
            NUMBER,
            &differ(
                &format!("CAST({value} AS {WIDEST})"),
                &format!("CAST({value} AS decimal({precision},{scale}))"),
            ),
        ),
        SqlType::Double => guarded(
            NUMBER,
            &differ(
                &format!("CAST({value} AS {WIDEST})"),
                &format!("CAST(CAST({value} AS double) AS {WIDEST})"),
            ),
        ),
        SqlType::Boolean => Conversion {
            update: Some(format!("CASE {value} WHEN 'true' THEN '1' WHEN 'false' THEN '0' END")),
            ..lost(format!("{value} NOT IN ('true', 'false')"))
        },
        SqlType::Uuid if backend.supports(BackendFeature::UuidNative) => unlike(UUID),
        SqlType::Time => unlike(&format!(r"^{TIME}\z")),
        SqlType::Date => guarded(&format!(r"^{DATE}\z"), &no_such_day("date")),
        SqlType::Timestamp | SqlType::TimestampTz => {
            guarded(&format!(r"^{DATE}[ T]{TIME}\z"), &no_such_day("datetime(6)"))
        }
        SqlType::Json => lost(format!("NOT JSON_VALID({value})")),
        SqlType::Enum(of) => lost(format!("{value} NOT IN ({})", constants(&of.labels))),
        _ => return None,
    })
}

fn from_integer(from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    let beyond = |limit: &str| lost(format!("ABS(CAST({value} AS decimal(20,0))) > {limit}"));
    Some(match to {
        to if to.is_integer() && within(from, to) => plain(),
        to if to.is_integer() => lost(outside_range(to, value)),
        SqlType::Decimal { precision, scale } => {
            let digits = u16::try_from(range(from).1.to_string().len()).unwrap_or(u16::MAX);
            let whole = precision - scale;
            if whole >= digits { plain() } else { beyond(&"9".repeat(whole.max(1).into())) }
        }
        SqlType::Real if range(from).1 < 1 << 24 => plain(),
        SqlType::Double if range(from).1 < 1 << 53 => plain(),
        // Integers are counted without gaps up to there.
        SqlType::Real => beyond("16777216"),
        SqlType::Double => beyond("9007199254740992"),
        SqlType::Boolean => lost(format!("{value} NOT IN (0, 1)")),
        _ => return None,
    })
    .filter(|_| !matches!(to, SqlType::Decimal { precision, scale } if precision == scale))
}

fn from_decimal(precision: u16, scale: u16, to: &SqlType, value: &str) -> Option<Conversion> {
    Some(match to {
        to if to.is_integer() => lost(fraction_or_range(to, value)),
        SqlType::Decimal { precision: to_precision, scale: to_scale }
            if *to_scale >= scale && to_precision - to_scale >= precision - scale =>
        {
            plain()
        }
        SqlType::Decimal { precision, scale } => {
            lost(differ(value, &format!("CAST({value} AS decimal({precision},{scale}))")))
        }
        SqlType::Double => {
            lost(format!("CAST(CAST({value} AS double) AS decimal({precision},{scale})) <> {value}"))
        }
        _ => return None,
    })
}

fn from_float(from: &SqlType, to: &SqlType, value: &str) -> Option<Conversion> {
    Some(match to {
        SqlType::Double => plain(),
        to if to.is_integer() => lost(fraction_or_range(to, value)),
        SqlType::Real => lost(format!("CAST({value} AS float) <> {value}")),
        // By the shortest text that reads back as the number.
        SqlType::Decimal { precision, scale } if *from == SqlType::Double => {
            let exact = format!("CAST({value} AS {WIDEST})");
            let other = differ(&exact, &format!("CAST({value} AS decimal({precision},{scale}))"));
            lost(format!("ABS({value}) >= 1e34 OR CAST({exact} AS double) <> {value} OR {other}"))
        }
        _ => return None,
    })
}

/// Whether two decimals differ. The servers take two casts of one value for equal in a WHERE, whatever their sizes.
fn differ(one: &str, other: &str) -> String {
    format!("{one} - {other} <> 0")
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
    outside(range(ty), value)
}

/// The integers that the servers convert other values to: they go through 64 bits with a sign, whatever the column's type.
fn taken(ty: &SqlType) -> (i128, i128) {
    let (least, greatest) = range(ty);
    (least, greatest.min(i64::MAX.into()))
}

fn outside((least, greatest): (i128, i128), value: &str) -> String {
    format!("{value} NOT BETWEEN {least} AND {greatest}")
}

/// The number behind the greatest, which a float may be rounded up to, is none of the type.
fn fraction_or_range(ty: &SqlType, value: &str) -> String {
    let (least, greatest) = taken(ty);
    let behind = greatest + 1;
    format!("{value} <> TRUNCATE({value}, 0) OR {value} < {least} OR {value} >= {behind}")
}
