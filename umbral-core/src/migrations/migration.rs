//! A migration: named, dependent on others, a list of operations.

use super::Operation;
use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::str::FromStr;

/// What a migration is called: its application and its name in it, which is its file's name.
///
/// Its text form, which stands in files' `dependencies`, is `app/name`.
///
/// ```
/// use umbral_core::migrations::MigrationId;
/// let id: MigrationId = "bookshop/0002_book_isbn".parse().unwrap();
/// assert_eq!(id, MigrationId::new("bookshop", "0002_book_isbn"));
/// assert_eq!(id.number(), Some(2));
/// assert_eq!(id.to_string(), "bookshop/0002_book_isbn");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MigrationId {
    /// The application's label.
    pub app: String,
    /// Its name in the application: `0001_initial`.
    pub name: String,
}

/// The longest application label and migration name, in bytes: what the table of applied migrations holds.
pub(crate) const MAX_APP_BYTES: usize = 100;
pub(crate) const MAX_NAME_BYTES: usize = 150;

impl MigrationId {
    /// An identity of these two parts, which are not looked at; [`validate`](MigrationId::validate) does.
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> MigrationId {
        MigrationId { app: app.into(), name: name.into() }
    }

    /// The number that its name begins with: 2 for `0002_book_isbn`.
    pub fn number(&self) -> Option<u32> {
        let end = self.name.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.name.len());
        self.name[..end].parse().ok()
    }

    /// Whether both parts can be names of files on every system: letters, digits and underscores of ASCII.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] naming the part that cannot.
    pub fn validate(&self) -> Result<()> {
        validate_part("application label", &self.app, MAX_APP_BYTES)?;
        validate_part("migration name", &self.name, MAX_NAME_BYTES)
    }
}

fn validate_part(what: &str, part: &str, limit: usize) -> Result<()> {
    let good = !part.is_empty()
        && part.len() <= limit
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if good {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Config,
        format!("`{part}` is no {what}: it has 1 to {limit} letters, digits and underscores of ASCII"),
    ))
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.app, self.name)
    }
}

impl FromStr for MigrationId {
    type Err = Error;

    fn from_str(text: &str) -> Result<MigrationId> {
        let Some((app, name)) = text.split_once('/') else {
            return Err(Error::new(ErrorKind::Config, format!("`{text}` names no migration"))
                .with_hint("write app/name, as in \"bookshop/0001_initial\""));
        };
        let id = MigrationId::new(app, name);
        id.validate()?;
        Ok(id)
    }
}

/// A named list of operations that is applied as a whole, after the migrations that it depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// What it is called.
    pub id: MigrationId,
    /// The migrations that it stands on. Their order has no meaning.
    pub dependencies: Vec<MigrationId>,
    /// What it does, in order. None at all is allowed: such a migration only joins others.
    pub operations: Vec<Operation>,
}

impl Migration {
    /// A migration without dependencies and operations.
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> Migration {
        Migration { id: MigrationId::new(app, name), dependencies: Vec::new(), operations: Vec::new() }
    }

    /// Adds a migration that it stands on.
    #[must_use]
    pub fn depends_on(mut self, id: MigrationId) -> Migration {
        self.dependencies.push(id);
        self
    }

    /// Adds an operation at the end.
    #[must_use]
    pub fn with_operation(mut self, operation: Operation) -> Migration {
        self.operations.push(operation);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_names_of_files() {
        for bad in ["0001_initial", "a/", "/a", "a/../b", "a/b c", "a/b.toml", "a/ä"] {
            assert_eq!(bad.parse::<MigrationId>().unwrap_err().kind(), ErrorKind::Config, "{bad}");
        }
        assert_eq!(MigrationId::new("a", "initial").number(), None);
        assert_eq!(MigrationId::new("a", "10234_x").number(), Some(10234));
        assert!(MigrationId::new("a", "x".repeat(151)).validate().is_err());
    }
}
