//! What a URL says: where the database is, and how it is opened.

use crate::backend::DatabaseUrl;
use crate::backend::url::percent_decoded;
use crate::error::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// The database that a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) place: Place,
    pub(super) read_only: bool,
    pub(super) synchronous: Synchronous,
    pub(super) journal: Journal,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In memory, shared by one pool's connections.
    Memory,
    /// In a file.
    File(PathBuf),
}

/// When SQLite waits for the disk ("PRAGMA synchronous").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Synchronous {
    /// Never: a power cut may damage the file.
    Off,
    /// At checkpoints: a power cut may lose the last transactions.
    Normal,
    /// At every commit.
    Full,
}

impl Synchronous {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Synchronous::Off => "OFF",
            Synchronous::Normal => "NORMAL",
            Synchronous::Full => "FULL",
        }
    }
}

/// How SQLite keeps what it may have to take back ("PRAGMA journal_mode").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Journal {
    /// In a write-ahead log: readers and a writer do not wait for each other.
    Wal,
    /// In a file that is deleted at each commit; for file systems without shared memory.
    Delete,
}

impl Location {
    /// Reads `sqlite::memory:`, `sqlite://relative.db`, `sqlite:///absolute.db`, with the parameters `mode` (`rw`,
    /// `ro`), `synchronous` (`full`, `normal`, `off`) and `journal_mode` (`wal`, `delete`).
    pub(super) fn of(url: &DatabaseUrl) -> Result<Location> {
        let (path, query) = url.rest().split_once('?').unwrap_or((url.rest(), ""));
        let path = percent_decoded(path)?;
        let place = match path.as_str() {
            ":memory:" => Place::Memory,
            "" => {
                return Err(Error::new(ErrorKind::Config, "the SQLite URL names no file")
                    .with_hint("write sqlite://db.sqlite3, or sqlite::memory:"));
            }
            path => Place::File(PathBuf::from(path)),
        };
        let mut location =
            Location { place, read_only: false, synchronous: Synchronous::Full, journal: Journal::Wal };
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            location.set(parameter)?;
        }
        Ok(location)
    }

    fn set(&mut self, parameter: &str) -> Result<()> {
        match parameter.split_once('=').unwrap_or((parameter, "")) {
            ("mode", "ro") => self.read_only = true,
            ("mode", "rw") => self.read_only = false,
            ("synchronous", "full") => self.synchronous = Synchronous::Full,
            ("synchronous", "normal") => self.synchronous = Synchronous::Normal,
            ("synchronous", "off") => self.synchronous = Synchronous::Off,
            ("journal_mode", "wal") => self.journal = Journal::Wal,
            ("journal_mode", "delete") => self.journal = Journal::Delete,
            _ => {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("`{parameter}` is no parameter of a SQLite URL"),
                )
                .with_hint("there are mode=rw|ro, synchronous=full|normal|off and journal_mode=wal|delete"));
            }
        }
        Ok(())
    }

    /// The file, where there is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::Memory => None,
            Place::File(path) => Some(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(url: &str) -> Result<Location> {
        Location::of(&DatabaseUrl::parse(url).unwrap())
    }

    #[test]
    fn urls_name_files_and_memory() {
        for (url, file) in [
            ("sqlite://books.db", Some("books.db")),
            ("sqlite:books.db", Some("books.db")),
            ("sqlite:///var/a%20b.db?mode=ro", Some("/var/a b.db")),
            ("sqlite::memory:", None),
            ("sqlite://:memory:", None),
        ] {
            assert_eq!(location(url).unwrap().file(), file.map(Path::new), "{url}");
        }
        assert!(location("sqlite://a.db?mode=ro").unwrap().read_only);
        for bad in ["sqlite://", "sqlite://a?mode=x", "sqlite://a%2", "sqlite://a%zz", "sqlite://a%ff"] {
            assert_eq!(location(bad).unwrap_err().kind(), ErrorKind::Config, "{bad}");
        }
    }
}
