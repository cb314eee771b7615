//! SQLite's extended result codes to kinds of error.
//!
//! The code alone decides the kind. The names of tables, columns and constraints stand nowhere but in SQLite's
//! message, so they are read from there, and from nothing else.

use super::parse::tokens::{Token, tokens};
use crate::error::{Error, ErrorKind, Violation, ViolationKind};
use rusqlite::ffi;

/// An error of rusqlite, as umbral's.
#[cold]
pub(super) fn classify(error: rusqlite::Error) -> Error {
    let (code, message) = match &error {
        rusqlite::Error::SqliteFailure(failure, message) => (
            failure.extended_code,
            message.clone().unwrap_or_else(|| ffi::code_to_str(failure.extended_code).to_owned()),
        ),
        rusqlite::Error::SqlInputError { error, msg, sql, offset } => {
            (error.extended_code, format!("{msg}{}", place(sql, *offset)))
        }
        other => {
            return Error::new(ErrorKind::Statement, format!("SQLite refused the statement: {other}"))
                .with_source(error);
        }
    };
    of_code(code, &message).with_code(code.to_string()).with_source(error)
}

/// Whether the same statement may succeed a moment later: somebody else holds a lock.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => {
            // A snapshot that grew old stays old: only a new transaction helps.
            matches!(
                failure.extended_code & 0xff,
                ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL
            ) && failure.extended_code != ffi::SQLITE_BUSY_SNAPSHOT
        }
        _ => false,
    }
}

fn place(sql: &str, offset: i32) -> String {
    let near = usize::try_from(offset).ok().and_then(|offset| sql.get(offset..));
    near.filter(|near| !near.is_empty())
        .map(|near| format!(", at `{}`", near.chars().take(30).collect::<String>()))
        .unwrap_or_default()
}

fn of_code(code: i32, message: &str) -> Error {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            violation(ViolationKind::Unique, message)
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => violation(ViolationKind::NotNull, message),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => foreign_key(),
        // RESTRICT is carried out by an internal trigger, whose code a trigger of the user's has too: SQLite's own
        // words are all that tells them apart.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message == FOREIGN_KEY_MESSAGE => foreign_key(),
        ffi::SQLITE_CONSTRAINT_TRIGGER => {
            Error::new(ErrorKind::Violation, format!("a trigger refuses the statement: {message}"))
        }
        ffi::SQLITE_CONSTRAINT_CHECK => check(message),
        ffi::SQLITE_CONSTRAINT_DATATYPE => {
            Error::new(ErrorKind::Value, format!("SQLite refuses the value: {message}"))
        }
        ffi::SQLITE_BUSY_SNAPSHOT => Error::new(
            ErrorKind::Serialization,
            "the transaction read what another one has changed since, and can no longer write",
        )
        .with_hint("run the transaction again"),
        _ => of_primary_code(code & 0xff, message),
    }
}

const FOREIGN_KEY_MESSAGE: &str = "FOREIGN KEY constraint failed";

fn foreign_key() -> Error {
    Error::violation(
        Violation::new(ViolationKind::ForeignKey),
        "a foreign key refuses the statement: the row it points at does not exist, or is still pointed at",
    )
}

fn of_primary_code(code: i32, message: &str) -> Error {
    let (kind, what, hint) = match code {
        // PROTOCOL: others changed the write-ahead log's locks faster than this one could take its own.
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL => (
            ErrorKind::Busy,
            "the database is locked by somebody else",
            "try again, or raise the lock timeout",
        ),
        ffi::SQLITE_READONLY => (
            ErrorKind::Permission,
            "the database cannot be written",
            "make the file and its folder writable, or open it without mode=ro",
        ),
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH => (
            ErrorKind::Permission,
            "SQLite may not do this",
            "check the permissions of the file and its folder",
        ),
        ffi::SQLITE_FULL => {
            (ErrorKind::DiskFull, "the disk is full", "make room and run it again: nothing was changed")
        }
        ffi::SQLITE_CORRUPT => (
            ErrorKind::Corrupt,
            "the database file is damaged",
            "restore a backup, or save what can be read with `.recover` in the sqlite3 shell",
        ),
        ffi::SQLITE_NOTADB => (
            ErrorKind::Corrupt,
            "the file is not a SQLite database",
            "check the path in the URL, and its key if it is encrypted",
        ),
        ffi::SQLITE_CANTOPEN => (
            ErrorKind::Connection,
            "the database file cannot be opened",
            "check that its folder exists and that both may be read and written",
        ),
        ffi::SQLITE_IOERR => (ErrorKind::Io, "reading or writing the database file failed", "check the disk"),
        ffi::SQLITE_INTERRUPT => (ErrorKind::Cancelled, "the statement was cancelled", "run it again"),
        ffi::SQLITE_TOOBIG => {
            (ErrorKind::Value, "a text or blob is larger than SQLite holds", "store less, at most 1 GB")
        }
        ffi::SQLITE_CONSTRAINT => {
            (ErrorKind::Violation, "a constraint refuses the statement", "see the message")
        }
        ffi::SQLITE_MISMATCH => {
            (ErrorKind::Value, "the value is of another type than the key", "bind an integer")
        }
        ffi::SQLITE_NOMEM => (ErrorKind::Io, "SQLite ran out of memory", "ask for less at once"),
        _ => return Error::new(ErrorKind::Statement, format!("SQLite refuses the statement: {message}")),
    };
    Error::new(kind, format!("{what} ({message})")).with_hint(hint)
}

