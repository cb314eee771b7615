//! `numeric`: digits of base 10,000, the most significant first (`numeric.c`, `numeric_send`).

use super::decode::take;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Decimal;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const POSITIVE_INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
const BASE_DIGITS: i32 = 4;

/// Reads a number of up to 38 digits, as many of them behind the point as it was stored with.
pub(super) fn decode(mut bytes: &[u8]) -> Result<Decimal> {
    let count = u16::from_be_bytes(take(&mut bytes)?);
    let weight = i32::from(i16::from_be_bytes(take(&mut bytes)?));
    let sign = u16::from_be_bytes(take(&mut bytes)?);
    let scale = i32::from(u16::from_be_bytes(take(&mut bytes)?));
    let negative = match sign {
        POSITIVE => false,
        NEGATIVE => true,
        NAN => return Err(not_finite("NaN")),
        POSITIVE_INFINITY => return Err(not_finite("Infinity")),
        NEGATIVE_INFINITY => return Err(not_finite("-Infinity")),
        other => return Err(Error::new(ErrorKind::Internal, format!("a numeric has the sign {other:#06x}"))),
    };
    // The digits end `shown` places in front of the point; the number's own scale asks for zeros behind them, or
    // cuts zeros off the last group of four.
    let shown = (weight + 1 - i32::from(count)) * BASE_DIGITS;
    let most = i32::from(Decimal::MAX_PRECISION);
    let scale = if scale > most { scale.min(-shown).max(0) } else { scale };
    let places = shown + scale;
    let mut mantissa: i128 = 0;
    for position in 1..=count {
        let digit = i128::from(u16::from_be_bytes(take(&mut bytes)?));
        let cut = if position == count { (-places).clamp(0, BASE_DIGITS - 1) } else { 0 };
        mantissa = times_power(mantissa, BASE_DIGITS - cut)?
            .checked_add(digit / 10i128.pow(cut.unsigned_abs()))
            .ok_or_else(too_long)?;
    }
    let mantissa = if mantissa == 0 { 0 } else { times_power(mantissa, places.max(0))? };
    fit(if negative { -mantissa } else { mantissa }, scale)
}

/// `number` × 10^`places`.
fn times_power(number: i128, places: i32) -> Result<i128> {
    let factor = 10i128.checked_pow(places.unsigned_abs()).ok_or_else(too_long)?;
    number.checked_mul(factor).ok_or_else(too_long)
}

/// Takes zeros off the end of a number whose scale is past 38, as quotients and averages have.
fn fit(mut mantissa: i128, mut scale: i32) -> Result<Decimal> {
    let most = i32::from(Decimal::MAX_PRECISION);
    while scale > most && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    match u8::try_from(scale) {
        Ok(small) if scale <= most => Ok(Decimal { mantissa, scale: small }),
        _ => Err(too_long()),
    }
}

#[cold]
fn too_long() -> Error {
    Error::new(ErrorKind::Value, "a numeric has more than 38 digits")
        .with_hint("round it in the query, or cast it to text")
}

#[cold]
fn not_finite(what: &str) -> Error {
    Error::new(ErrorKind::Value, format!("a numeric is {what}, which no decimal holds"))
        .with_hint("leave such rows out, or cast the column to double precision in the query")
}

/// Writes a number of any scale up to 38.
pub(super) fn encode(number: Decimal, out: &mut Vec<u8>) {
    let scale = usize::from(number.scale);
    let text = format!("{:0>width$}", number.mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = text.split_at(text.len() - scale);
    // Groups of four, counted from the point in both directions.
    let mut groups: Vec<u16> = Vec::with_capacity(text.len() / 4 + 2);
    let head = whole.len() % 4;
    if head > 0 {
        groups.push(group(&whole.as_bytes()[..head], 0));
    }
    groups.extend(whole.as_bytes()[head..].chunks(4).map(|digits| group(digits, 0)));
    let mut weight = groups.len() as i16 - 1;
    groups.extend(fraction.as_bytes().chunks(4).map(|digits| group(digits, 4 - digits.len())));
    let leading = groups.iter().take_while(|digit| **digit == 0).count();
    weight -= leading as i16;
    let trailing = groups[leading..].iter().rev().take_while(|digit| **digit == 0).count();
    let digits = &groups[leading..groups.len() - trailing];
    let sign = if number.mantissa < 0 { NEGATIVE } else { POSITIVE };
    let weight = if digits.is_empty() { 0 } else { weight };
    out.extend_from_slice(&(digits.len() as u16).to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&u16::from(number.scale).to_be_bytes());
    for digit in digits {
        out.extend_from_slice(&digit.to_be_bytes());
    }
}

/// Up to four decimal digits as a number, with zeros behind them.
fn group(digits: &[u8], zeros: usize) -> u16 {
    let value = digits.iter().fold(0u16, |value, digit| value * 10 + u16::from(digit - b'0'));
    value * 10u16.pow(zeros as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_back() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "0.1",
            "0.0001",
            "0.00001",
            "10000",
            "9999.9999",
            "12345.678900",
            "-0.05",
            "99999999999999999999999999999999999999",
            "-0.00000000000000000000000000000000000001",
            "1234567890123456789.0123456789012345678",
            "1000000000000.0000000000001",
            "9.9999999999999999999999999999999999999",
            "99.999999999999999999999999999999999999",
            "-999.99999999999999999999999999999999999",
        ] {
            let number: Decimal = text.parse().unwrap();
            let mut bytes = Vec::new();
            encode(number, &mut bytes);
            let back = decode(&bytes).unwrap();
            assert_eq!(back.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_finite_number_of_38_digits_is_refused() {
        for sign in [NAN, POSITIVE_INFINITY, NEGATIVE_INFINITY, 7] {
            let mut bytes = vec![0, 0, 0, 0];
            bytes.extend_from_slice(&sign.to_be_bytes());
            bytes.extend_from_slice(&[0, 0]);
            assert!(decode(&bytes).is_err());
        }
        // 10^40: one digit of weight 10.
        assert!(decode(&[0, 1, 0, 10, 0, 0, 0, 0, 0, 1]).is_err());
        // Cut short.
        assert!(decode(&[0, 1, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(decode(&[]).is_err());
    }

    #[test]
    fn zeros_past_the_38th_place_are_taken_off() {
        // 0.5 with a scale of 40.
        let half = decode(&[0, 1, 0xff, 0xff, 0, 0, 0, 40, 0x13, 0x88]).unwrap();
        assert_eq!(half, "0.5".parse().unwrap());
    }
}
