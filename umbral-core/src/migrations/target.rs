//! Where a database is to be brought to.

use super::{MigrationId, MigrationSet};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// Where a database is to be brought to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// Every migration applied.
    #[default]
    Latest,
    /// Every migration of this application applied, with what they depend on.
    LatestOf(String),
    /// No migration of this application applied, nor any that depends on one of them.
    Zero(String),
    /// This migration applied with what it depends on, and none that stands on it in its application.
    To(MigrationId),
}

impl Target {
    /// The target that an application and a name on the command line mean. The name is that of a migration or its
    /// beginning, or `zero`.
    ///
    /// ```
    /// use umbral_core::migrations::{Migration, MigrationSet, Target};
    /// let set = MigrationSet::new([Migration::new("bookshop", "0001_initial")]).unwrap();
    /// assert_eq!(Target::parse(&set, None, None).unwrap(), Target::Latest);
    /// assert_eq!(Target::parse(&set, Some("bookshop"), Some("zero")).unwrap(), Target::Zero("bookshop".into()));
    /// let target = Target::parse(&set, Some("bookshop"), Some("0001")).unwrap();
    /// assert_eq!(target, Target::To("bookshop/0001_initial".parse().unwrap()));
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for an application or a migration that is unknown, or a beginning that several names
    /// have in common.
    pub fn parse(set: &MigrationSet, app: Option<&str>, name: Option<&str>) -> Result<Target> {
        let Some(app) = app else {
            return match name {
                None => Ok(Target::Latest),
                Some(name) => Err(Error::new(
                    ErrorKind::Usage,
                    format!("`{name}` names no migration without its application"),
                )
                .with_hint(format!("write the application in front: migrate APP {name}"))),
            };
        };
        if !set.apps().contains(app) {
            return Err(set.unknown_app(app));
        }
        match name {
            None => Ok(Target::LatestOf(app.to_owned())),
            Some("zero") => Ok(Target::Zero(app.to_owned())),
            Some(name) => Ok(Target::To(set.find(app, name)?.id.clone())),
        }
    }
}

/// Whether a migration is applied or unapplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Forward,
    /// It is undone.
    Backward,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Forward => "apply",
            Direction::Backward => "unapply",
        })
    }
}
