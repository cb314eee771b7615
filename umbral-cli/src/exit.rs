//! How a command ends.

use umbral_core::error::{Error, ErrorKind};

/// Everything was done.
pub(crate) const OK: u8 = 0;
/// The user has to change something: the command, the models, a file, a setting.
pub(crate) const MISTAKE: u8 = 1;
/// The system stands in the way: a server, a network, a file system.
pub(crate) const SYSTEM: u8 = 2;
/// What is stored contradicts itself.
pub(crate) const INTEGRITY: u8 = 3;
/// A part was done before something failed.
pub(crate) const PARTIAL: u8 = 4;
/// Ctrl-C.
pub(crate) const CANCELLED: u8 = 130;
/// SIGTERM.
pub(crate) const TERMINATED: u8 = 143;

/// Why a command did not do all that was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is shown; absent where what was shown already says it, as the findings of a check do.
    pub(crate) error: Option<Error>,
    /// The exit code.
    pub(crate) code: u8,
}

impl Failure {
    /// A failure that needs no further word.
    pub(crate) fn silent(code: u8) -> Failure {
        Failure { error: None, code }
    }

    /// A failure after a part of the work was done, which stays done.
    pub(crate) fn partial(error: Error) -> Failure {
        Failure { error: Some(error), code: PARTIAL }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let code = code(error.kind());
        Failure { error: Some(error), code }
    }
}

/// The exit code of an error that stopped everything.
pub(crate) fn code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Unsupported
        | ErrorKind::NotFound
        | ErrorKind::MultipleRows
        | ErrorKind::Value
        | ErrorKind::Statement
        | ErrorKind::Authentication
        | ErrorKind::Config
        | ErrorKind::Usage
        | ErrorKind::Check
        | ErrorKind::Migration
        | ErrorKind::Schema => MISTAKE,
        ErrorKind::Integrity | ErrorKind::Corrupt | ErrorKind::Violation => INTEGRITY,
        ErrorKind::Cancelled => CANCELLED,
        // Busy, Serialization, Timeout, Connection, Permission, DiskFull, Io, Internal, and kinds yet to come.
        _ => SYSTEM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_documented_codes() {
        for (kind, expected) in [
            (ErrorKind::Usage, 1),
            (ErrorKind::Config, 1),
            (ErrorKind::Check, 1),
            (ErrorKind::Authentication, 1),
            (ErrorKind::Connection, 2),
            (ErrorKind::DiskFull, 2),
            (ErrorKind::Permission, 2),
            (ErrorKind::Busy, 2),
            (ErrorKind::Integrity, 3),
            (ErrorKind::Corrupt, 3),
            (ErrorKind::Cancelled, 130),
        ] {
            assert_eq!(code(kind), expected, "{kind:?}");
        }
    }
}
