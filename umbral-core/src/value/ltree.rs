//! Paths in trees, as PostgreSQL's `ltree` keeps them.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// The path of labels to a node of a tree. A label has letters, digits, `_` and `-`; the path of no label is the root's.
///
/// Letters are those of the database's locale, and hyphens need PostgreSQL 16 or newer.
///
/// ```
/// use umbral_core::value::Ltree;
/// let path: Ltree = "top.science.astronomy".parse().unwrap();
/// assert_eq!(path.labels().last(), Some("astronomy"));
/// assert_eq!(path.parent(), Some("top.science".parse().unwrap()));
/// assert!(path.is_below(&"top".parse().unwrap()) && !path.is_below(&"top.sci".parse().unwrap()));
/// assert!("top..science".parse::<Ltree>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Ltree(String);

impl Ltree {
    /// The path as text: its labels with a point between them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The labels, from the root.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.').filter(|label| !label.is_empty())
    }

    /// The path without its last label; `None` for the root's.
    pub fn parent(&self) -> Option<Ltree> {
        if self.0.is_empty() {
            return None;
        }
        Some(Ltree(self.0.rsplit_once('.').map_or(String::new(), |(parent, _)| parent.to_owned())))
    }

    /// The path with one more label.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where that is no label.
    pub fn child(&self, label: &str) -> Result<Ltree> {
        let gap = if self.0.is_empty() { "" } else { "." };
        match is_label(label) {
            true => Ok(Ltree(format!("{}{gap}{label}", self.0))),
            false => Err(no_path(label)),
        }
    }

    /// Whether it begins with all of another path, which may be the same one.
    pub fn is_below(&self, other: &Ltree) -> bool {
        let mut labels = self.labels();
        other.labels().all(|label| labels.next() == Some(label))
    }
}

impl fmt::Display for Ltree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Ltree {
    type Err = Error;

    fn from_str(text: &str) -> Result<Ltree> {
        if text.is_empty() || text.split('.').all(is_label) {
            return Ok(Ltree(text.to_owned()));
        }
        Err(no_path(text))
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

fn no_path(text: &str) -> Error {
    Error::new(ErrorKind::Value, format!("`{text}` is no path of an ltree"))
        .with_hint("write labels of letters, digits, _ and - with points between them: `top.science`")
}

#[diagnostic::do_not_recommend]
impl FieldType for Ltree {
    const TYPE: ValueType = ValueType::Ltree;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Ltree(text) | ValueRef::Text(text) => text.parse(),
            other => Err(mismatch("an ltree", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Ltree(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for Ltree {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let root = Ltree::default();
        assert_eq!((root.labels().count(), root.parent()), (0, None));
        let top = root.child("top").unwrap();
        assert_eq!((top.as_str(), top.parent()), ("top", Some(root.clone())));
        assert!(top.is_below(&root) && top.is_below(&top) && !root.is_below(&top));
        assert!(
            ["a.b", "", "a b"].iter().all(|label| top.child(label).is_err() && root.child(label).is_err())
        );
        for wrong in [".", "a.", ".a", "a b", "a/b"] {
            assert!(wrong.parse::<Ltree>().is_err(), "{wrong}");
        }
    }
}
