//! The servers' errors by their numbers, never by their text.
//!
//! Which constraint was violated is reported only inside the message. Every connection asks for English, and only names
//! are read there, out of their quotes; what kind of error it is has been decided by the number before.

use crate::backend::standard::server::Failure;
use crate::error::{Error, ErrorKind, Violation, ViolationKind};
use sqlx::mysql::MySqlDatabaseError;

/// What the driver's error means.
pub(super) fn failure(error: sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(error) => match error.try_downcast::<MySqlDatabaseError>() {
            Ok(error) => from_server(error.number(), error.code().unwrap_or_default(), error.message()),
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
            Error::new(kind, format!("the connection to the server failed: {error}")).with_source(error)
        }
        sqlx::Error::Tls(error) => Error::new(kind, format!("the TLS connection to the server failed: {error}"))
            .with_hint(
                "set ssl-mode in the URL: DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY; for the latter \
                 two name the authority's certificate with ssl-ca",
            ),
        sqlx::Error::Configuration(error) => Error::new(kind, format!("the server's URL is wrong: {error}"))
            .with_hint("write mysql://user:password@host:3306/database"),
        other => Error::new(kind, format!("the driver failed: {other}")),
    }
}

/// The server asks for the password itself, which goes over an encrypted connection only: `caching_sha2_password` does so
/// unless the server has this user in its cache, `sha256_password` always.
pub(super) fn unencrypted() -> Error {
    let message = "the server asks for the password itself, and the connection is not encrypted";
    Error::new(ErrorKind::Authentication, message).with_hint(
        "connect with TLS: ssl-mode=VERIFY_IDENTITY in the URL, with the certificate of the server's authority in ssl-ca, or \
         ssl-mode=REQUIRED, which verifies nothing",
    )
}

fn from_server(number: u16, state: &str, message: &str) -> Failure {
    let converted = match violation(number, state, message) {
        Some(violation) => Error::violation(violation, message),
        None => Error::new(kind(number, state), message),
    };
    let converted = converted.with_code(number.to_string());
    let error = match hint(number) {
        Some(hint) => converted.with_hint(hint),
        None => converted,
    };
    // 1053: the server shuts down; 1152, 1158 to 1161: the network; 1153: a packet that it reads no further;
    // 1927 and 4031: the connection was ended.
    let lost = matches!(number, 1053 | 1152 | 1153 | 1158..=1161 | 1927 | 4031);
    Failure {
        lost,
        ended_idle: matches!(number, 1927 | 4031),
        rolled_back: number == 1213,
        // 1615: a table changed since; 1243: the server has no such statement; 1461: it has too many; 3144: a parameter was
        // prepared for a column of bits, which is one of JSON by now.
        stale_statements: matches!(number, 1243 | 1461 | 1615 | 3144),
        ..Failure::from(error)
    }
}

/// The kind of an error's number ("Server Error Message Reference" in MySQL's manual, "MariaDB Error Codes").
pub(super) fn kind(number: u16, state: &str) -> ErrorKind {
    match number {
        1021 | 1114 => ErrorKind::DiskFull,
        1034 | 1035 | 1194 | 1195 | 1712 => ErrorKind::Corrupt,
        1040 | 1053 | 1080 | 1152 | 1158..=1161 | 1203 | 1226 | 1927 | 4031 => ErrorKind::Connection,
        1045 | 1130 | 1251 | 1275 | 1524 | 1698 | 1820 | 1862 | 3118 => ErrorKind::Authentication,
        1044 | 1142 | 1143 | 1227 | 1290 | 1370 | 1792 | 1836 | 3159 => ErrorKind::Permission,
        1049 => ErrorKind::Config,
        // 1205: a row's or a table's lock; 3572: NOWAIT.
        1205 | 3058 | 3572 => ErrorKind::Busy,
        // 1020: the row has changed since the transaction read it.
        1020 | 1213 => ErrorKind::Serialization,
        // 1969 and 3024: a statement's time limit; 1317: KILL QUERY.
        1317 | 1969 | 3024 => ErrorKind::Timeout,
        1153 | 1264 | 1265 | 1292 | 1300 | 1365 | 1366 | 1367 | 1406 | 1411 | 1416 | 1439 | 1690 => {
            ErrorKind::Value
        }
        3140 | 3141 | 3144 | 3156 => ErrorKind::Value,
        1235 | 1295 => ErrorKind::Unsupported,
        _ => match state.get(..2).unwrap_or_default() {
            "08" => ErrorKind::Connection,
            "22" => ErrorKind::Value,
            "28" => ErrorKind::Authentication,
            "40" => ErrorKind::Serialization,
            _ => ErrorKind::Statement,
        },
    }
}

fn hint(number: u16) -> Option<&'static str> {
    Some(match number {
        1021 | 1114 => "make room on the server's disk",
        1040 | 1203 | 1226 => "lower max_connections of the pool, or raise it on the server",
        1045 | 1698 => "check the user and the password in the database URL",
        1049 => "create the database, or correct its name at the end of the database URL",
        1153 => "raise max_allowed_packet on the server",
        1205 => "somebody else holds the lock; try again, or raise lock_timeout",
        1290 | 1836 => "the server is read-only, as a replica is",
        1461 => "lower statement-cache-capacity in the URL, or raise max_prepared_stmt_count on the server",
        1792 => "the transaction was begun as read-only",
        _ => return None,
    })
}

