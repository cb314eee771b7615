//! Enums that are types of the database's own.

use super::SqlType;
use std::fmt;

/// An enum that is a type of the database's own, whose values sort by the order of the labels. Where such a type has a
/// name in the database, the columns of one name share it.
///
/// ```
/// use umbral_core::schema::{EnumType, SqlType};
/// let mood: SqlType = EnumType::new("mood", ["calm", "it's wild"]).into();
/// assert_eq!(mood.to_string(), "enum mood('calm', 'it''s wild')");
/// assert_eq!("enum mood('calm', 'it''s wild')".parse(), Ok(mood));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumType {
    /// The type's name.
    pub name: String,
    /// What there is to choose from: different ones, one at least.
    pub labels: Vec<String>,
}

impl EnumType {
    /// An enum of these labels.
    pub fn new<L: Into<String>>(name: impl Into<String>, labels: impl IntoIterator<Item = L>) -> EnumType {
        EnumType { name: name.into(), labels: labels.into_iter().map(Into::into).collect() }
    }

    /// The labels that another one of the same sort does not have.
    pub fn removed_in<'l>(&'l self, after: &EnumType) -> Vec<&'l String> {
        self.labels.iter().filter(|label| !after.labels.contains(label)).collect()
    }

    /// The enum with one label by another name, in its place; `None` where it has no such label, or has the new one already.
    pub fn renamed(&self, from: &str, to: &str) -> Option<EnumType> {
        let place = self.labels.iter().position(|label| label == from)?;
        let mut renamed = self.clone();
        to.clone_into(&mut renamed.labels[place]);
        (!self.labels.iter().any(|label| label == to)).then_some(renamed)
    }

    /// The characters of the longest label; 0 where there is none.
    pub fn longest(&self) -> usize {
        self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0)
    }
}

impl From<EnumType> for SqlType {
    fn from(of: EnumType) -> SqlType {
        SqlType::Enum(Box::new(of))
    }
}

impl fmt::Display for EnumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("enum ")?;
        match is_plain(&self.name) {
            true => f.write_str(&self.name)?,
            false => write!(f, "\"{}\"", self.name.replace('"', "\"\""))?,
        }
        f.write_str("(")?;
        for (place, label) in self.labels.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}'{}'", label.replace('\'', "''"))?;
        }
        f.write_str(")")
    }
}

/// Whether a name stands without quotes.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The type of `mood('calm', 'wild')`; `None` where it is none, has no labels, or one of them twice.
pub(super) fn parse(text: &str) -> Option<EnumType> {
    let text = text.trim_start();
    let (name, rest) = match text.strip_prefix('"') {
        Some(_) => quoted(text, '"')?,
        None => {
            let end = text.find(['(', ' '])?;
            let name = &text[..end];
            is_plain(name).then(|| (name.to_owned(), &text[end..]))?
        }
    };
    let rest = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
    let labels = labels(rest)?;
    Some(EnumType { name, labels })
}

/// The labels of `'calm', 'wild'`.
pub(crate) fn labels(mut text: &str) -> Option<Vec<String>> {
    let mut labels: Vec<String> = Vec::new();
    loop {
        let (label, rest) = quoted(text.trim_start(), '\'')?;
        if labels.contains(&label) {
            return None;
        }
        labels.push(label);
        match rest.trim_start().strip_prefix(',') {
            Some(next) => text = next,
            None => return rest.trim().is_empty().then_some(labels),
        }
    }
}

/// What stands in quotes at the beginning, where two of them are one, and the rest behind them.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut inner = text.strip_prefix(quote)?;
    let mut read = String::new();
    loop {
        let (before, after) = inner.split_once(quote)?;
        read.push_str(before);
        match after.strip_prefix(quote) {
            Some(more) => {
                read.push(quote);
                inner = more;
            }
            None => return Some((read, after)),
        }
    }
}

