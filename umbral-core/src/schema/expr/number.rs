//! Numbers as text, in one spelling.

/// The widest exponent that is written out: beyond what a 64-bit IEEE 754 number holds.
const MAX_EXPONENT: i32 = 400;

/// The canonical spelling of a decimal number: no `+`, no exponent, no superfluous zeros in front, the zeros behind
/// the point kept. `None` where `text` is no decimal number.
///
/// `1e3` is `1000`, `.50` is `0.50`, `-007` is `-7`, `-0` is `0`.
pub(super) fn canonical(text: &str) -> Option<String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || exponent.abs() > MAX_EXPONENT {
        return None;
    }
    let unsigned = place_point(digits, i32::try_from(whole.len()).ok()? + exponent);
    let negative = negative && unsigned.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    Some(if negative { format!("-{unsigned}") } else { unsigned })
}

/// `digits` with the point after `point` of them, filled up with zeros on either side.
fn place_point(digits: String, point: i32) -> String {
    let padded = match usize::try_from(point) {
        Ok(point) => format!("{digits:0<point$}"),
        Err(_) => format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
    };
    let (whole, fraction) = padded.split_at(usize::try_from(point).unwrap_or(0));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// The number with the other sign.
pub(super) fn negated(canonical: &str) -> String {
    match canonical.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None if canonical.bytes().any(|byte| matches!(byte, b'1'..=b'9')) => format!("-{canonical}"),
        None => canonical.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each_number() {
        for (text, expected) in [
            ("7", "7"),
            ("007", "7"),
            ("+7", "7"),
            ("-0", "0"),
            ("-0.0", "0.0"),
            (".50", "0.50"),
            ("5.", "5"),
            ("12.50", "12.50"),
            ("1e3", "1000"),
            ("1.25e1", "12.5"),
            ("1.25E+4", "12500"),
            ("25e-4", "0.0025"),
            ("-25e-1", "-2.5"),
            ("0e5", "0"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
            assert_eq!(canonical(expected).as_deref(), Some(expected), "{expected} is canonical");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", "-", ".", "e5", "1e", "1e999", "NaN", "1 2", "0x1f", "1.2.3", "--1"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn negation() {
        assert_eq!(negated("1.5"), "-1.5");
        assert_eq!(negated("-1.5"), "1.5");
        assert_eq!(negated("0.0"), "0.0");
    }
}
