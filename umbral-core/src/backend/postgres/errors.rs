//! The server's errors by their SQLSTATE, never by their text, which follows the server's language.
//!
//! Which columns a violated key covers is reported by the server only inside the DETAIL field, as `Key (a, b)=(…)`.
//! That part is the same in every language, and is read here; the values behind it stay out of messages.

use crate::backend::standard::server::Failure;
use crate::error::{Error, ErrorKind, Violation, ViolationKind};
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// What the driver's error means.
pub(super) fn failure(error: sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(error) => match error.try_downcast::<PgDatabaseError>() {
            Ok(error) => from_server(&error),
            Err(error) => Error::new(ErrorKind::Statement, error.message().to_owned()).into(),
        },
        sqlx::Error::Encode(error) => encoding(error).into(),
        other => Failure { lost: true, ..Failure::from(transport(other)) },
    }
}

/// An error of a value's encoding is umbral's own, which the driver boxed.
pub(super) fn encoding(error: sqlx::error::BoxDynError) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => Error::new(ErrorKind::Value, format!("a parameter cannot be sent: {error}")),
    }
}

/// The connection itself failed.
pub(super) fn transport(error: sqlx::Error) -> Error {
    let kind = match &error {
        sqlx::Error::Configuration(_) | sqlx::Error::ConfigFile(_) => ErrorKind::Config,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => ErrorKind::Connection,
        _ => ErrorKind::Internal,
    };
    match error {
        sqlx::Error::Io(error) => {
            Error::new(kind, format!("the connection to PostgreSQL failed: {error}")).with_source(error)
        }
        sqlx::Error::Tls(error) => Error::new(kind, format!("the TLS connection to PostgreSQL failed: {error}"))
            .with_hint(
                "set sslmode in the URL: disable, prefer, require, verify-ca or verify-full; for the latter two name \
                 the authority's certificate with sslrootcert",
            ),
        sqlx::Error::Configuration(error) => Error::new(kind, format!("the PostgreSQL URL is wrong: {error}"))
            .with_hint("write postgres://user:password@host:5432/database"),
        other => Error::new(kind, format!("the PostgreSQL driver failed: {other}")),
    }
}

fn from_server(error: &PgDatabaseError) -> Failure {
    let code = error.code();
    // The server ends the connection after a FATAL or PANIC.
    let lost = matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    // 26000: the server has no such prepared statement. 0A000 from this routine: its result has another type than
    // when it was prepared, since a table was altered.
    let changed_result = code == "0A000" && error.routine() == Some("RevalidateCachedQuery");
    let stale_statements = code == "26000" || changed_result;
    let kind = if changed_result { ErrorKind::Serialization } else { kind(code) };
    let converted = match violation(error) {
        Some(violation) => Error::violation(violation, error.message()),
        None => Error::new(kind, error.message()),
    };
    let converted = converted.with_code(code);
    let hint = error.hint().map(str::to_owned).or_else(|| hint(code).map(str::to_owned));
    let error = match hint {
        Some(hint) => converted.with_hint(hint),
        None => converted,
    };
    // 57P01 and 57P05: the server ended a connection that lay idle.
    let ended_idle = matches!(code, "57P01" | "57P05");
    Failure { lost, ended_idle, stale_statements, ..Failure::from(error) }
}

/// The kind of an SQLSTATE ("PostgreSQL Error Codes" in the manual's appendix). 57014 is both a passed
/// `statement_timeout` and a cancel request; the first is by far the more common.
pub(super) fn kind(code: &str) -> ErrorKind {
    match code {
        "25006" => ErrorKind::Permission,
        "25P03" | "57014" | "57P05" | "25P04" => ErrorKind::Timeout,
        "3D000" => ErrorKind::Config,
        "40001" | "40P01" => ErrorKind::Serialization,
        "42501" => ErrorKind::Permission,
        "53100" => ErrorKind::DiskFull,
        "53300" => ErrorKind::Connection,
        "55P03" | "55006" => ErrorKind::Busy,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        _ => match code.get(..2).unwrap_or_default() {
            "0A" => ErrorKind::Unsupported,
            "08" | "57" => ErrorKind::Connection,
            "22" => ErrorKind::Value,
            "23" => ErrorKind::Violation,
            "28" => ErrorKind::Authentication,
            "53" => ErrorKind::Busy,
            "58" => ErrorKind::Io,
            "XX" => ErrorKind::Internal,
            _ => ErrorKind::Statement,
        },
    }
}

fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "28P01" => "check the user and the password in the database URL",
        "28000" => "check the user in the database URL, and pg_hba.conf on the server",
        "3D000" => "create the database, or correct its name at the end of the database URL",
        "53300" => "lower max_connections of the pool, or raise it on the server",
        "55P03" => "somebody else holds the lock; try again, or raise lock_timeout",
        "25P02" => "roll the transaction back; the error that broke it came before this one",
        "25006" => "the server is a standby, or the transaction was begun as read-only",
        _ => return None,
    })
}

fn violation(error: &PgDatabaseError) -> Option<Violation> {
    let kind = match error.code() {
        "23505" => ViolationKind::Unique,
        "23503" | "23001" => ViolationKind::ForeignKey,
        "23502" => ViolationKind::NotNull,
        "23514" => ViolationKind::Check,
        "23P01" => ViolationKind::Exclusion,
        _ => return None,
    };
    let mut violation = Violation::new(kind);
    violation.constraint = error.constraint().map(str::to_owned);
    violation.table = error.table().map(str::to_owned);
    violation.columns = match (error.column(), error.detail()) {
        (Some(column), _) => vec![column.to_owned()],
        (None, Some(detail)) if kind == ViolationKind::ForeignKey => {
            referencing_columns(detail, error.table().unwrap_or_default())
        }
        (None, Some(detail)) if kind == ViolationKind::Unique => key_columns(detail),
        _ => Vec::new(),
    };
    Some(violation)
}

/// The columns of a foreign key, out of the DETAIL of its violation. Where a referenced row was to be deleted, the
/// DETAIL shows the referenced key instead, and names the constraint's own table behind the values; none then.
fn referencing_columns(detail: &str, table: &str) -> Vec<String> {
    let behind = detail.rsplit_once(')').map_or("", |(_, behind)| behind);
    if !table.is_empty() && behind.contains(table) { Vec::new() } else { key_columns(detail) }
}

/// The names in `… (a, "B c")=(…) …`. None where one of them is an expression, as an index may have.
fn key_columns(detail: &str) -> Vec<String> {
    let Some((_, rest)) = detail.split_once('(') else { return Vec::new() };
    let Some((names, _)) = rest.split_once(")=(") else { return Vec::new() };
    split_names(names).unwrap_or_default()
}

fn split_names(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let (name, tail) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_name(quoted)?,
            None => {
                let end = rest.find(", ").unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if name.contains(['(', ')', ' ']) && !rest.starts_with('"') {
            return None;
        }
        names.push(name);
        match tail.strip_prefix(", ") {
            Some(next) => rest = next,
            None => return tail.is_empty().then_some(names),
        }
    }
}

/// A name up to its closing quote, and what follows; a doubled quote is one.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, tail) = rest.split_once('"')?;
        name.push_str(part);
        match tail.strip_prefix('"') {
            Some(next) => {
                name.push('"');
                rest = next;
            }
            None => return Some((name, tail)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_code() {
        for (code, expected) in [
            ("40001", ErrorKind::Serialization),
            ("40P01", ErrorKind::Serialization),
            ("55P03", ErrorKind::Busy),
            ("28P01", ErrorKind::Authentication),
            ("28000", ErrorKind::Authentication),
            ("3D000", ErrorKind::Config),
            ("57P01", ErrorKind::Connection),
            ("57014", ErrorKind::Timeout),
            ("53100", ErrorKind::DiskFull),
            ("42501", ErrorKind::Permission),
            ("42P01", ErrorKind::Statement),
            ("22003", ErrorKind::Value),
            ("0A000", ErrorKind::Unsupported),
            ("XX001", ErrorKind::Corrupt),
            ("", ErrorKind::Statement),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn columns_out_of_the_detail() {
        assert_eq!(key_columns("Key (email)=(a) already exists."), ["email"]);
        assert_eq!(key_columns("Schlüssel »(a, b)=(1, (2)=()« existiert bereits."), ["a", "b"]);
        assert_eq!(key_columns(r#"Key ("User ""x"", y", b)=(1, 2) already exists."#), ["User \"x\", y", "b"]);
        assert!(key_columns("Key (lower(email))=(a) already exists.").is_empty());
        assert!(key_columns("nothing of the sort").is_empty());
        let inserted = r#"Key (author_id)=(5) is not present in table "author"."#;
        assert_eq!(referencing_columns(inserted, "book"), ["author_id"]);
        let deleted = r#"Key (id)=(1) is still referenced from table "book"."#;
        assert!(referencing_columns(deleted, "book").is_empty());
    }
}
