//! Names that the servers refuse.

use super::MySql;
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};

/// Characters of a name.
const MAX_CHARACTERS: usize = 64;

/// See [`DatabaseBackend::check_name`].
pub(super) fn check(backend: &MySql, name: &str) -> Result<()> {
    let (why, hint) = if name.chars().count() > MAX_CHARACTERS {
        (format!("has more than {MAX_CHARACTERS} characters"), "give it a shorter name")
    } else if name.chars().any(|character| character > '\u{ffff}') {
        ("holds a character beyond the basic plane, as emoji are".to_owned(), "leave that character out")
    } else if name.ends_with(' ') {
        ("ends with a space".to_owned(), "leave the space out")
    } else {
        return Ok(());
    };
    Err(Error::unsupported(format!("{} takes no name that {why}, as `{name}` does", backend.name()), hint))
}
