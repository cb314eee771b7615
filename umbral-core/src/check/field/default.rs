//! `field.default`: whether a field's default is a value of its type.

use super::At;
use super::types::describe;
use crate::backend::BackendFeature;
use crate::check::Finding;
use crate::model::DefaultMeta;
use crate::schema::expr::{Literal, UnaryOp};
use crate::schema::{Expr, RangeKind, SqlType};
use crate::value::{
    Bits, Cidr, Date, Decimal, Hstore, Inet, Interval, Ltree, MacAddr, Time, Timestamp, TsVector, parse_range,
};

const ID: &str = "field.default";

pub(super) fn check(at: &At<'_>) -> Option<Finding> {
    let ty = at.field.column_type();
    let expr = match at.field.default {
        DefaultMeta::None => return None,
        DefaultMeta::Now => Expr::Now,
        DefaultMeta::Value(text) => match text.parse::<Expr>() {
            Ok(expr) => expr,
            Err(error) => {
                let message = format!("the default of `{}` cannot be read: {error}: `{text}`", at.name());
                return Some(
                    at.error(ID, message)
                        .hint("write text as `default = \"draft\"`, a number as `default = 0`"),
                );
            }
        },
        // What is not in the grammar is the database's own, and the database's to judge.
        DefaultMeta::Sql(text) => text.parse::<Expr>().ok()?,
    };
    if at.field.auto {
        let message = format!("`{}` is assigned by the database, and has a default", at.name());
        return Some(at.error(ID, message).hint("leave the default out"));
    }
    misfit(&expr, &ty, at.field.nullable)
        .map(|(message, hint)| at.error(ID, format!("the default of `{}` {message}", at.name())).hint(hint))
        .or_else(|| unsupported(at, &expr))
}

/// A default that the backend cannot keep because it is an expression.
fn unsupported(at: &At<'_>, expr: &Expr) -> Option<Finding> {
    let backend = at.context.backend?;
    let plain = expr.is_constant() || *expr == Expr::Now;
    if plain || backend.supports(BackendFeature::ExpressionDefaults) {
        return None;
    }
    let (name, version) = (backend.name(), backend.version());
    let message =
        format!("the default of `{}` is an expression, which {name} {version} cannot keep", at.name());
    Some(at.error(ID, message).hint("use a constant, or set the value when a row is created"))
}

/// Why an expression is no default for this type, and what to do.
fn misfit(expr: &Expr, ty: &SqlType, nullable: bool) -> Option<(String, String)> {
    match expr {
        Expr::Literal(Literal::Null) if nullable => None,
        Expr::Literal(Literal::Null) => {
            Some(("is NULL, which it cannot be".to_owned(), "make the field an `Option`".to_owned()))
        }
        Expr::Literal(literal) => literal_misfit(literal, false, ty),
        Expr::Unary { op: UnaryOp::Negate, operand } => match operand.as_ref() {
            Expr::Literal(literal) => literal_misfit(literal, true, ty),
            _ => None,
        },
        Expr::Now => match ty {
            SqlType::Date | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz => None,
            other => Some((
                format!("is the time, and it is {}", describe(other)),
                "only a date or a time can be `default = now`".to_owned(),
            )),
        },
        other => other.columns().into_iter().next().map(|column| {
            (
                format!("reads the column `{column}`, and a default cannot read another column"),
                "set the value when a row is created".to_owned(),
            )
        }),
    }
}

fn literal_misfit(literal: &Literal, negated: bool, ty: &SqlType) -> Option<(String, String)> {
    let (fits, what) = match literal {
        Literal::Null => (true, "NULL"),
        Literal::Boolean(_) => (!negated && *ty == SqlType::Boolean, "a boolean"),
        Literal::Bytes(_) => (!negated && *ty == SqlType::Bytes, "bytes"),
        Literal::Number(text) => return number_misfit(text, negated, ty),
        Literal::Text(_) if negated => (false, "negated text"),
        Literal::Text(text) => return text_misfit(text, ty),
    };
    (!fits).then(|| wrong_type(what, ty))
}

fn wrong_type(what: &str, ty: &SqlType) -> (String, String) {
    (format!("is {what}, and it is {}", describe(ty)), format!("give a value that is {}", describe(ty)))
}

