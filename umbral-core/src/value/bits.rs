//! Strings of bits.

use super::field_type::mismatch;
use super::{FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// A string of bits. The field's `length` says how many it has, which is 1 where nothing is said.
///
/// ```
/// use umbral_core::value::Bits;
/// let flags: Bits = "1010".parse().unwrap();
/// assert_eq!((flags.len(), flags.get(0), flags.get(1)), (4, Some(true), Some(false)));
/// assert_eq!(flags.to_string(), "1010");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Bits {
    /// The first bit is the highest of the first byte; what is over in the last byte is 0.
    bytes: Vec<u8>,
    len: u32,
}

impl Bits {
    /// The first `len` bits of bytes, each from its highest bit; `None` where there are not as many.
    pub fn from_bytes(bytes: &[u8], len: u32) -> Option<Bits> {
        let mut bytes = bytes.get(..len.div_ceil(8) as usize)?.to_vec();
        if let (Some(last), over @ 1..) = (bytes.last_mut(), len.wrapping_neg() % 8) {
            *last &= 0xff << over;
        }
        Some(Bits { bytes, len })
    }

    /// The lowest `len` bits of a number, the highest of them first.
    pub fn from_number(number: u64, len: u32) -> Bits {
        (0..len).map(|bit| number.checked_shr(len - 1 - bit).is_some_and(|rest| rest & 1 == 1)).collect()
    }

    /// The number that they are, the first bit the highest; `None` beyond 64 bits.
    pub fn number(&self) -> Option<u64> {
        (self.len <= 64).then(|| self.iter().fold(0, |number, bit| number << 1 | u64::from(bit)))
    }

    /// The bits in bytes, the first one the highest of its byte.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bits there are.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at a position, counted from the first; `None` behind the last.
    pub fn get(&self, position: u32) -> Option<bool> {
        let byte = self.bytes.get((position / 8) as usize).filter(|_| position < self.len)?;
        Some(byte >> (7 - position % 8) & 1 == 1)
    }

    /// The bits from the first to the last.
    pub fn iter(&self) -> impl Iterator<Item = bool> + '_ {
        (0..self.len).filter_map(|position| self.get(position))
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Bits {
        let mut all = Bits::default();
        for bit in bits {
            if all.len % 8 == 0 {
                all.bytes.push(0);
            }
            if let Some(last) = all.bytes.last_mut() {
                *last |= u8::from(bit) << (7 - all.len % 8);
            }
            all.len += 1;
        }
        all
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|bit| f.write_str(if bit { "1" } else { "0" }))
    }
}

impl std::str::FromStr for Bits {
    type Err = Error;

    fn from_str(text: &str) -> Result<Bits> {
        let bit = |digit| match digit {
            '0' => Some(false),
            '1' => Some(true),
            _ => None,
        };
        text.chars().map(bit).collect::<Option<Bits>>().ok_or_else(|| {
            Error::new(ErrorKind::Value, format!("`{text}` is no string of bits"))
                .with_hint("write it like `1010`")
        })
    }
}

/// A string of bits in a row, as the database holds it.
#[derive(Debug, Clone, Copy)]
pub struct BitsRef<'r>(Form<'r>);

#[derive(Debug, Clone, Copy)]
enum Form<'r> {
    Bytes(&'r [u8], u32),
    Number(u64, u32),
    Digits(&'r str),
}

impl<'r> BitsRef<'r> {
    /// The first `len` bits of bytes, each from its highest bit.
    pub fn of_bytes(bytes: &'r [u8], len: u32) -> BitsRef<'r> {
        BitsRef(Form::Bytes(bytes, len))
    }

    /// The lowest `len` bits of a number.
    pub fn of_number(number: u64, len: u32) -> BitsRef<'r> {
        BitsRef(Form::Number(number, len))
    }

    /// The digits 0 and 1.
    pub fn of_digits(digits: &'r str) -> BitsRef<'r> {
        BitsRef(Form::Digits(digits))
    }

    /// The bits themselves.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where what is stored is none.
    pub fn to_bits(self) -> Result<Bits> {
        match self.0 {
            Form::Bytes(bytes, len) => Bits::from_bytes(bytes, len).ok_or_else(|| {
                Error::new(ErrorKind::Value, format!("{} bytes are no {len} bits", bytes.len()))
            }),
            Form::Number(number, len) => Ok(Bits::from_number(number, len)),
            Form::Digits(digits) => digits.parse(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl FieldType for Bits {
    const TYPE: ValueType = ValueType::Bits;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bits(bits) => bits.to_bits(),
            ValueRef::Text(text) => text.parse(),
            other => Err(mismatch("a string of bits", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Bits(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_the_same_bits() {
        let bits: Bits = "1010000011".parse().unwrap();
        assert_eq!(bits.as_bytes(), [0b1010_0000, 0b1100_0000]);
        assert_eq!(bits.number(), Some(0b10_1000_0011));
        assert_eq!(BitsRef::of_bytes(&[0b1010_0000, 0b1111_1111], 10).to_bits().unwrap(), bits);
        assert_eq!(BitsRef::of_number(0b10_1000_0011, 10).to_bits().unwrap(), bits);
        assert_eq!(BitsRef::of_digits("1010000011").to_bits().unwrap(), bits);
        assert!(BitsRef::of_bytes(&[0], 9).to_bits().is_err());
        let all = Bits::from_number(u64::MAX, 64);
        assert_eq!((all.len(), all.number()), (64, Some(u64::MAX)));
        assert_eq!(Bits::from_number(1, 70).number(), None);
        assert!("102".parse::<Bits>().is_err());
        assert!(Bits::default().is_empty() && Bits::default().get(0).is_none());
    }
}
