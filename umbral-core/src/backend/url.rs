//! Database URLs, which hold passwords.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// A database URL. `Debug` and `Display` show it without its password.
///
/// ```
/// use umbral_core::backend::DatabaseUrl;
/// let url = DatabaseUrl::parse("postgres://ann:secret@db/books?sslmode=require").unwrap();
/// assert_eq!(url.scheme(), "postgres");
/// assert_eq!(url.to_string(), "postgres://ann:***@db/books?sslmode=require");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    colon: usize,
}

impl DatabaseUrl {
    /// Splits off the scheme; the rest is the backend's to read.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where there is no scheme.
    pub fn parse(text: &str) -> Result<DatabaseUrl> {
        let colon = text.find(':').filter(|colon| {
            *colon > 0
                && text[..*colon]
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        });
        let Some(colon) = colon else {
            // The text itself is not shown: it may be a password pasted into the wrong place.
            return Err(Error::new(ErrorKind::Config, "the database URL has no scheme")
                .with_hint("write sqlite://db.sqlite3 or postgres://user:password@host/database"));
        };
        Ok(DatabaseUrl { text: text.to_owned(), colon })
    }

    /// What stands before the first colon, in lower case.
    pub fn scheme(&self) -> String {
        self.text[..self.colon].to_ascii_lowercase()
    }

    /// The whole URL with its password, for a driver.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What follows `scheme:`, without a leading `//`.
    pub fn rest(&self) -> &str {
        let rest = &self.text[self.colon + 1..];
        rest.strip_prefix("//").unwrap_or(rest)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.text.split_at(self.colon + 1);
        let (slashes, rest) = if rest.starts_with("//") { rest.split_at(2) } else { ("", rest) };
        // The last @ in front of the path ends the user part: a password may hold one that was not encoded.
        let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
        let at = rest[..authority_end].rfind('@').or_else(|| rest.find('@').and(rest.rfind('@')));
        let shown = match at {
            Some(at) => match rest[..at].split_once(':') {
                Some((user, _)) => format!("{user}:***{}", &rest[at..]),
                None => rest.to_owned(),
            },
            None => rest.to_owned(),
        };
        write!(f, "{scheme}{slashes}{}", without_password_parameter(&shown))
    }
}

fn without_password_parameter(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else { return text.to_owned() };
    let parameters: Vec<String> = query
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("password") => format!("{key}=***"),
            _ => parameter.to_owned(),
        })
        .collect();
    format!("{path}?{}", parameters.join("&"))
}

/// A file's name as it stands in a URL.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) fn percent_decoded(text: &str) -> Result<String> {
    let bad = || {
        Error::new(ErrorKind::Config, format!("`{text}` holds a % that is no %XX of UTF-8 text"))
            .with_hint("write a % in a file's name as %25")
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digits = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).ok_or_else(bad)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| bad())?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://ann:s3cr@t@db/books", "postgres://ann:***@db/books"),
            ("postgres://ann:s3cr/t@db/books", "postgres://ann:***@db/books"),
            ("postgres://db/books?user=ann&password=s3cret", "postgres://db/books?user=ann&password=***"),
            ("postgres://ann@db/books", "postgres://ann@db/books"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("sqlite://db.sqlite3", "sqlite://db.sqlite3"),
        ] {
            let url = DatabaseUrl::parse(url).unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("s3cr"));
        }
        assert!(DatabaseUrl::parse("hunter2").is_err());
    }
}
