//! Constants.

use super::number;

/// A constant in an [`Expr`](super::Expr).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A number in canonical decimal text: no sign but `-`, no exponent, no superfluous zeros in front, the
    /// zeros behind the point kept as written: `-12.50`. [`Literal::number`] makes it.
    Number(String),
    /// Text.
    Text(String),
    /// Bytes. Their text form is `x'00ff'`.
    Bytes(Vec<u8>),
}

impl Literal {
    /// A number, in whatever decimal spelling; `None` where `text` is none.
    ///
    /// ```
    /// use umbral_core::schema::expr::Literal;
    /// assert_eq!(Literal::number("+1.50e1"), Some(Literal::Number("15.0".to_owned())));
    /// assert_eq!(Literal::number("NaN"), None);
    /// ```
    pub fn number(text: &str) -> Option<Literal> {
        number::canonical(text).map(Literal::Number)
    }
}

/// The bytes that hexadecimal digits, two for each, stand for.
pub(super) fn bytes_from_hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8)).collect()
}
