//! Values that a server would take and keep as others.

use super::super::features;
use super::super::release::Release;
use crate::backend::BackendFeature;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// Whether this server keeps the value as it is.
///
/// # Errors
/// [`ErrorKind::Value`] where it would keep another.
pub(in crate::backend::mysql) fn verify(value: &Value, release: &Release) -> Result<()> {
    match value {
        Value::Real(number) => verify_zero(f64::from(*number), release),
        Value::Double(number) => verify_zero(*number, release),
        Value::Json(text) if !features::supports(release, BackendFeature::ExactJsonNumbers) => {
            match inexact_number(text) {
                None => Ok(()),
                Some(number) => Err(Error::new(
                    ErrorKind::Value,
                    format!("the JSON document holds {number}, which MySQL would round: it keeps numbers in 64 bits"),
                )
                .with_hint("write the number as a string in the document, or keep it in a decimal column")),
            }
        }
        _ => Ok(()),
    }
}

fn verify_zero(number: f64, release: &Release) -> Result<()> {
    if number != 0.0 || number.is_sign_positive() || release.has(features::SIGNED_ZERO) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Value, "MariaDB keeps -0.0 as 0.0, without its sign")
        .with_hint("add 0.0 to the number, which makes it 0.0"))
}

/// The first number of a JSON document that is neither a 64-bit integer nor, to its last digit, a floating-point number.
/// What is no JSON document is the server's to refuse.
fn inexact_number(json: &str) -> Option<&str> {
    let mut rest = json;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = rest.get(at..)?;
        if let Some(text) = rest.strip_prefix('"') {
            rest = behind_string(text)?;
            continue;
        }
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = rest.find(|c| !is_of_number(c)).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        if !is_kept(number) {
            return Some(number);
        }
        rest = behind;
    }
    None
}

/// What follows the quote that ends a string.
fn behind_string(text: &str) -> Option<&str> {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    text.get(end + 1..)
}

fn is_kept(number: &str) -> bool {
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return true;
    }
    match number.parse::<f64>() {
        Ok(nearest) => scientific(number) == scientific(&format!("{nearest:e}")),
        Err(_) => true,
    }
}

/// A number as its digits without zeros around them, and the power of ten of the first. Zero has no digits.
fn scientific(number: &str) -> (String, i64) {
    let number = number.trim_start_matches('-');
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX / 2);
    let significant = significant.trim_end_matches('0').to_owned();
    let power = exponent.saturating_add(whole.len() as i64 - zeros as i64);
    if significant.is_empty() { (significant, 0) } else { (significant, power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_64_bits_hold_are_exact() {
        for json in [
            "-12.50",
            "[1.0, 1e2, 0.1, 5e-324, 1.7976931348623157e308]",
            "18446744073709551615",
            "-9223372036854775808",
            "{\"12345678901234567890.5\": \"\\\"12345678901234567890.5\"}",
            "[0.30000000000000004, 0.000, -0, 0e9, 1E+2]",
            "not JSON - at all",
        ] {
            assert_eq!(inexact_number(json), None, "{json}");
        }
    }

    #[test]
    fn numbers_beyond_64_bits_are_found() {
        for (json, found) in [
            ("[1, 12345678901234567890.5]", "12345678901234567890.5"),
            ("{\"a\\\\\": 18446744073709551617}", "18446744073709551617"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
            ("1e400", "1e400"),
            ("1e-400", "1e-400"),
        ] {
            assert_eq!(inexact_number(json), Some(found), "{json}");
        }
    }

    #[test]
    fn zero_has_a_sign_where_it_is_kept() {
        let (mysql, mariadb) = (Release::parse("9.7.0").unwrap(), Release::parse("10.11.6-MariaDB").unwrap());
        for value in [Value::Double(-0.0), Value::Real(-0.0)] {
            assert!(verify(&value, &mysql).is_ok());
            assert_eq!(verify(&value, &mariadb).unwrap_err().kind(), ErrorKind::Value);
        }
        assert!(verify(&Value::Double(0.0), &mariadb).is_ok());
        assert!(verify(&Value::Double(-1e-300), &mariadb).is_ok());
    }
}
