//! 128-bit identifiers.

use crate::error::{Error, ErrorKind, Result};

/// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in lower case (RFC 9562, section 4).
pub(crate) fn uuid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

/// Reads 32 hexadecimal digits, with or without the hyphens.
pub(crate) fn parse_uuid(text: &str) -> Result<[u8; 16]> {
    let mut bytes = [0u8; 16];
    let mut digits = 0;
    for character in text.chars().filter(|character| *character != '-') {
        let digit = character.to_digit(16).filter(|_| digits < 32);
        let digit = digit.ok_or_else(|| Error::new(ErrorKind::Value, format!("`{text}` is no UUID")))?;
        bytes[digits / 2] = bytes[digits / 2] << 4 | digit as u8;
        digits += 1;
    }
    if digits != 32 {
        return Err(Error::new(ErrorKind::Value, format!("`{text}` is no UUID")));
    }
    Ok(bytes)
}

#[cfg(feature = "uuid")]
mod of_uuid {
    use super::super::field_type::mismatch;
    use super::super::{FieldType, KeyType, Value, ValueRef, ValueType};
    use super::{Result, parse_uuid};

    #[diagnostic::do_not_recommend]
    impl FieldType for ::uuid::Uuid {
        const TYPE: ValueType = ValueType::Uuid;

        fn from_value(value: ValueRef<'_>) -> Result<Self> {
            match value {
                ValueRef::Uuid(bytes) => Ok(::uuid::Uuid::from_bytes(bytes)),
                ValueRef::Text(text) => parse_uuid(text).map(::uuid::Uuid::from_bytes),
                other => Err(mismatch("a UUID", other)),
            }
        }

        fn to_value(&self) -> Value {
            Value::Uuid(*self.as_bytes())
        }
    }

    #[diagnostic::do_not_recommend]
    impl KeyType for ::uuid::Uuid {
        const AUTO: bool = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let bytes = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
        assert_eq!(uuid_text(&bytes), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF").unwrap(), bytes);
        for bad in
            ["", "00112233", "zz112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff00"]
        {
            assert!(parse_uuid(bad).is_err(), "{bad}");
        }
    }
}