fn violation(number: u16, state: &str, message: &str) -> Option<Violation> {
    let mut names = Quoted::of(message);
    Some(match number {
        1022 | 1062 | 1586 | 1859 => unique(message),
        1048 | 1364 => {
            let mut violation = Violation::new(ViolationKind::NotNull);
            violation.columns = names.next_in('\'').into_iter().collect();
            violation
        }
        1216 | 1217 => Violation::new(ViolationKind::ForeignKey),
        1451 | 1452 => foreign_key(names),
        3819 => {
            let mut violation = Violation::new(ViolationKind::Check);
            violation.constraint = names.next_in('\'');
            violation
        }
        // MariaDB's, which MySQL uses for something else.
        4025 if state == "23000" => {
            let mut violation = Violation::new(ViolationKind::Check);
            violation.constraint = names.next_in('`');
            let _database = names.next_in('`');
            violation.table = names.next_in('`');
            violation
        }
        _ => return None,
    })
}

/// `Duplicate entry '1-x' for key 'author.author_email_uniq'`; MariaDB names no table. The value may hold anything, the
/// key stands last.
fn unique(message: &str) -> Violation {
    let mut violation = Violation::new(ViolationKind::Unique);
    let key = message.strip_suffix('\'').and_then(|rest| rest.rsplit_once(" '")).map(|(_, key)| key);
    match key.map(|key| key.split_once('.').unwrap_or(("", key))) {
        Some(("", key)) => violation.constraint = Some(key.to_owned()),
        Some((table, key)) => {
            violation.table = Some(table.to_owned());
            violation.constraint = Some(key.to_owned());
        }
        None => {}
    }
    violation
}

/// ``… fails (`db`.`book`, CONSTRAINT `book_fk` FOREIGN KEY (`author_id`, `x`) REFERENCES `author` (`id`))``
fn foreign_key(mut names: Quoted<'_>) -> Violation {
    let mut violation = Violation::new(ViolationKind::ForeignKey);
    let _database = names.next_in('`');
    violation.table = names.next_in('`');
    violation.constraint = names.next_in('`');
    while let Some(column) = names.next_in('`') {
        violation.columns.push(column);
        if names.rest.starts_with(')') {
            break;
        }
    }
    violation
}

/// The names in a message, one after the other. A doubled quote is one.
struct Quoted<'m> {
    rest: &'m str,
}

impl<'m> Quoted<'m> {
    fn of(message: &'m str) -> Quoted<'m> {
        Quoted { rest: message }
    }

    fn next_in(&mut self, quote: char) -> Option<String> {
        let (_, mut rest) = self.rest.split_once(quote)?;
        let mut name = String::new();
        loop {
            let (part, tail) = rest.split_once(quote)?;
            name.push_str(part);
            match tail.strip_prefix(quote) {
                Some(next) => {
                    name.push(quote);
                    rest = next;
                }
                None => {
                    self.rest = tail;
                    return Some(name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_number() {
        for (number, state, expected) in [
            (1213, "40001", ErrorKind::Serialization),
            (1205, "HY000", ErrorKind::Busy),
            (1045, "28000", ErrorKind::Authentication),
            (1049, "42000", ErrorKind::Config),
            (1927, "70100", ErrorKind::Connection),
            (3024, "HY000", ErrorKind::Timeout),
            (1114, "HY000", ErrorKind::DiskFull),
            (1142, "42000", ErrorKind::Permission),
            (1146, "42S02", ErrorKind::Statement),
            (1264, "22003", ErrorKind::Value),
            (3140, "22032", ErrorKind::Value),
            (1235, "42000", ErrorKind::Unsupported),
            (9999, "22001", ErrorKind::Value),
            (9999, "", ErrorKind::Statement),
        ] {
            assert_eq!(kind(number, state), expected, "{number}");
        }
    }

    #[test]
    fn a_deadlock_has_ended_the_transaction_and_a_timeout_has_not() {
        assert!(from_server(1213, "40001", "Deadlock found").rolled_back);
        assert!(!from_server(1205, "HY000", "Lock wait timeout exceeded").rolled_back);
        assert!(from_server(4031, "HY000", "disconnected").ended_idle);
    }

    fn told(number: u16, state: &str, message: &str) -> (Option<String>, Option<String>, Vec<String>) {
        let violation = violation(number, state, message).unwrap();
        (violation.table, violation.constraint, violation.columns)
    }

    #[test]
    fn names_out_of_the_message() {
        let some = |text: &str| Some(text.to_owned());
        let message = "Duplicate entry 'it's 'x'' for key 'author.email_uniq'";
        assert_eq!(told(1062, "23000", message), (some("author"), some("email_uniq"), vec![]));
        let message = "Duplicate entry '1' for key 'PRIMARY'";
        assert_eq!(told(1062, "23000", message), (None, some("PRIMARY"), vec![]));
        let message = "Cannot add or update a child row: a foreign key constraint fails (`d`.`b``k`, CONSTRAINT \
                       `fk` FOREIGN KEY (`a`, `b`) REFERENCES `author` (`x`, `y`))";
        assert_eq!(told(1452, "23000", message), (some("b`k"), some("fk"), vec!["a".into(), "b".into()]));
        let message = "CONSTRAINT `age_check` failed for `d`.`author`";
        assert_eq!(told(4025, "23000", message), (some("author"), some("age_check"), vec![]));
        let message = "Check constraint 'age_check' is violated.";
        assert_eq!(told(3819, "HY000", message), (None, some("age_check"), vec![]));
        assert_eq!(told(1048, "23000", "Column 'name' cannot be null"), (None, None, vec!["name".into()]));
        assert!(violation(4025, "HY000", "something of MySQL's").is_none());
    }
}
