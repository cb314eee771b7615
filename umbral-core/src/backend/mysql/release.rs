//! Which server it is: two families with version numbers of their own.

use crate::backend::ServerVersion;

/// Two servers of one ancestor, one protocol, and version numbers that say nothing about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// A family and a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// The family.
    pub(super) family: Family,
    /// Its version.
    pub(super) version: ServerVersion,
}

/// From which version on each family does something; `None`: in no version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since {
    /// In MariaDB.
    pub(super) mariadb: Option<&'static [u32]>,
    /// In MySQL.
    pub(super) mysql: Option<&'static [u32]>,
}

impl Release {
    /// Whether this release is, in its family, as new as that.
    pub(super) fn has(&self, since: Since) -> bool {
        let first = match self.family {
            Family::MariaDb => since.mariadb,
            Family::MySql => since.mysql,
        };
        first.is_some_and(|first| self.version.at_least(first))
    }

    /// The release that a server calls itself in `SELECT VERSION()`: `10.11.6-MariaDB-0+deb12u1` or `9.7.0`. Some
    /// servers of MariaDB put `5.5.5-` in front, for clients that know no version above 5.
    #[cfg(any(feature = "mysql", test))]
    pub(super) fn parse(text: &str) -> crate::error::Result<Release> {
        let is_mariadb = text.to_ascii_lowercase().contains("mariadb");
        let family = if is_mariadb { Family::MariaDb } else { Family::MySql };
        let own = if is_mariadb { text.strip_prefix("5.5.5-").unwrap_or(text) } else { text };
        Ok(Release { family, version: own.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_what_it_calls_itself() {
        for (text, family, version) in [
            ("9.7.0", Family::MySql, "9.7"),
            ("8.0.36-0ubuntu0.22.04.1", Family::MySql, "8.0.36"),
            ("8.4.3-cloud", Family::MySql, "8.4.3"),
            ("10.11.6-MariaDB-0+deb12u1", Family::MariaDb, "10.11.6"),
            ("5.5.5-10.6.16-MariaDB-log", Family::MariaDb, "10.6.16"),
            ("11.8.2-MariaDB", Family::MariaDb, "11.8.2"),
        ] {
            let version = version.parse().unwrap();
            assert_eq!(Release::parse(text).unwrap(), Release { family, version }, "{text}");
        }
        assert!(Release::parse("TiDB").is_err());
    }
}
