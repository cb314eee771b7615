//! The lock that one migrator holds.

use crate::backend::MigrationLock;
use crate::error::{Error, ErrorKind, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A lock on a file beside the database. The operating system takes it back when the process ends, however it
/// ends. Not on the database's own file: closing a second handle of that would drop SQLite's own locks (POSIX).
#[derive(Debug)]
struct FileLock {
    _file: File,
}

impl MigrationLock for FileLock {}

/// A lock within one pool, whose database in memory nobody else can reach.
#[derive(Debug)]
struct MemoryLock(Arc<AtomicBool>);

impl MigrationLock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Tries to take the lock of the database in `database`.
pub(super) fn try_lock_file(database: &Path) -> Result<Option<Box<dyn MigrationLock>>> {
    let mut name = database.as_os_str().to_owned();
    name.push("-umbral-lock");
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("the lock file `{}` cannot be taken", Path::new(&name).display()))
            .with_hint("make the database's folder writable: migrators of one file wait for each other there")
            .with_source(error)
    };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(FileLock { _file: file }))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Tries to take the lock of a database in memory.
pub(super) fn try_lock_memory(held: &Arc<AtomicBool>) -> Option<Box<dyn MigrationLock>> {
    let taken = held.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok();
    taken.then(|| Box::new(MemoryLock(Arc::clone(held))) as Box<dyn MigrationLock>)
}
