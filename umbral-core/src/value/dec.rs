//! `dec!`.

use ::rust_decimal::Decimal;

/// A `Decimal` constant: `dec!(100)`, `dec!(-0.05)`, `dec!(1_000.50)`. The digits behind the point are kept as written.
/// What is no number, or has more digits than a `Decimal` holds (28, behind the point too), does not compile.
///
/// ```
/// use umbral_core::dec;
/// assert_eq!(dec!(-0.05).to_string(), "-0.05");
/// ```
#[macro_export]
macro_rules! dec {
    ($($number:tt)+) => {{
        const NUMBER: $crate::__private::Decimal = $crate::__private::decimal(::core::stringify!($($number)+));
        NUMBER
    }};
}

/// Reads the number in `dec!`, while the program is compiled.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn decimal(text: &str) -> Decimal {
    let text = text.as_bytes();
    let negative = matches!(text, [b'-', ..]);
    let (mut mantissa, mut scale, mut digits, mut behind_point) = (0_u128, 0, 0, false);
    let mut at = if negative { 1 } else { 0 };
    while at < text.len() {
        match text[at] {
            digit @ b'0'..=b'9' => {
                mantissa = mantissa * 10 + (digit - b'0') as u128;
                digits += 1;
                if behind_point {
                    scale += 1;
                }
                if mantissa >> 96 != 0 || scale > Decimal::MAX_SCALE {
                    panic!("a Decimal has at most 28 digits");
                }
            }
            b'.' if !behind_point => behind_point = true,
            b'_' | b' ' => {}
            _ => panic!("dec! takes a number in decimal digits, such as dec!(-12.50)"),
        }
        at += 1;
    }
    if digits == 0 {
        panic!("dec! takes a number in decimal digits, such as dec!(-12.50)");
    }
    Decimal::from_parts(mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32, negative, scale)
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn numbers_are_read_as_written() {
        for (number, text) in [
            (dec!(0), "0"),
            (dec!(100), "100"),
            (dec!(-12.50), "-12.50"),
            (dec!(1_000.05), "1000.05"),
            (dec!(0.0000000000000000000000000001), "0.0000000000000000000000000001"),
            (dec!(79228162514264337593543950335), "79228162514264337593543950335"),
        ] {
            assert_eq!(number.to_string(), text);
        }
        assert_eq!(dec!(79228162514264337593543950335), Decimal::MAX);
        assert_eq!(dec!(-0.5) + dec!(0.5), dec!(0));
    }
}