fn number_misfit(text: &str, negated: bool, ty: &SqlType) -> Option<(String, String)> {
    let negative = negated != text.starts_with('-');
    let digits = text.trim_start_matches('-');
    let shown = format!("{}{digits}", if negative { "-" } else { "" });
    let (minimum, maximum) = match ty {
        SqlType::Real | SqlType::Double => return None,
        SqlType::Decimal { precision, scale } => return decimal_misfit(&shown, *precision, *scale),
        other => match other.integer_range() {
            Some(range) => range,
            None => return Some(wrong_type("a number", other)),
        },
    };
    match shown.parse::<i128>() {
        Ok(number) if (minimum..=maximum).contains(&number) => None,
        _ => Some((
            format!("is {shown}, and it is {}", describe(ty)),
            format!("give a whole number from {minimum} to {maximum}"),
        )),
    }
}

/// Whether a number has more digits than a decimal keeps. Zeros at its end are no digits.
fn decimal_misfit(text: &str, precision: u16, scale: u16) -> Option<(String, String)> {
    let (whole, fraction) =
        text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
    let whole = whole.trim_start_matches('0').len();
    let fraction = fraction.trim_end_matches('0').len();
    let room = usize::from(precision.saturating_sub(scale));
    (whole > room || fraction > usize::from(scale)).then(|| {
        (
            format!("is {text}, and it is a decimal({precision}, {scale})"),
            format!("give a number of at most {room} digits in front of the point and {scale} behind it"),
        )
    })
}

fn text_misfit(text: &str, ty: &SqlType) -> Option<(String, String)> {
    let as_written = |example: &str| {
        Some((format!("is `{text}`, and it is {}", describe(ty)), format!("write it like `{example}`")))
    };
    match ty {
        SqlType::Text => None,
        SqlType::Char(length) | SqlType::Varchar(length) => {
            let count = text.chars().count();
            let allowed = usize::try_from(*length).unwrap_or(usize::MAX);
            (count > allowed).then(|| {
                let word = if matches!(ty, SqlType::Char(_)) { "length" } else { "max_length" };
                (
                    format!("is {count} characters long, and its `{word}` is {length}"),
                    "shorten it, or allow more".to_owned(),
                )
            })
        }
        SqlType::Date if text.parse::<Date>().is_err() => as_written("2024-02-29"),
        SqlType::Time if text.parse::<Time>().is_err() => as_written("23:59:59.999999"),
        SqlType::Timestamp | SqlType::TimestampTz if text.parse::<Timestamp>().is_err() => {
            as_written("2024-02-29 23:59:59.999999")
        }
        SqlType::Interval if text.parse::<Interval>().is_err() => as_written("1 year 2 mons 3 days 04:05:06"),
        SqlType::Inet if text.parse::<Inet>().is_err() => as_written("192.168.0.1"),
        SqlType::Cidr if text.parse::<Cidr>().is_err() => as_written("192.168.0.0/16"),
        SqlType::MacAddr if text.parse::<MacAddr>().is_err() => as_written("08:00:2b:01:02:03"),
        SqlType::Bit(length) if text.parse::<Bits>().map_or(true, |bits| bits.len() != *length) => {
            as_written(&"0".repeat((*length).min(64) as usize))
        }
        SqlType::Range(of) if parse_range(*of, text).is_none() => as_written(match of {
            RangeKind::Date => "[2024-01-01,2025-01-01)",
            RangeKind::Timestamp | RangeKind::TimestampTz => "[2024-01-01 12:00:00,2024-01-01 13:00:00)",
            _ => "[1,10)",
        }),
        SqlType::Hstore if text.parse::<Hstore>().is_err() => as_written("\"colour\"=>\"red\""),
        SqlType::Ltree if text.parse::<Ltree>().is_err() => as_written("top.science"),
        SqlType::TsVector if text.parse::<TsVector>().is_err() => as_written("'cat':3 'fat':2"),
        SqlType::Uuid if !is_uuid(text) => as_written("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        SqlType::Decimal { precision, scale } => match text.parse::<Decimal>() {
            Ok(_) => decimal_misfit(text, *precision, *scale),
            Err(_) => as_written("12.50"),
        },
        SqlType::Date | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz | SqlType::Uuid => None,
        SqlType::Interval | SqlType::Inet | SqlType::Cidr | SqlType::MacAddr | SqlType::Bit(_) => None,
        SqlType::Range(_) | SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector => None,
        // JSON and arrays have text forms of the database's own.
        SqlType::Json | SqlType::Array(_) => None,
        // `field.choices` looks whether it is a label.
        SqlType::Enum(_) => None,
        other => Some(wrong_type("text", other)),
    }
}

/// Whether it is a UUID as RFC 9562 writes one.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
