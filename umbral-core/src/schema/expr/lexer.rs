//! Text to tokens.

use super::number;
use super::parse::ParseExprError;

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A keyword or a name without quotes, as written.
    Word(String),
    /// A name in quotes: `"x"`, `` `x` `` or `[x]`.
    Quoted(String),
    /// A number in canonical text, without a sign.
    Number(String),
    /// A text constant.
    Text(String),
    /// A constant of bytes: `x'00ff'`.
    Bytes(Vec<u8>),
    /// `sql!(…)`.
    Raw(String),
    /// Anything else.
    Symbol(&'static str),
    /// Behind the last token.
    End,
}

/// Symbols, longer ones before those that they begin with.
const SYMBOLS: &[&str] = &[
    "!~~", "::", "<>", "!=", "<=", ">=", "==", "||", "~~", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/",
    "%", "=", "<", ">",
];

type Result<T> = std::result::Result<T, ParseExprError>;

/// The tokens of `text`, the last of which is [`TokenKind::End`]. Comments and white space are skipped.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    loop {
        lexer.skip_blank()?;
        let start = lexer.at;
        let kind = lexer.token(tokens.last())?;
        let is_last = kind == TokenKind::End;
        tokens.push(Token { kind, start, end: lexer.at });
        if is_last {
            return Ok(tokens);
        }
    }
}

/// Whether `text` can stand in `sql!(…)`: its parentheses and quotes match, and nothing of it would be skipped.
pub(super) fn is_balanced(text: &str) -> bool {
    let mut lexer = Lexer { text, at: 0 };
    text.trim() == text && !text.is_empty() && lexer.balanced() == Some(text.len())
}

