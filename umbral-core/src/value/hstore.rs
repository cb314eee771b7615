//! Texts by keys, as PostgreSQL's `hstore` keeps them.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Texts by keys that are texts; a value may be missing, which is not the same as no such key.
///
/// Its text is that of PostgreSQL: `"colour"=>"red", "size"=>NULL`.
///
/// ```
/// use umbral_core::value::Hstore;
/// let facts: Hstore = r#"colour => red, "full title"=>"a \"b\"", size=>NULL"#.parse().unwrap();
/// assert_eq!(facts["colour"].as_deref(), Some("red"));
/// assert_eq!((facts.get("size"), facts.get("shape")), (Some(&None), None));
/// assert_eq!(facts.to_string(), r#""colour"=>"red", "full title"=>"a \"b\"", "size"=>NULL"#);
/// assert_eq!(facts, Hstore::from_iter([("size", None), ("colour", Some("red")), ("full title", Some("a \"b\""))]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Hstore(pub BTreeMap<String, Option<String>>);

impl Deref for Hstore {
    type Target = BTreeMap<String, Option<String>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Hstore {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, Option<V>)> for Hstore {
    fn from_iter<I: IntoIterator<Item = (K, Option<V>)>>(pairs: I) -> Hstore {
        Hstore(pairs.into_iter().map(|(key, value)| (key.into(), value.map(Into::into))).collect())
    }
}

impl fmt::Display for Hstore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (key, value)) in self.0.iter().enumerate() {
            f.write_str(if number > 0 { ", " } else { "" })?;
            quoted(key, f)?;
            f.write_str("=>")?;
            match value {
                Some(value) => quoted(value, f)?,
                None => f.write_str("NULL")?,
            }
        }
        Ok(())
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl std::str::FromStr for Hstore {
    type Err = Error;

    fn from_str(text: &str) -> Result<Hstore> {
        let bad = || {
            let message = format!("`{text}` is no hstore");
            Error::new(ErrorKind::Value, message)
                .with_hint(r#"write it like `"colour"=>"red", "size"=>NULL`"#)
        };
        let (mut rest, mut pairs) = (text.trim_start(), BTreeMap::new());
        while !rest.is_empty() {
            let (key, _) = word(&mut rest, true).ok_or_else(bad)?;
            rest = rest.trim_start().strip_prefix("=>").ok_or_else(bad)?.trim_start();
            let (value, is_quoted) = word(&mut rest, false).ok_or_else(bad)?;
            let is_null = !is_quoted && value.eq_ignore_ascii_case("null");
            // Of a key that is there twice, PostgreSQL keeps the first value.
            pairs.entry(key).or_insert((!is_null).then_some(value));
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(',') {
                rest = after.trim_start();
            } else if !rest.is_empty() {
                return Err(bad());
            }
        }
        Ok(Hstore(pairs))
    }
}

/// A key or a value, and whether it stands in quotes.
fn word(rest: &mut &str, is_key: bool) -> Option<(String, bool)> {
    let quoted = rest.starts_with('"');
    let mut characters = rest.char_indices().skip(usize::from(quoted));
    let (mut word, mut end) = (String::new(), rest.len());
    let mut closed = !quoted;
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => word.push(characters.next()?.1),
            '"' if quoted => {
                (closed, end) = (true, at + 1);
                break;
            }
            ',' if !quoted => {
                end = at;
                break;
            }
            '=' if !quoted && is_key => {
                end = at;
                break;
            }
            blank if !quoted && blank.is_whitespace() => {
                end = at;
                break;
            }
            other => word.push(other),
        }
    }
    *rest = &rest[end..];
    (closed && (quoted || !word.is_empty())).then_some((word, quoted))
}

#[diagnostic::do_not_recommend]
impl FieldType for Hstore {
    const TYPE: ValueType = ValueType::Hstore;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Hstore(pairs) => pairs.read(),
            ValueRef::Text(text) => text.parse(),
            other => Err(mismatch("an hstore", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Hstore(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for Hstore {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for pairs in [
            vec![],
            vec![("a", Some("1"))],
            vec![("", Some("")), ("null", Some("NULL")), ("n", None)],
            vec![("a\"b\\c", Some("=>, \n")), ("é 🦀", Some("'x'"))],
        ] {
            let store: Hstore = pairs.into_iter().collect();
            assert_eq!(store.to_string().parse::<Hstore>().unwrap(), store);
        }
        assert_eq!("a=>1,a=>2".parse::<Hstore>().unwrap(), Hstore::from_iter([("a", Some("1"))]));
        assert_eq!("a=>b=c".parse::<Hstore>().unwrap(), Hstore::from_iter([("a", Some("b=c"))]));
        for wrong in ["a", "a=>", "=>1", "a=>1 b=>2", "\"a=>1", "a=1"] {
            assert!(wrong.parse::<Hstore>().is_err(), "{wrong}");
        }
    }
}
