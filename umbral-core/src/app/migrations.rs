//! The migrations of a program: those that are compiled in, and those in files.

use super::App;
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::{MigrationDirectory, MigrationSet};
use std::collections::BTreeSet;
use std::path::Path;

/// The folder of migration files.
pub const MIGRATIONS_FOLDER: &str = "migrations";

impl App {
    /// The migrations that this program stands on: those compiled in by `umbral::migrations!()`, and for applications
    /// without any those in the folder of migrations, where there is one.
    pub(super) fn migrations(&self) -> Result<MigrationSet> {
        let embedded = MigrationSet::linked()?;
        let covered = {
            let apps = embedded.apps();
            !apps.is_empty() && self.registry.models().all(|model| apps.contains(model.app))
        };
        if covered {
            return Ok(embedded);
        }
        let own = application_of(&self.migrations)?.unwrap_or_default();
        merged(embedded, MigrationDirectory::new(&self.migrations, own).load()?)
    }
}

/// The migrations of `preferred`, and those of `other` for applications that `preferred` does not have.
///
/// # Errors
/// As [`MigrationSet::new`].
pub fn merged(preferred: MigrationSet, other: MigrationSet) -> Result<MigrationSet> {
    if other.is_empty() {
        return Ok(preferred);
    }
    let apps: BTreeSet<&str> = preferred.apps();
    let added = other.iter().filter(|migration| !apps.contains(migration.id.app.as_str()));
    MigrationSet::new(preferred.iter().chain(added).cloned())
}

/// The application that the files in a folder of migrations itself belong to, as the first of them says; `None` where
/// there are none. Those in the folders beneath belong to others.
///
/// # Errors
/// [`ErrorKind::Io`] where the folder or the file cannot be read, [`ErrorKind::Config`] where the file names no
/// application.
pub fn application_of(folder: &Path) -> Result<Option<String>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display())).with_source(error)
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            files.push(path);
        }
    }
    let Some(first) = files.into_iter().min() else { return Ok(None) };
    let text = std::fs::read_to_string(&first).map_err(|error| unreadable(&first, error))?;
    let app = text.parse::<toml::Table>().ok().and_then(|table| Some(table.get("app")?.as_str()?.to_owned()));
    app.map(Some).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("{} names no application", first.display()))
            .with_hint("a migration begins with `id = \"…\"` and `app = \"…\"`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations::Migration;

    #[test]
    fn the_first_file_tells_the_application() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(application_of(&folder.path().join("missing")).unwrap(), None);
        assert_eq!(application_of(folder.path()).unwrap(), None);
        let directory = MigrationDirectory::new(folder.path(), "shop");
        directory.write(&Migration::new("blog", "0001_initial")).unwrap();
        assert_eq!(application_of(folder.path()).unwrap(), None);
        directory.write(&Migration::new("shop", "0001_initial")).unwrap();
        assert_eq!(application_of(folder.path()).unwrap().as_deref(), Some("shop"));
        std::fs::write(folder.path().join("0000_broken.toml"), "operations = []").unwrap();
        assert_eq!(application_of(folder.path()).unwrap_err().kind(), ErrorKind::Config);
    }

    #[test]
    fn each_application_comes_from_one_side_only() {
        let set = |names: &[(&str, &str)]| {
            MigrationSet::new(names.iter().map(|(app, name)| Migration::new(*app, *name))).unwrap()
        };
        let all = merged(set(&[("shop", "0001_a")]), set(&[("blog", "0001_b"), ("shop", "0002_c")])).unwrap();
        let names: Vec<String> = all.iter().map(|migration| migration.id.to_string()).collect();
        assert_eq!(names, ["blog/0001_b", "shop/0001_a"]);
    }
}