/// The names in `text` that is not covered by the grammar, with the bytes that they take, quotes included. Text that
/// cannot be read has none.
pub(crate) fn names(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut lexer = Lexer { text, at: 0 };
    let mut found = Vec::new();
    while lexer.skip_blank().is_ok() && lexer.at < text.len() {
        let start = lexer.at;
        match lexer.token(None) {
            Ok(TokenKind::Word(name) | TokenKind::Quoted(name)) => found.push((name, start..lexer.at)),
            Ok(_) => {}
            // What the grammar has no token for, such as `@>` or `$1`, names nothing.
            Err(_) => lexer.at = start + lexer.peek().map_or(1, char::len_utf8),
        }
    }
    found
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error<T>(&self, offset: usize, message: impl Into<String>) -> Result<T> {
        Err(ParseExprError { message: message.into(), offset })
    }

    fn skip_blank(&mut self) -> Result<()> {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            if blank > 0 {
                self.at += blank;
            } else if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                match rest.find("*/") {
                    Some(end) => self.at += end + 2,
                    None => return self.error(self.at, "a comment is not closed"),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self, previous: Option<&Token>) -> Result<TokenKind> {
        let Some(first) = self.peek() else { return Ok(TokenKind::End) };
        match first {
            '\'' => self.quoted('\'').map(TokenKind::Text),
            '"' | '`' => self.quoted(first).map(TokenKind::Quoted),
            '[' if !self.is_subscript(previous) => self.bracketed(),
            '0'..='9' => self.number(),
            '.' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => self.number(),
            _ if first == '_' || first.is_alphabetic() => self.word(),
            _ => match SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
                Some(symbol) => {
                    self.at += symbol.len();
                    Ok(TokenKind::Symbol(symbol))
                }
                None => self.error(self.at, format!("`{first}` has no meaning here")),
            },
        }
    }

    /// Whether `[` opens `ARRAY[…]`, `text[]` or a subscript, and not a name in brackets.
    fn is_subscript(&self, previous: Option<&Token>) -> bool {
        let after_array = previous.is_some_and(
            |token| matches!(&token.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case("array")),
        );
        let adjacent =
            previous.is_some_and(|token| token.end == self.at && token.kind != TokenKind::Symbol("("));
        after_array || adjacent || self.rest()[1..].trim_start().starts_with(']')
    }

    /// Text between two `quote`s, which is doubled inside.
    fn quoted(&mut self, quote: char) -> Result<String> {
        let start = self.at;
        let mut content = String::new();
        self.at += quote.len_utf8();
        while let Some(next) = self.peek() {
            self.at += next.len_utf8();
            if next != quote {
                content.push(next);
            } else if self.peek() == Some(quote) {
                self.at += quote.len_utf8();
                content.push(quote);
            } else {
                return Ok(content);
            }
        }
        self.error(start, format!("{quote} is not closed"))
    }

    fn bracketed(&mut self) -> Result<TokenKind> {
        match self.rest().find(']') {
            Some(end) => {
                let name = self.rest()[1..end].to_owned();
                self.at += end + 1;
                Ok(TokenKind::Quoted(name))
            }
            None => self.error(self.at, "[ is not closed"),
        }
    }

    fn number(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let digits = |lexer: &mut Self| {
            let rest = lexer.rest();
            lexer.at += rest.len() - rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        };
        digits(self);
        if self.peek() == Some('.') {
            self.at += 1;
            digits(self);
        }
        if self.rest().starts_with(['e', 'E']) {
            self.at += 1;
            self.at += usize::from(self.rest().starts_with(['+', '-']));
            digits(self);
        }
        let runs_on = self.peek().is_some_and(|next| next.is_alphanumeric() || next == '_');
        match number::canonical(&self.text[start..self.at]).filter(|_| !runs_on) {
            Some(number) => Ok(TokenKind::Number(number)),
            None => self.error(start, "this number cannot be read"),
        }
    }

    fn word(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let rest = self.rest();
        let after =
            rest.trim_start_matches(|next: char| next.is_alphanumeric() || next == '_' || next == '$');
        let word = rest[..rest.len() - after.len()].to_owned();
        self.at += word.len();
        match word.as_str() {
            "sql" if self.rest().starts_with("!(") => self.raw_in_parentheses(start),
            "sql" if self.rest().starts_with("!'") => {
                self.at += 1;
                self.quoted('\'').map(TokenKind::Raw)
            }
            "x" | "X" if self.rest().starts_with('\'') => self.bytes(start),
            "e" | "E" if self.rest().starts_with('\'') => self.escaped(start),
            _ => Ok(TokenKind::Word(word)),
        }
    }

    fn raw_in_parentheses(&mut self, start: usize) -> Result<TokenKind> {
        self.at += "!(".len();
        let content = self.at;
        match self.balanced().filter(|end| self.text[*end..].starts_with(')')) {
            Some(end) => {
                self.at = end + 1;
                Ok(TokenKind::Raw(self.text[content..end].trim().to_owned()))
            }
            None => self.error(start, "sql!( is not closed"),
        }
    }

    /// Goes on to the first `)` that was not opened, or to the end; where it stands then. `None` where a quote is not
    /// closed or a parenthesis is open at the end.
    fn balanced(&mut self) -> Option<usize> {
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '\'' | '"' | '`' => {
                    self.quoted(next).ok()?;
                    continue;
                }
                '(' => open += 1,
                ')' if open == 0 => return Some(self.at),
                ')' => open -= 1,
                _ => {}
            }
            self.at += next.len_utf8();
        }
        (open == 0).then_some(self.at)
    }

    fn bytes(&mut self, start: usize) -> Result<TokenKind> {
        let digits = self.quoted('\'')?;
        match super::literal::bytes_from_hex(&digits) {
            Some(bytes) => Ok(TokenKind::Bytes(bytes)),
            None => self.error(start, "x'…' holds two hexadecimal digits for each byte"),
        }
    }

    /// `E'…'`: a text constant with backslash escapes.
    fn escaped(&mut self, start: usize) -> Result<TokenKind> {
        let mut content = String::new();
        self.at += 1;
        while let Some(next) = self.peek() {
            self.at += next.len_utf8();
            match next {
                '\'' if self.peek() != Some('\'') => return Ok(TokenKind::Text(content)),
                '\'' => {
                    self.at += 1;
                    content.push('\'');
                }
                '\\' => {
                    let Some(escape) = self.peek() else { break };
                    self.at += escape.len_utf8();
                    content.push(match escape {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        '\\' | '\'' | '"' => escape,
                        _ => return self.error(start, format!("\\{escape} in E'…' is not read")),
                    });
                }
                _ => content.push(next),
            }
        }
        self.error(start, "' is not closed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn names_in_every_sort_of_quotes() {
        let quoted = |name: &str| TokenKind::Quoted(name.to_owned());
        assert_eq!(
            kinds("\"a \"\"b\" `c``d` [e f] gé_1"),
            [
                quoted("a \"b"),
                quoted("c`d"),
                quoted("e f"),
                TokenKind::Word("gé_1".to_owned()),
                TokenKind::End
            ]
        );
    }

    #[test]
    fn brackets_of_arrays_are_no_quotes() {
        let symbols = |text: &str| kinds(text).contains(&TokenKind::Symbol("["));
        assert!(symbols("ARRAY[1]"));
        assert!(symbols("array [1]"));
        assert!(symbols("x::text[]"));
        assert!(symbols("x::text [ ]"));
        assert!(!symbols("([x] > 0)"));
    }

    #[test]
    fn comments_are_skipped() {
        assert_eq!(kinds("/* a */ 1 -- b\n"), [TokenKind::Number("1".to_owned()), TokenKind::End]);
        assert!(tokens("1 /* a").is_err());
    }

    #[test]
    fn constants() {
        let text = |content: &str| TokenKind::Text(content.to_owned());
        assert_eq!(kinds("'it''s'"), [text("it's"), TokenKind::End]);
        assert_eq!(kinds(r"E'a\\b\'c''d\n'"), [text("a\\b'c'd\n"), TokenKind::End]);
        assert_eq!(kinds("x'00fF'"), [TokenKind::Bytes(vec![0, 255]), TokenKind::End]);
        for bad in ["'a", "x'0'", "x'zz'", "1abc", "0x1f", "\"a", "[a", r"E'\u0041'", "a ? b"] {
            assert!(tokens(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn raw_text_ends_at_its_own_parenthesis() {
        let raw = |content: &str| TokenKind::Raw(content.to_owned());
        assert_eq!(kinds("sql!( f(')', (1)) )")[0], raw("f(')', (1))"));
        assert_eq!(kinds("sql!'a '' )'")[0], raw("a ' )"));
        assert!(tokens("sql!(f(1)").is_err());
        assert!(is_balanced("f(1)") && !is_balanced("f(1") && !is_balanced("f) (") && !is_balanced(" a"));
    }

    #[test]
    fn names_of_raw_text() {
        let found: Vec<String> =
            names("a @> b::jsonb AND 'c' = \"d\"").into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["a", "b", "jsonb", "AND", "d"]);
    }
}