/// The text of an array, `{calm,"it's wild",NULL}`, with one label by another name; `None` where it is no such text.
pub(super) fn renamed_in_array(text: &str, from: &str, to: &str) -> Option<String> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut elements: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let (label, written, after) = element(rest)?;
        elements.push(if label.as_deref() == Some(from) { written_element(to) } else { written.to_owned() });
        rest = match after.trim_start() {
            "" => break,
            after => after.strip_prefix(',')?.trim_start(),
        };
    }
    Some(format!("{{{}}}", elements.join(",")))
}

/// The label that an array's text begins with, `None` for NULL, as it is written, and what stands behind it.
fn element(text: &str) -> Option<(Option<String>, &str, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        let (plain, after) = text.split_at(text.find(',').unwrap_or(text.len()));
        let plain = plain.trim_end();
        let is_label = !plain.is_empty() && !plain.contains(['{', '}', '"', '\\']);
        let label = (!plain.eq_ignore_ascii_case("null")).then(|| plain.to_owned());
        return is_label.then_some((label, plain, after));
    };
    let (mut label, mut escaped) = (String::new(), false);
    for (at, character) in inner.char_indices() {
        match character {
            _ if escaped => (escaped, _) = (false, label.push(character)),
            '\\' => escaped = true,
            '"' => {
                let (written, after) = text.split_at(at + 2);
                return Some((Some(label), written, after));
            }
            other => label.push(other),
        }
    }
    None
}

/// A label as PostgreSQL writes it in an array.
fn written_element(label: &str) -> String {
    let is_special = |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\') || c.is_ascii_whitespace();
    match label.is_empty() || label.eq_ignore_ascii_case("null") || label.contains(is_special) {
        true => format!("\"{}\"", label.replace('\\', "\\\\").replace('"', "\\\"")),
        false => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_gets_another_name_in_its_place() {
        let mood = EnumType::new("mood", ["calm", "wild"]);
        assert_eq!(mood.renamed("calm", "still"), Some(EnumType::new("mood", ["still", "wild"])));
        assert_eq!(mood.renamed("odd", "still"), None);
        assert_eq!(mood.renamed("calm", "wild"), None);
    }

    #[test]
    fn a_label_gets_another_name_in_arrays() {
        for (text, from, to, renamed) in [
            ("{}", "calm", "still", "{}"),
            ("{calm,wild,NULL,calm}", "calm", "still", "{still,wild,NULL,still}"),
            (r#"{ "calm" , wild }"#, "calm", "it's, \"so\"", r#"{"it's, \"so\"",wild}"#),
            (r#"{"a \"b\"",calm}"#, "a \"b\"", "null", r#"{"null",calm}"#),
            ("{NULL}", "NULL", "still", "{NULL}"),
        ] {
            assert_eq!(renamed_in_array(text, from, to).as_deref(), Some(renamed), "{text}");
        }
        for text in ["calm", "{calm", "{{calm}}", r#"{"calm}"#, "{calm,,wild}"] {
            assert_eq!(renamed_in_array(text, "calm", "still"), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (name, labels) in [
            ("mood", vec!["calm", "wild"]),
            ("Mood (of \"it\")", vec!["it's", "", "a, 'b')", "ä\\n"]),
            ("select", vec!["x"]),
        ] {
            let ty = SqlType::from(EnumType::new(name, labels));
            for ty in [SqlType::Array(Box::new(ty.clone())), ty] {
                assert_eq!(ty.to_string().parse(), Ok(ty));
            }
        }
    }

    #[test]
    fn what_is_no_enum_is_refused() {
        for text in [
            "enum mood()",
            "enum mood('a', 'a')",
            "enum ('a')",
            "enum mood",
            "enum mood('a',)",
            "enum Mood('a')",
            "enum mood('a') x",
            "enum mood('a'",
        ] {
            assert!(text.parse::<SqlType>().is_err(), "{text}");
        }
    }
}
