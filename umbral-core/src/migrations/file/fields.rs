//! Strict reading of TOML tables, with places.

use crate::error::{Error, ErrorKind, Result};
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text that is read, for the places in messages.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// An error at a byte of the text, as `file:line:column: message`. Columns count characters from 1.
    pub(super) fn error(&self, at: usize, message: impl Display) -> Error {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Error::new(ErrorKind::Config, format!("{}:{line}:{column}: {message}", self.file))
    }
}

/// A value with its place, and the name that it goes by in messages.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) source: Source<'a>,
    name: &'a str,
    at: usize,
    value: &'a DeValue<'a>,
}

/// A table whose keys are all known.
pub(super) struct Fields<'a> {
    source: Source<'a>,
    what: &'a str,
    at: usize,
    table: &'a DeTable<'a>,
}

impl<'a> Fields<'a> {
    /// Takes a table as `what`, which may have the keys `known` and no others.
    ///
    /// # Errors
    /// Where it has another one.
    pub(super) fn new(
        source: Source<'a>,
        what: &'a str,
        at: usize,
        table: &'a DeTable<'a>,
        known: &[&str],
    ) -> Result<Fields<'a>> {
        // By place, so that the first unknown key in the text is reported.
        let mut keys: Vec<_> = table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        if let Some(key) = keys.into_iter().find(|key| !known.contains(&key.get_ref().as_ref())) {
            let error = source.error(key.span().start, format!("{what} has no key `{}`", key.get_ref()));
            return Err(error.with_hint(format!("it has {}", known.join(", "))));
        }
        Ok(Fields { source, what, at, table })
    }

    /// The value of a key, where it is there.
    pub(super) fn optional(&self, name: &'a str) -> Option<Field<'a>> {
        let value = self.table.get(name)?;
        Some(Field::new(self.source, name, value))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// Where it is missing.
    pub(super) fn required(&self, name: &'a str) -> Result<Field<'a>> {
        self.optional(name)
            .ok_or_else(|| self.source.error(self.at, format!("{} needs the key `{name}`", self.what)))
    }

    /// The text of a key.
    pub(super) fn text(&self, name: &'a str) -> Result<String> {
        self.required(name)?.text().map(str::to_owned)
    }

    /// Whether a key is there and true.
    pub(super) fn flag(&self, name: &'a str) -> Result<bool> {
        self.optional(name).map_or(Ok(false), |field| field.boolean())
    }

    /// The text of a key, read as something; `None` where the key is missing.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &'a str) -> Result<Option<T>> {
        self.optional(name).map(|field| field.parsed()).transpose()
    }

    /// The elements of a list; none where the key is missing.
    pub(super) fn list(&self, name: &'a str) -> Result<Vec<Field<'a>>> {
        self.optional(name).map_or(Ok(Vec::new()), |field| field.list())
    }

    /// The texts of a list that must be there and have one at least.
    pub(super) fn names(&self, name: &'a str) -> Result<Vec<String>> {
        let field = self.required(name)?;
        let names: Result<Vec<String>> =
            field.list()?.into_iter().map(|item| item.text().map(str::to_owned)).collect();
        match names {
            Ok(names) if names.is_empty() => Err(field.error(format!("`{name}` is empty"))),
            names => names,
        }
    }

    /// An error at the table's beginning.
    pub(super) fn error(&self, message: impl Display) -> Error {
        self.source.error(self.at, message)
    }
}

impl<'a> Field<'a> {
    pub(super) fn new(source: Source<'a>, name: &'a str, value: &'a Spanned<DeValue<'a>>) -> Field<'a> {
        let Range { start, .. } = value.span();
        Field { source, name, at: start, value: value.get_ref() }
    }

    /// An error at the value.
    pub(super) fn error(&self, message: impl Display) -> Error {
        self.source.error(self.at, message)
    }

    fn expected(&self, what: &str) -> Error {
        let found = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(format!("`{}` is {what}, not {found}", self.name))
    }

    pub(super) fn text(&self) -> Result<&'a str> {
        match self.value {
            DeValue::String(text) => Ok(text.as_ref()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => {
                Err(self.expected("text").with_hint("write it in quotes"))
            }
            _ => Err(self.expected("text")),
        }
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&self) -> Result<T> {
        self.text()?.parse().map_err(|error: T::Err| self.error(format!("`{}`: {error}", self.name)))
    }

    pub(super) fn boolean(&self) -> Result<bool> {
        match self.value {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.expected("true or false")),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Field<'a>>> {
        match self.value {
            DeValue::Array(items) => {
                Ok(items.iter().map(|item| Field::new(self.source, self.name, item)).collect())
            }
            _ => Err(self.expected("a list")),
        }
    }

    /// The value as a table with these keys and no others.
    pub(super) fn fields(&self, what: &'a str, known: &[&str]) -> Result<Fields<'a>> {
        Fields::new(self.source, what, self.at, self.table()?, known)
    }

    /// The entries of a table with keys of any name, sorted by them.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Field<'a>)>> {
        let table = self.table()?;
        Ok(table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), Field::new(self.source, self.name, value)))
            .collect())
    }

    /// The text of one key of a table, before its other keys are known.
    pub(super) fn tag(&self, what: &str, key: &'a str) -> Result<Field<'a>> {
        let value = self.table()?.get(key);
        value
            .map(|value| Field::new(self.source, key, value))
            .ok_or_else(|| self.error(format!("{what} needs the key `{key}`")))
    }

    fn table(&self) -> Result<&'a DeTable<'a>> {
        match self.value {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.expected("a table")),
        }
    }

    /// Whether the value is a table with this key.
    pub(super) fn has(&self, key: &str) -> bool {
        matches!(self.value, DeValue::Table(table) if table.contains_key(key))
    }
}
