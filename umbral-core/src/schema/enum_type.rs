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

#[cfg(test)]
mod tests {
    use super::*;

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
