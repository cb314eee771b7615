//! Opens connections and sets them up.

use super::location::{Journal, Location, Place};
use crate::backend::sqlite::errors::{classify, is_busy};
use crate::backend::{Access, PoolOptions};
use crate::error::{Error, ErrorKind, Result};
use rusqlite::{InterruptHandle, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Prepared statements that each connection keeps.
const CACHED_STATEMENTS: usize = 256;

/// The pause between two attempts at a lock.
const PAUSE: Duration = Duration::from_millis(5);

/// One open connection, with what is known of its state.
pub(super) struct Handle {
    pub(super) connection: rusqlite::Connection,
    pub(super) interrupt: Arc<InterruptHandle>,
    /// The pool's count of schema changes that the cached statements were measured under.
    pub(super) schema_changes: u64,
    /// Whether `PRAGMA query_only` is on.
    pub(super) query_only: bool,
}

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    pub(super) location: Location,
    /// The name that connections to a database in memory find it by.
    memory_name: String,
    access: Access,
    lock_timeout: Duration,
}

impl Opener {
    /// `unique` tells the databases in memory of one process apart.
    pub(super) fn new(location: Location, options: &PoolOptions, unique: usize) -> Opener {
        Opener {
            location,
            memory_name: format!("file:/umbral-{unique:x}?vfs=memdb"),
            access: options.access,
            lock_timeout: options.lock_timeout,
        }
    }

    /// Opens a connection. Blocks on the file system, and on others' locks for at most the lock timeout.
    pub(super) fn open(&self) -> Result<Handle> {
        let connection = match &self.location.place {
            Place::Memory => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_URI
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                rusqlite::Connection::open_with_flags(&self.memory_name, flags).map_err(classify)?
            }
            Place::File(path) => self.open_file(path)?,
        };
        self.set_up(&connection).map_err(|error| self.about(error))?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        let interrupt = Arc::new(connection.get_interrupt_handle());
        Ok(Handle { connection, interrupt, schema_changes: 0, query_only: false })
    }

    fn open_file(&self, path: &Path) -> Result<rusqlite::Connection> {
        let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags |= match self.location.read_only {
            true => OpenFlags::SQLITE_OPEN_READ_ONLY,
            false => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        if path.is_dir() {
            return Err(Error::new(
                ErrorKind::Config,
                format!("`{}` is a folder, not a database file", path.display()),
            )
            .with_hint("name a file in the URL, as in sqlite://folder/db.sqlite3"));
        }
        if !path.exists() {
            self.may_create(path)?;
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        rusqlite::Connection::open_with_flags(path, flags)
            .map_err(classify)
            .map_err(|error| self.about(error))
    }

    /// Whether a missing file may be created, and whether its folder is there to create it in.
    fn may_create(&self, path: &Path) -> Result<()> {
        if self.access == Access::Existing || self.location.read_only {
            return Err(Error::new(
                ErrorKind::Connection,
                format!("the database file `{}` does not exist", path.display()),
            )
            .with_hint("create it with `cargo umbral migrate`, or correct the path in the URL"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder.filter(|folder| !folder.is_dir()) {
            None => Ok(()),
            Some(folder) => Err(Error::new(
                ErrorKind::Connection,
                format!("the folder `{}` of the database file does not exist", folder.display()),
            )
            .with_hint("create the folder, or correct the path in the URL")),
        }
    }

    fn set_up(&self, connection: &rusqlite::Connection) -> Result<()> {
        connection.busy_timeout(self.lock_timeout).map_err(classify)?;
        // The first read of the file: a file that is no database is found here.
        self.patiently(|| {
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
        })?;
        let file = matches!(self.location.place, Place::File(_));
        if file && !connection.is_readonly("main").map_err(classify)? {
            let wanted = match self.location.journal {
                Journal::Wal => "wal",
                Journal::Delete => "delete",
            };
            self.patiently(|| {
                let now: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
                if now == wanted {
                    return Ok(());
                }
                connection.query_row(&format!("PRAGMA journal_mode = {wanted}"), [], |_| Ok(()))
            })?;
        }
        let settings =
            format!("PRAGMA synchronous = {}; PRAGMA foreign_keys = ON", self.location.synchronous.sql());
        connection.execute_batch(&settings).map_err(classify)?;
        // From here on waiting for locks is asynchronous.
        connection.busy_timeout(Duration::ZERO).map_err(classify)
    }

    /// Runs what another connection may stand in the way of. SQLite's own waiting leaves out whatever takes a second lock
    /// while it holds a first, as changing the journal does: of two who wait so, neither would go on.
    fn patiently<T>(&self, attempt: impl Fn() -> rusqlite::Result<T>) -> Result<T> {
        let started = Instant::now();
        loop {
            match attempt() {
                Ok(value) => return Ok(value),
                Err(error) if !is_busy(&error) => return Err(classify(error)),
                Err(error) if started.elapsed() >= self.lock_timeout => {
                    return Err(classify(error).context(format!("waited {:?} for a lock", self.lock_timeout)));
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    fn about(&self, error: Error) -> Error {
        match self.location.file() {
            Some(path) => error.context(format!("opening `{}`", path.display())),
            None => error,
        }
    }
}
