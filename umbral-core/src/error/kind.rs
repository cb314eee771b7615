//! The sorts of failure that callers can tell apart.

/// What sort of failure an [`Error`](super::Error) is. Drivers choose it by native code, never by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connected database, or this version of it, cannot do what was asked.
    Unsupported,
    /// A constraint refused the statement; see [`Error::constraint_violation`](super::Error::constraint_violation).
    Violation,
    /// `get` found no row.
    NotFound,
    /// `get` found more than one row.
    MultipleRows,
    /// A value does not fit the column or the Rust type that it was meant for.
    Value,
    /// The database is locked by somebody else, or a lock was not granted in time.
    Busy,
    /// A deadlock or a serialization failure: the transaction may be retried.
    Serialization,
    /// A time limit passed.
    Timeout,
    /// The database cannot be reached, or the connection was lost.
    Connection,
    /// The database refused the user or the password.
    Authentication,
    /// The user may not do this, or the file is read-only.
    Permission,
    /// The disk or a quota is full.
    DiskFull,
    /// The database file is damaged, or not a database.
    Corrupt,
    /// The database refused the statement: a syntax error, an unknown table or column.
    Statement,
    /// A file could not be read or written.
    Io,
    /// A URL, a setting or a file's text is wrong.
    Config,
    /// The command or call was used wrongly.
    Usage,
    /// The system check found errors.
    Check,
    /// A migration cannot be loaded, planned or applied.
    Migration,
    /// What is stored contradicts itself: an applied migration was edited, a checksum differs.
    Integrity,
    /// An operation does not fit the schema that it is applied to.
    Schema,
    /// The work was cancelled.
    Cancelled,
    /// A defect of umbral or of a driver.
    Internal,
}
