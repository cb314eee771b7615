//! SQL text to tokens, by SQLite's own rules (`tokenize.c`): three ways to quote an identifier, two comments.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum TokenKind {
    /// A word: a keyword or an identifier without quotes.
    Word,
    /// An identifier in `"…"`, `` `…` `` or `[…]`.
    Quoted,
    /// Text in `'…'`.
    Text,
    /// Bytes: `x'…'`.
    Bytes,
    /// A number.
    Number,
    /// Anything else: one operator or punctuation mark.
    Mark,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Token<'s> {
    /// What it is.
    pub(in super::super) kind: TokenKind,
    /// Its text, quotes included.
    pub(in super::super) text: &'s str,
    /// The byte at which it begins.
    pub(in super::super) start: usize,
}

impl Token<'_> {
    /// The byte behind its end.
    pub(in super::super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword, in any case, or this mark.
    pub(in super::super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Mark) && self.text.eq_ignore_ascii_case(text)
    }

    /// Its name, where it can be one; SQLite also takes text in single quotes for a name where one must stand.
    pub(in super::super) fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::Quoted | TokenKind::Text => Some(unquote(self.text)),
            TokenKind::Bytes | TokenKind::Number | TokenKind::Mark => None,
        }
    }
}

/// Takes the quotes off an identifier or a text.
fn unquote(text: &str) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    match text.as_bytes().first() {
        Some(b'"') => inner.replace("\"\"", "\""),
        Some(b'`') => inner.replace("``", "`"),
        Some(b'\'') => inner.replace("''", "'"),
        _ => inner.to_owned(),
    }
}

/// The tokens of `sql`, without white space and comments. A quote that is never closed runs to the end.
pub(in super::super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = next_token(bytes, at);
        if let Some(kind) = kind {
            found.push(Token { kind, text: &sql[at..end], start: at });
        }
        at = end;
    }
    found
}

/// The kind of the token at `at` (none for white space and comments) and the byte behind its end.
fn next_token(bytes: &[u8], at: usize) -> (Option<TokenKind>, usize) {
    let following = bytes.get(at + 1).copied();
    match bytes[at] {
        byte if byte.is_ascii_whitespace() => (None, at + 1),
        b'-' if following == Some(b'-') => (None, run(bytes, at, |byte| byte != b'\n')),
        b'/' if following == Some(b'*') => (None, comment_end(bytes, at + 2)),
        b'\'' => (Some(TokenKind::Text), quoted_end(bytes, at, b'\'')),
        quote @ (b'"' | b'`') => (Some(TokenKind::Quoted), quoted_end(bytes, at, quote)),
        b'[' => (Some(TokenKind::Quoted), (run(bytes, at, |byte| byte != b']') + 1).min(bytes.len())),
        b'x' | b'X' if following == Some(b'\'') => (Some(TokenKind::Bytes), quoted_end(bytes, at + 1, b'\'')),
        byte if is_word(byte) && !byte.is_ascii_digit() => (Some(TokenKind::Word), run(bytes, at, is_word)),
        byte if byte.is_ascii_digit() || (byte == b'.' && following.is_some_and(|b| b.is_ascii_digit())) => {
            (Some(TokenKind::Number), number_end(bytes, at))
        }
        _ => (Some(TokenKind::Mark), mark_end(bytes, at)),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// The first byte from `at` on for which `goes_on` is false.
fn run(bytes: &[u8], at: usize, goes_on: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| !goes_on(*byte)).map_or(bytes.len(), |length| at + length)
}

fn comment_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.windows(2).position(|pair| pair == b"*/").map_or(bytes.len(), |length| at + length + 2)
}

/// Behind the closing quote; a doubled quote stands for itself.
fn quoted_end(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

fn number_end(bytes: &[u8], at: usize) -> usize {
    let mut end = run(bytes, at, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    let exponent = bytes[end - 1].eq_ignore_ascii_case(&b'e') && !bytes[at..end].starts_with(b"0x");
    if exponent && bytes.get(end).is_some_and(|byte| matches!(byte, b'+' | b'-')) {
        end = run(bytes, end + 1, |byte| byte.is_ascii_digit());
    }
    end
}

fn mark_end(bytes: &[u8], at: usize) -> usize {
    let pairs: [&[u8]; 9] = [b"||", b"<=", b">=", b"<>", b"!=", b"==", b"<<", b">>", b"->"];
    let two = bytes.get(at..at + 2).is_some_and(|pair| pairs.contains(&pair));
    at + if two { 2 } else { 1 }
}

/// Whether two texts are the same but for white space, comments, the case of keywords and the quotes of names.
pub(in super::super) fn same_tokens(left: &str, right: &str) -> bool {
    let (left, right) = (tokens(left), tokens(right));
    left.len() == right.len() && left.iter().zip(&right).all(|(left, right)| same(left, right))
}

fn same(left: &Token<'_>, right: &Token<'_>) -> bool {
    let named = |kind| matches!(kind, TokenKind::Word | TokenKind::Quoted);
    if named(left.kind) && named(right.kind) {
        let names = (left.name(), right.name());
        return matches!(names, (Some(left), Some(right)) if left.eq_ignore_ascii_case(&right));
    }
    left.kind == right.kind && left.text == right.text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn quotes_comments_and_numbers() {
        assert_eq!(
            texts("a.[b c]/* x */, \"d\"\"e\" -- end\n>= 'it''s' || x'00' 1.5e-3 .5 é_1 `f`"),
            [
                "a",
                ".",
                "[b c]",
                ",",
                "\"d\"\"e\"",
                ">=",
                "'it''s'",
                "||",
                "x'00'",
                "1.5e-3",
                ".5",
                "é_1",
                "`f`"
            ]
        );
        assert_eq!(tokens("\"d\"\"e\"")[0].name().unwrap(), "d\"e");
        assert_eq!(texts("'open"), ["'open"]);
        assert_eq!(texts("/* open"), Vec::<&str>::new());
        assert_eq!(texts("0x1F-1"), ["0x1F", "-", "1"]);
    }

    #[test]
    fn spelling_does_not_matter() {
        assert!(same_tokens("\"A\"  between -1 and 2", "a BETWEEN -1 AND 2"));
        assert!(!same_tokens("a = 'x'", "a = 'X'"));
        assert!(!same_tokens("a = 'x'", "a = x"));
    }
}