/// `UNIQUE constraint failed: book.author_id, book.slug`, `NOT NULL constraint failed: book.title`, and for an
/// index over expressions `UNIQUE constraint failed: index 'book_lower_title'`.
fn violation(kind: ViolationKind, message: &str) -> Error {
    let mut violation = Violation::new(kind);
    let detail = message.split_once(": ").map_or("", |(_, detail)| detail);
    if let Some(index) = detail.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        violation = violation.constraint(index);
    } else {
        let pairs: Vec<(&str, &str)> = detail.split(", ").filter_map(|pair| pair.split_once('.')).collect();
        if let Some((table, _)) = pairs.first() {
            violation = violation.table(*table).columns(pairs.iter().map(|(_, column)| *column));
        }
    }
    let what = match kind {
        ViolationKind::NotNull => format!("{detail} may not be NULL"),
        _ => format!("a row with the same {detail} exists"),
    };
    Error::violation(violation, what)
}

/// `CHECK constraint failed: book_price_check`, or the expression of a check without a name: then it is the one
/// that a column's type implies.
fn check(message: &str) -> Error {
    let detail = message.split_once(": ").map_or(message, |(_, detail)| detail);
    let parts = tokens(detail);
    match implied_column(&parts) {
        Some((column, what)) => {
            Error::new(ErrorKind::Value, format!("the value does not fit the column `{column}`: {what}"))
        }
        None => {
            let violation = Violation::new(ViolationKind::Check).constraint(detail);
            Error::violation(violation, format!("the check {detail} refuses the row"))
        }
    }
}

/// The column and the demand of an implied check, by its shape.
fn implied_column(parts: &[Token<'_>]) -> Option<(String, String)> {
    let is = |at: usize, text: &str| parts.get(at).is_some_and(|token| token.is(text));
    let name = |at: usize| parts.get(at).and_then(Token::name);
    if is(1, "BETWEEN") {
        return Some((name(0)?, "it is out of the range of its integer type".to_owned()));
    }
    if is(1, "IN") && parts.len() == 7 {
        return Some((name(0)?, "a boolean is 0 or 1".to_owned()));
    }
    if is(0, "typeof") {
        return Some((name(2)?, "it has more digits than the decimal type".to_owned()));
    }
    if is(0, "length") && is(4, "<=") {
        let limit = parts.get(5)?.text;
        let blank = if parts.len() > 6 { ", or ends in a blank" } else { "" };
        return Some((name(2)?, format!("it has more than {limit} characters{blank}")));
    }
    if is(0, "length") && is(4, "=") && is(6, "AND") {
        return Some((name(2)?, format!("it has not {} bits", parts.get(5)?.text)));
    }
    if is(1, "GLOB") && is(3, "OR") {
        return Some((name(0)?, "it is no number of its decimal type, as umbral writes them".to_owned()));
    }
    if is(0, "json_valid") && parts.len() == 4 {
        return Some((name(2)?, "it is no JSON".to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_message_and_kinds_from_the_code() {
        let error =
            of_code(ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: book.author_id, book.slug");
        let violation = error.constraint_violation().unwrap();
        assert!(error.is_unique_violation());
        assert_eq!(violation.table.as_deref(), Some("book"));
        assert_eq!(violation.columns, ["author_id", "slug"]);
        let error = of_code(ffi::SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: book_price_check");
        assert_eq!(error.constraint_violation().unwrap().constraint.as_deref(), Some("book_price_check"));
        let error = of_code(ffi::SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: length(\"title\") <= 3");
        assert_eq!(error.kind(), ErrorKind::Value);
        assert_eq!(
            error.to_string(),
            "the value does not fit the column `title`: it has more than 3 characters"
        );
        for (check, what) in [
            (
                "length(\"c\") <= 2 AND \"c\" NOT GLOB '* '",
                "it has more than 2 characters, or ends in a blank",
            ),
            (
                "\"c\" GLOB '[0-9].[0-9]' OR \"c\" GLOB '-[0-9].[0-9]'",
                "it is no number of its decimal type, as umbral writes them",
            ),
            ("length(\"c\") = 9 AND \"c\" NOT GLOB '*[^01]*'", "it has not 9 bits"),
        ] {
            let error = of_code(ffi::SQLITE_CONSTRAINT_CHECK, &format!("CHECK constraint failed: {check}"));
            assert_eq!(error.to_string(), format!("the value does not fit the column `c`: {what}"));
        }
        assert!(
            of_code(ffi::SQLITE_CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed")
                .is_foreign_key_violation()
        );
        assert_eq!(of_code(ffi::SQLITE_READONLY, "x").kind(), ErrorKind::Permission);
        assert_eq!(of_code(ffi::SQLITE_IOERR_WRITE, "x").kind(), ErrorKind::Io);
        assert_eq!(of_code(ffi::SQLITE_FULL, "x").kind(), ErrorKind::DiskFull);
    }
}
