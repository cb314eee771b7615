//! Constants as columns store them.

use super::super::types::u64_text;
use super::super::wide::{self, is_wide};
use super::number;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::expr::Literal;
use crate::schema::{Expr, SqlType};
use crate::value::{Bits, Cidr, Date, Decimal, Inet, MacAddr, Time, Timestamp};

/// A constant as a column of `ty` stores it.
pub(super) fn constant(literal: &Literal, ty: Option<&SqlType>) -> Result<Expr> {
    let stored = match (literal, ty) {
        (Literal::Boolean(value), _) => number(u8::from(*value).to_string()),
        (Literal::Number(text) | Literal::Text(text), Some(ty @ SqlType::Decimal { precision, scale }))
            if is_wide(ty) =>
        {
            Expr::text(wide::text(rescaled(text, *precision, *scale)?, *precision))
        }
        (Literal::Number(text) | Literal::Text(text), Some(SqlType::Decimal { precision, scale })) => {
            number(mantissa(text, *precision, *scale)?)
        }
        (Literal::Number(text) | Literal::Text(text), Some(SqlType::UInt64)) => {
            let number = text.parse::<u64>();
            Expr::text(u64_text(number.map_err(|_| misfit(format!("{text} does not fit uint64")))?))
        }
        (Literal::Text(text), Some(ty)) => Expr::text(canonical(text, ty).map_err(|error| {
            misfit(format!("the constant does not fit its type: {error}")).with_source(error)
        })?),
        _ => Expr::Literal(literal.clone()),
    };
    Ok(stored)
}

fn misfit(message: String) -> Error {
    let hint = "give a constant of the column's type; where the type changes, drop what compares the column before, and \
                add it again after";
    Error::new(ErrorKind::Schema, message).with_hint(hint)
}

fn mantissa(text: &str, precision: u16, scale: u16) -> Result<String> {
    let scaled = rescaled(text, precision, scale)?;
    // A comparison with a number beyond the column's range is fine; one beyond SQLite's integers is not.
    let mantissa = i64::try_from(scaled.mantissa).map(|mantissa| mantissa.to_string());
    mantissa.map_err(|_| beyond(text, precision, scale))
}

fn rescaled(text: &str, precision: u16, scale: u16) -> Result<Decimal> {
    let bad = || beyond(text, precision, scale);
    let digits = u8::try_from(scale).map_err(|_| bad())?;
    text.parse::<Decimal>().and_then(|number| number.rescale(digits)).map_err(|_| bad())
}

fn beyond(text: &str, precision: u16, scale: u16) -> Error {
    misfit(format!("{text} does not fit decimal({precision}, {scale})"))
}

/// Text in the one spelling that values of `ty` are stored in, so that comparisons of text are comparisons of values.
fn canonical(text: &str, ty: &SqlType) -> Result<String> {
    Ok(match ty {
        SqlType::Date => text.parse::<Date>()?.to_string(),
        SqlType::Time => text.parse::<Time>()?.to_string(),
        SqlType::Timestamp | SqlType::TimestampTz if text.len() == 10 => {
            Timestamp::new(text.parse()?, Time { micros: 0 }).to_string()
        }
        SqlType::Timestamp | SqlType::TimestampTz => text.parse::<Timestamp>()?.to_string(),
        SqlType::Uuid => crate::value::uuid_text(&crate::value::parse_uuid(text)?),
        SqlType::Inet => text.parse::<Inet>()?.to_string(),
        SqlType::Cidr => text.parse::<Cidr>()?.to_string(),
        SqlType::MacAddr => text.parse::<MacAddr>()?.to_string(),
        SqlType::Bit(_) => text.parse::<Bits>()?.to_string(),
        // Blanks at its end are none of its value.
        SqlType::Char(_) => text.trim_end_matches(' ').to_owned(),
        _ => text.to_owned(),
    })
}
