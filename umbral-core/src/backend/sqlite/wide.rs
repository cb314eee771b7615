//! Decimals of more digits than a 64-bit integer holds: text of fixed width that sorts as the numbers do.
//!
//! Of a `decimal(22,4)`, 12.5 is `000000000000000012.5000`, and -12.5 is `-999999999999999987.4999`: a minus sorts before every
//! digit, and behind it each digit is what is missing from it to nine, so that the greater of two negative numbers is the
//! greater text.

use super::types::MAX_DECIMAL_PRECISION;
use crate::schema::SqlType;
use crate::value::Decimal;

/// What compares as more than every number of a column, and as less.
const ABOVE: &str = ":";
const BELOW: &str = "-";

/// Whether values of the type are such text.
pub(super) fn is_wide(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Decimal { precision, .. } if *precision > MAX_DECIMAL_PRECISION)
}

/// The number, of its column's scale, as a column of `precision` digits stores it. One that has more digits compares as
/// it would, and is no value of the column.
pub(super) fn text(number: Decimal, precision: u16) -> String {
    let (width, magnitude) = (usize::from(precision), number.mantissa.unsigned_abs());
    let mut digits = format!("{magnitude:0width$}");
    if digits.len() > width {
        return if number.mantissa < 0 { BELOW } else { ABOVE }.to_owned();
    }
    let whole = width.saturating_sub(usize::from(number.scale));
    if number.scale > 0 {
        digits.insert(whole, '.');
    }
    if number.mantissa < 0 { format!("-{}", complement(&digits)) } else { digits }
}

/// The number that such a text is.
pub(super) fn number(text: &str, precision: u16, scale: u16) -> Option<Decimal> {
    let negative = text.strip_prefix('-');
    let digits = negative.map_or_else(|| text.to_owned(), complement);
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let of_width = whole.len() + fraction.len() == usize::from(precision);
    if !of_width || fraction.len() != usize::from(scale) {
        return None;
    }
    let plain = format!("{whole}{fraction}");
    let magnitude: i128 = plain.bytes().all(|byte| byte.is_ascii_digit()).then(|| plain.parse().ok())??;
    let mantissa = if negative.is_some() { -magnitude } else { magnitude };
    Some(Decimal { mantissa, scale: u8::try_from(scale).ok()? })
}

/// What is missing from each digit to nine.
fn complement(digits: &str) -> String {
    let missing = |character: char| match character {
        '0'..='9' => char::from(b'9' - (character as u8 - b'0')),
        other => other,
    };
    digits.chars().map(missing).collect()
}

/// What every value of a column fulfils, and nothing else.
pub(super) fn check(column: &str, precision: u16, scale: u16) -> String {
    let digits = |count: u16| "[0-9]".repeat(usize::from(count));
    let fraction = if scale == 0 { String::new() } else { format!(".{}", digits(scale)) };
    let shape = format!("{}{fraction}", digits(precision.saturating_sub(scale)));
    format!("{column} GLOB '{shape}' OR {column} GLOB '-{shape}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_stored_is_read_back_and_sorts() {
        let most = "99999999999999999999999999999999999999";
        for (precision, scale, numbers) in [
            (
                22,
                4,
                vec!["-999999999999999999.9999", "-12.5", "-0.0001", "0", "0.0001", "9.5", "12.5", "100"],
            ),
            (19, 0, vec!["-9999999999999999999", "-10", "-9", "-1", "0", "1", "2", "9223372036854775808"]),
            (38, 38, vec!["-0.99999999999999999999999999999999999999", "-0.1", "0", "0.1"]),
            (38, 0, vec![&most[..37], most]),
        ] {
            let kept = |text: &&str| decimal(text).rescale(scale as u8).unwrap();
            let stored: Vec<String> = numbers.iter().map(|one| text(kept(one), precision)).collect();
            assert!(stored.is_sorted(), "{stored:?}");
            for (number_of, stored) in numbers.iter().zip(&stored) {
                assert_eq!(number(stored, precision, scale), Some(decimal(number_of)), "{stored}");
                assert!(stored.as_str() > BELOW && stored.as_str() < ABOVE);
            }
        }
        assert_eq!(text(decimal("-12.5000"), 22), "-999999999999999987.4999");
        assert_eq!(text(decimal("100"), 2), ABOVE);
        assert_eq!(text(decimal("-100"), 2), BELOW);
    }

    #[test]
    fn what_is_no_such_text_is_no_number() {
        for text in ["", "1", "12.5", "00000000000000012.50000", "0000000000000000+2.5000", ABOVE, BELOW] {
            assert_eq!(number(text, 22, 4), None, "{text}");
        }
    }
}
