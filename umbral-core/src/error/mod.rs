//! One opaque [`Error`] for the whole library: what failed, on what, why, and what to do.

mod kind;
mod violation;

pub use kind::ErrorKind;
pub use violation::{Violation, ViolationKind};

use std::error::Error as StdError;
use std::fmt;

/// The result of everything in umbral that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. Callers branch on [`Error::kind`] or the `is_*` methods, people read the message and
/// the [`hint`](Error::hint).
///
/// ```
/// use umbral_core::error::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::NotFound, "no Book matches the query").with_hint("use first() for an Option");
/// assert!(error.is_not_found());
/// assert_eq!(error.to_string(), "no Book matches the query");
/// assert_eq!(error.hint(), Some("use first() for an Option"));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    context: Vec<String>,
    hint: Option<String>,
    code: Option<String>,
    violation: Option<Violation>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` whose message says what failed, on what and why.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            context: Vec::new(),
            hint: None,
            code: None,
            violation: None,
            source: None,
        }))
    }

    /// A constraint of the database refused the statement.
    #[cold]
    pub fn violation(violation: Violation, message: impl Into<String>) -> Error {
        let mut error = Error::new(ErrorKind::Violation, message);
        error.0.violation = Some(violation);
        error
    }

    /// The same with more said about the violation.
    #[must_use]
    #[cfg(feature = "mysql")]
    pub(crate) fn with_violation(mut self, violation: Violation) -> Error {
        self.0.violation = Some(violation);
        self
    }

    /// The connected database, or this version of it, cannot do what was asked.
    #[cold]
    pub fn unsupported(message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::new(ErrorKind::Unsupported, message).with_hint(hint)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds what was being done, shown before the message: `applying 0002_price: …`.
    #[must_use]
    pub fn context(mut self, doing: impl Into<String>) -> Error {
        self.0.context.push(doing.into());
        self
    }

    /// Adds the database's own code: an SQLSTATE or a native number.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Error {
        self.0.code = Some(code.into());
        self
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// What sort of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What to do about it, where there is something to say.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The database's own code: an SQLSTATE (`23505`) or a native extended code (`2067`).
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The constraint that was violated, when [`ErrorKind::Violation`].
    pub fn constraint_violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// Whether a unique constraint or a primary key refused the statement.
    pub fn is_unique_violation(&self) -> bool {
        self.violates(ViolationKind::Unique)
    }

    /// Whether a foreign key refused the statement.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.violates(ViolationKind::ForeignKey)
    }

    /// Whether a NOT NULL constraint refused the statement.
    pub fn is_not_null_violation(&self) -> bool {
        self.violates(ViolationKind::NotNull)
    }

    /// Whether a check constraint refused the statement.
    pub fn is_check_violation(&self) -> bool {
        self.violates(ViolationKind::Check)
    }

    /// Whether `get` found no row.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether the connected database cannot do what was asked.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == ErrorKind::Unsupported
    }

    /// Whether running the same transaction again may succeed: a deadlock, a serialization failure, a lock
    /// that was not granted in time.
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy | ErrorKind::Serialization)
    }

    fn violates(&self, kind: ViolationKind) -> bool {
        self.0.violation.as_ref().is_some_and(|violation| violation.kind == kind)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for doing in self.0.context.iter().rev() {
            write!(f, "{doing}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        if let Some(code) = &self.0.code {
            write!(f, " (code {code})")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
