//! The servers' own spelling of expressions as the grammar's.

use crate::schema::Expr;
use crate::value::Bits;

/// What a server reports of an expression, read; text that is not understood is kept.
pub(in super::super) fn reported(text: &str) -> Expr {
    Expr::reported(&Translate::new(text).translated())
}

/// Text that MySQL has escaped once more, and whose letters beyond ASCII it has taken for letters of one byte each, as
/// `information_schema` gives expressions in MySQL.
pub(in super::super) fn unescaped(text: &str) -> String {
    let text = of_single_bytes(text).unwrap_or_else(|| text.to_owned());
    let mut characters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next().map(escape)),
            other => plain.push(other),
        }
    }
    plain
}

/// Every character taken as the byte that it was made from; `None` where it was not.
fn of_single_bytes(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(single_byte).collect();
    String::from_utf8(bytes?).ok()
}

/// The byte that Windows-1252, which MySQL calls `latin1`, has for a character.
fn single_byte(character: char) -> Option<u8> {
    const FROM_0X80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match u8::try_from(u32::from(character)) {
        Ok(byte) => Some(byte),
        Err(_) => FROM_0X80.chars().position(|other| other == character).map(|at| 0x80 + at as u8),
    }
}

fn escape(character: char) -> char {
    match character {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        '0' => '\0',
        'Z' => '\u{1a}',
        other => other,
    }
}

struct Translate<'t> {
    rest: &'t str,
    out: String,
    /// Whether the last word was AS, behind which a type stands.
    after_as: bool,
}

impl<'t> Translate<'t> {
    fn new(text: &'t str) -> Translate<'t> {
        Translate { rest: text, out: String::with_capacity(text.len()), after_as: false }
    }

    fn translated(mut self) -> String {
        while let Some(next) = self.rest.chars().next() {
            match next {
                '\'' => self.text(),
                '`' => self.identifier(),
                '0' if self.rest.starts_with("0x") => self.bytes(),
                '!' if !self.rest.starts_with("!=") => {
                    self.rest = &self.rest[1..];
                    self.out.push_str(" NOT ");
                }
                '_' => self.word(),
                _ if next.is_alphanumeric() => self.word(),
                _ => {
                    self.out.push(next);
                    self.rest = &self.rest[next.len_utf8()..];
                }
            }
        }
        self.out
    }

    fn text(&mut self) {
        let mut characters = self.rest.char_indices().skip(1).peekable();
        let mut content = String::new();
        let mut end = self.rest.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => content.extend(characters.next().map(|(_, escaped)| escape(escaped))),
                '\'' if characters.next_if(|(_, next)| *next == '\'').is_some() => content.push('\''),
                '\'' => {
                    end = at + 1;
                    break;
                }
                other => content.push(other),
            }
        }
        self.rest = &self.rest[end..];
        self.out.push_str(&format!("'{}'", content.replace('\'', "''")));
    }

    fn identifier(&mut self) {
        let mut end = 1;
        while let Some(at) = self.rest[end..].find('`') {
            end += at + 1;
            if !self.rest[end..].starts_with('`') {
                break;
            }
            end += 1;
        }
        self.out.push_str(&self.rest[..end]);
        self.rest = &self.rest[end..];
    }

    fn bytes(&mut self) {
        let digits = &self.rest[2..];
        let length = digits.find(|digit: char| !digit.is_ascii_hexdigit()).unwrap_or(digits.len());
        self.out.push_str(&format!("x'{}'", &digits[..length]));
        self.rest = &digits[length..];
    }

    fn word(&mut self) {
        let end = self
            .rest
            .find(|next: char| !(next.is_alphanumeric() || matches!(next, '_' | '$' | '.')))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let lower = word.to_ascii_lowercase();
        let ty = std::mem::replace(&mut self.after_as, lower == "as");
        let sized = rest.starts_with('(');
        match lower.as_str() {
            "mod" if !sized => self.out.push('%'),
            // Written between integers alone, where it is what `/` stands for elsewhere.
            "div" => self.out.push('/'),
            "signed" if ty => self.out.push_str("bigint"),
            "unsigned" if ty => self.out.push_str("uint64"),
            "b" if rest.starts_with('\'') => self.bits(),
            "char" if ty && sized => self.out.push_str("varchar"),
            "char" if ty => self.out.push_str("text"),
            "binary" if ty => self.out.push_str("bytes"),
            "float" if ty => self.out.push_str("real"),
            "datetime" if ty => self.out.push_str("timestamp"),
            "charset" if rest.trim_start().starts_with("utf8mb4") => {
                // BINARY names the collation that compares by code points.
                let rest = rest.trim_start().trim_start_matches("utf8mb4");
                self.rest = rest.trim_start().strip_prefix("binary").unwrap_or(rest);
            }
            "x" if rest.starts_with('\'') => self.out.push('x'),
            _ if lower.starts_with('_') && (rest.starts_with('\'') || rest.starts_with("0x")) => {}
            _ => self.out.push_str(word),
        }
        if lower == "x" && rest.starts_with('\'') {
            self.verbatim_text();
        }
    }

    /// `b'101'`, as the bytes that it is.
    fn bits(&mut self) {
        let digits = self.rest[1..].split('\'').next().unwrap_or("");
        self.rest = &self.rest[(digits.len() + 2).min(self.rest.len())..];
        let over = digits.len().wrapping_neg() % 8;
        let bits: Bits =
            std::iter::repeat_n(false, over).chain(digits.chars().map(|digit| digit == '1')).collect();
        let hex: String = bits.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        self.out.push_str(&format!("x'{hex}'"));
    }

    fn verbatim_text(&mut self) {
        let end = self.rest[1..].find('\'').map_or(self.rest.len(), |at| at + 2);
        self.out.push_str(&self.rest[..end]);
        self.rest = &self.rest[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_servers_are_understood() {
        for (text, expr) in [
            ("(`title` <> _utf8mb4'it\\'s \\\\ \"q\"')", "title <> 'it''s \\ \"q\"'"),
            ("`title` = 'it\\'s \\\\'", "title = 'it''s \\'"),
            ("`pages` MOD 2 = 0", "pages % 2 = 0"),
            ("((`pages` DIV 2) > 1)", "pages / 2 > 1"),
            ("(`b` <> 0x00ff)", "b <> x'00ff'"),
            ("`b` <> X'00ff'", "b <> x'00ff'"),
            ("(cast(`pages` as char charset utf8mb4) <> _utf8mb4'7')", "CAST(pages AS text) <> '7'"),
            ("cast(`pages` as signed) > 7", "CAST(pages AS bigint) > 7"),
            ("`title`  not like '%z'", "title NOT LIKE '%z'"),
            ("(not((`title` like _utf8mb4'%z')))", "title NOT LIKE '%z'"),
            ("`a``b` is null", "\"a`b\" IS NULL"),
            ("`pages` between 1 and 99.99", "pages >= 1 AND pages <= 99.99"),
            ("`naïve` <> 'ü'", "naïve <> 'ü'"),
        ] {
            assert_eq!(reported(text).to_string(), expr.parse::<Expr>().unwrap().simplified().to_string());
        }
    }

    #[test]
    fn what_mysql_escapes_twice_and_takes_for_latin() {
        assert_eq!(unescaped(r"(`a` = _utf8mb4\'it\\\'s\')"), r"(`a` = _utf8mb4'it\'s')");
        assert_eq!(unescaped("(`naÃ¯ve` <> _utf8mb4\\'Ã¼ðŸŽµ\\')"), "(`naïve` <> _utf8mb4'ü🎵')");
        assert_eq!(unescaped("ü"), "ü");
    }
}
