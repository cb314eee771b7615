//! How the values of a column become decimals that are kept as text, and what those become.

use super::convert::{Conversion, any, not_single, range, unrelated};
use crate::backend::sqlite::wide::is_wide;
use crate::error::Result;
use crate::schema::SqlType;

/// A number in SQL: whether it is negative, and the digits of its magnitude, the last `scale` of them behind the point.
struct Number {
    negative: String,
    digits: String,
    scale: u16,
    /// True for a value that is no such number.
    lossy: Option<String>,
}

/// The conversion of a column, quoted, between a decimal that is kept as text and another type.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for types that have nothing in common.
pub(super) fn conversion(column: &str, from: &SqlType, to: &SqlType) -> Result<Conversion> {
    let number = number(column, from, to)?;
    Ok(match to {
        SqlType::Decimal { precision, scale } if is_wide(to) => to_wide(&number, *precision, *scale),
        SqlType::Decimal { precision, scale } => {
            let (mantissa, cut) = shifted(&number, *scale);
            let lossy = any([number.lossy.clone(), cut, Some(longer(&mantissa, *precision))]);
            let value =
                format!("CASE WHEN {} THEN -1 ELSE 1 END * CAST({mantissa} AS INTEGER)", number.negative);
            Conversion { value, lossy: Some(lossy) }
        }
        to if to.is_integer() && *to != SqlType::UInt64 => to_integer(&number, to),
        SqlType::Double | SqlType::Real => {
            let value = format!("CAST({} AS REAL)", plain_text(&number));
            // 15 digits are what a 64-bit floating-point number always keeps.
            let many = format!("length(trim({}, '0')) > 15", number.digits);
            let single = (*to == SqlType::Real).then(|| not_single(&format!("({value})")));
            Conversion { lossy: Some(any([Some(many), single])), value }
        }
        SqlType::Text => Conversion { value: plain_text(&number), lossy: None },
        SqlType::Char(length) | SqlType::Varchar(length) => {
            let value = plain_text(&number);
            Conversion { lossy: Some(format!("length({value}) > {length}")), value }
        }
        _ => return Err(unrelated(from, to)),
    })
}

fn number(c: &str, from: &SqlType, to: &SqlType) -> Result<Number> {
    let scale = |ty: &SqlType| if let SqlType::Decimal { scale, .. } = ty { *scale } else { 0 };
    let negative = format!("{c} LIKE '-%'");
    Ok(match from {
        from if is_wide(from) => {
            let stored = format!("replace(replace({c}, '-', ''), '.', '')");
            let digits = format!("CASE WHEN {negative} THEN {} ELSE {stored} END", complement(&stored));
            Number { negative, digits: format!("({digits})"), scale: scale(from), lossy: None }
        }
        SqlType::Decimal { .. } | SqlType::Boolean => of_integer(c, scale(from)),
        from if from.is_integer() && *from != SqlType::UInt64 => of_integer(c, 0),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => of_text(c, negative, scale(to)),
        SqlType::Double | SqlType::Real => {
            // printf writes NULL as 0.
            let written = format!("CASE WHEN {c} IS NOT NULL THEN printf('%.{}f', {c}) END", scale(to));
            let lossy = format!(
                "typeof({c}) NOT IN ('integer', 'real', 'null') OR abs({c}) >= 1e38 OR CAST({written} AS REAL) <> {c}"
            );
            let digits = format!("replace(replace({written}, '-', ''), '.', '')");
            Number { negative: format!("{c} < 0"), digits, scale: scale(to), lossy: Some(lossy) }
        }
        _ => return Err(unrelated(from, to)),
    })
}

fn of_integer(c: &str, scale: u16) -> Number {
    let digits = format!("replace(CAST({c} AS TEXT), '-', '')");
    Number { negative: format!("{c} < 0"), digits, scale, lossy: None }
}

