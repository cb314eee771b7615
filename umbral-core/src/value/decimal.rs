//! Exact decimal numbers.

use crate::error::{Error, ErrorKind, Result};
use std::cmp::Ordering;
use std::fmt;

/// An exact decimal number: `mantissa` × 10^-`scale`.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// All its digits with the sign.
    pub mantissa: i128,
    /// How many of the digits stand behind the point: 0 to 38.
    pub scale: u8,
}

impl Decimal {
    /// The digits that an `i128` always holds.
    pub const MAX_PRECISION: u16 = 38;

    /// The digits that a 64-bit integer always holds.
    pub const INTEGER_PRECISION: u16 = 18;

    /// The same number with `scale` digits behind the point. Fails where digits other than 0 would be lost, or
    /// where it does not fit.
    pub fn rescale(self, scale: u8) -> Result<Decimal> {
        let mut mantissa = self.mantissa;
        for _ in self.scale..scale {
            mantissa = mantissa.checked_mul(10).ok_or_else(|| self.does_not_fit(scale))?;
        }
        for _ in scale..self.scale {
            if mantissa % 10 != 0 {
                return Err(self.does_not_fit(scale));
            }
            mantissa /= 10;
        }
        Ok(Decimal { mantissa, scale })
    }

    /// How many digits it has in front of and behind the point together, without leading zeros.
    pub fn precision(self) -> u32 {
        self.mantissa.unsigned_abs().checked_ilog10().map_or(1, |digits| digits + 1)
    }

    #[cold]
    fn does_not_fit(self, scale: u8) -> Error {
        Error::new(ErrorKind::Value, format!("{self} does not fit {scale} digits behind the point"))
    }

    fn reduced(mut self) -> Decimal {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }
}

/// By value: 1.50 equals 1.5.
impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        let (left, right) = (self.reduced(), other.reduced());
        left.mantissa == right.mantissa && left.scale == right.scale
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value.
impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        // The fraction of either, brought to the 38 digits that the longest has, is less than 10^38, which an i128 holds.
        let parts = |number: &Decimal| {
            let unit = 10i128.pow(u32::from(number.scale.min(38)));
            let rest = 10i128.pow(38 - u32::from(number.scale.min(38)));
            (number.mantissa.div_euclid(unit), number.mantissa.rem_euclid(unit) * rest)
        };
        parts(self).cmp(&parts(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits =
            format!("{:0>width$}", self.mantissa.unsigned_abs(), width = usize::from(self.scale) + 1);
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.scale));
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

impl std::str::FromStr for Decimal {
    type Err = Error;

    fn from_str(text: &str) -> Result<Decimal> {
        let bad =
            || Error::new(ErrorKind::Value, format!("`{text}` is no decimal number of at most 38 digits"));
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + fraction.len() == 0
            || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
        {
            return Err(bad());
        }
        let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= 38).ok_or_else(bad)?;
        let mut mantissa: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            let digit = i128::from(digit - b'0');
            mantissa = mantissa.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or_else(bad)?;
        }
        Ok(Decimal { mantissa: sign * mantissa, scale })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_that_of_the_numbers() {
        let sorted = [
            "-99999999999999999999999999999999999999",
            "-1.5",
            "-1.49",
            "-0.0000001",
            "0",
            "0.1",
            "0.10000001",
            "7",
        ];
        let numbers: Vec<Decimal> = sorted.iter().map(|text| text.parse().unwrap()).collect();
        for (place, one) in numbers.iter().enumerate() {
            for (other_place, other) in numbers.iter().enumerate() {
                assert_eq!(one.cmp(other), place.cmp(&other_place), "{one} {other}");
            }
        }
        assert_eq!("1.50".parse::<Decimal>().unwrap().cmp(&"1.5".parse().unwrap()), Ordering::Equal);
    }

    #[test]
    fn text_and_back() {
        for text in ["0", "0.00", "-0.05", "12.50", "-99999999999999999999999999999999999999", "0.1"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
        for bad in ["", ".", "-", "1e5", "1.2.3", "999999999999999999999999999999999999999999"] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn rescaling_loses_nothing() {
        let price: Decimal = "12.50".parse().unwrap();
        assert_eq!(price.rescale(4).unwrap().mantissa, 125_000);
        assert_eq!(price.rescale(1).unwrap().mantissa, 125);
        assert!(price.rescale(0).is_err());
        assert_eq!(price, price.rescale(3).unwrap());
        assert_eq!(price.precision(), 4);
    }
}