/// Digits with at most one point among them, and a minus in front or none.
fn of_text(c: &str, negative: String, scale: u16) -> Number {
    let body = format!("CASE WHEN {negative} THEN substr({c}, 2) ELSE {c} END");
    let body = format!("({body})");
    let point = format!("instr({body} || '.', '.')");
    let (whole, fraction) =
        (format!("substr({body}, 1, {point} - 1)"), format!("substr({body}, {point} + 1)"));
    let zeros = "0".repeat(usize::from(scale));
    let lossy = format!(
        "{body} GLOB '*[^0-9.]*' OR {fraction} LIKE '%.%' OR {whole} || {fraction} = '' OR \
         length(rtrim({fraction}, '0')) > {scale}"
    );
    let digits = format!("({whole} || substr({fraction} || '{zeros}', 1, {scale}))");
    Number { negative, digits, scale, lossy: Some(lossy) }
}

/// The digits with `scale` of them behind the point, and where digits are lost by that.
fn shifted(number: &Number, scale: u16) -> (String, Option<String>) {
    let Number { digits, scale: from, .. } = number;
    match from.checked_sub(scale).filter(|excess| *excess > 0) {
        Some(excess) => (
            format!("substr({digits}, 1, max(length({digits}) - {excess}, 0))"),
            Some(format!("ltrim(substr({digits}, -{excess}), '0') <> ''")),
        ),
        None => (format!("({digits} || '{}')", "0".repeat(usize::from(scale - from))), None),
    }
}

fn longer(digits: &str, most: u16) -> String {
    format!("length(ltrim({digits}, '0')) > {most}")
}

fn to_wide(number: &Number, precision: u16, scale: u16) -> Conversion {
    let (mantissa, cut) = shifted(number, scale);
    let padded = format!("substr('{}' || {mantissa}, -{precision})", "0".repeat(usize::from(precision)));
    let whole = precision - scale;
    let pointed = |digits: &str| match scale {
        0 => digits.to_owned(),
        _ => format!("substr({digits}, 1, {whole}) || '.' || substr({digits}, {})", whole + 1),
    };
    let value = format!(
        "CASE WHEN {} AND ltrim({mantissa}, '0') <> '' THEN '-' || {} ELSE {} END",
        number.negative,
        pointed(&complement(&padded)),
        pointed(&padded)
    );
    let lossy = any([number.lossy.clone(), cut, Some(longer(&mantissa, precision))]);
    Conversion { value, lossy: Some(lossy) }
}

fn to_integer(number: &Number, to: &SqlType) -> Conversion {
    let (mantissa, cut) = shifted(number, 0);
    let written = signed(number, &without_zeros(&mantissa));
    let value = format!("CAST({written} AS INTEGER)");
    let beyond = format!("CAST({value} AS TEXT) <> {written}");
    Conversion { lossy: Some(any([cut, Some(beyond), range(&value, &SqlType::BigInt, to)])), value }
}

/// The number as people write it, with all digits behind its point.
fn plain_text(number: &Number) -> String {
    let Number { digits, scale, .. } = number;
    if *scale == 0 {
        return signed(number, &without_zeros(digits));
    }
    let whole = without_zeros(&format!("substr({digits}, 1, length({digits}) - {scale})"));
    signed(number, &format!("{whole} || '.' || substr({digits}, -{scale})"))
}

fn without_zeros(digits: &str) -> String {
    format!("CASE ltrim({digits}, '0') WHEN '' THEN '0' ELSE ltrim({digits}, '0') END")
}

fn signed(number: &Number, text: &str) -> String {
    format!("(CASE WHEN {} THEN '-' ELSE '' END || {text})", number.negative)
}

/// What is missing from each digit to nine, by way of letters: two digits do not change places by `replace`.
fn complement(digits: &str) -> String {
    let letter = |digit: u8| char::from(b'a' + digit);
    let to_letters = (0..10).fold(digits.to_owned(), |text, digit| {
        format!("replace({text}, '{digit}', '{}')", letter(9 - digit))
    });
    (0..10).fold(to_letters, |text, digit| format!("replace({text}, '{}', '{digit}')", letter(digit)))
}
