//! Where migrations come from, and where new ones go.

use super::embedded::{self, EmbeddedMigration};
use super::{Migration, MigrationSet};
use crate::error::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// A directory of migration files: those of one application, the crate's own, lie in it; those of any other
/// application lie in a directory of its name beneath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationDirectory {
    root: PathBuf,
    own_app: String,
}

const EXTENSION: &str = "toml";

impl MigrationDirectory {
    /// The directory `root` of a crate whose own application is `own_app`. It need not exist yet.
    pub fn new(root: impl Into<PathBuf>, own_app: impl Into<String>) -> MigrationDirectory {
        MigrationDirectory { root: root.into(), own_app: own_app.into() }
    }

    /// Reads every migration.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] for a file that cannot be read, [`ErrorKind::Config`] for one that cannot be understood or
    /// lies in the wrong place, [`ErrorKind::Migration`] as [`MigrationSet::new`]. A directory that is missing has no
    /// migrations.
    pub fn load(&self) -> Result<MigrationSet> {
        let mut migrations = Vec::new();
        for (path, is_directory) in entries(&self.root)? {
            if !is_directory {
                migrations.extend(read_file(&path, &self.own_app)?);
                continue;
            }
            let app = file_name(&path);
            for (path, is_directory) in entries(&path)? {
                if !is_directory {
                    migrations.extend(read_file(&path, &app)?);
                }
            }
        }
        MigrationSet::new(migrations)
    }

    /// Where the file of a migration lies, or will lie.
    pub fn path_of(&self, migration: &Migration) -> PathBuf {
        let name = format!("{}.{EXTENSION}", migration.id.name);
        if migration.id.app == self.own_app {
            self.root.join(name)
        } else {
            self.root.join(&migration.id.app).join(name)
        }
    }

    /// Writes the file of a new migration, and the directories above it.
    ///
    /// # Errors
    /// [`ErrorKind::Io`], also where the file is there already: it is not overwritten.
    pub fn write(&self, migration: &Migration) -> Result<PathBuf> {
        migration.id.validate()?;
        let path = self.path_of(migration);
        let write = || -> std::io::Result<()> {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
            std::io::Write::write_all(&mut file, migration.to_toml().as_bytes())
        };
        match write() {
            Ok(()) => Ok(path),
            Err(error) => Err(Error::new(
                ErrorKind::Io,
                format!("the migration {} could not be written to {}: {error}", migration.id, path.display()),
            )
            .with_source(error)),
        }
    }
}

impl MigrationSet {
    /// The migrations that `umbral::migrations!()` compiled into this program.
    ///
    /// # Errors
    /// As [`MigrationDirectory::load`], without [`ErrorKind::Io`].
    pub fn linked() -> Result<MigrationSet> {
        MigrationSet::embedded(embedded::linked())
    }

    /// The migrations of these texts.
    ///
    /// # Errors
    /// As [`MigrationDirectory::load`], without [`ErrorKind::Io`].
    pub fn embedded<'a>(migrations: impl IntoIterator<Item = &'a EmbeddedMigration>) -> Result<MigrationSet> {
        let migrations: Result<Vec<Migration>> = migrations
            .into_iter()
            .map(|migration| {
                read_text(
                    migration.text,
                    &format!("{}/{}.{EXTENSION}", migration.app, migration.name),
                    migration.app,
                    migration.name,
                )
            })
            .collect();
        MigrationSet::new(migrations?)
    }
}

/// What lies in a directory, sorted by name, with whether each is a directory. Hidden files are passed over.
fn entries(directory: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("{} could not be read: {error}", directory.display()))
            .with_source(error)
    };
    let listing = match std::fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut entries = Vec::new();
    for entry in listing {
        let path = entry.map_err(failed)?.path();
        if !file_name(&path).starts_with('.') {
            entries.push((path.clone(), path.is_dir()));
        }
    }
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The migration of a file; none where it is no TOML file, such as a README.
fn read_file(path: &Path, app: &str) -> Result<Option<Migration>> {
    if path.extension().is_none_or(|extension| extension != EXTENSION) {
        return Ok(None);
    }
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::new(ErrorKind::Io, format!("{shown} could not be read: {error}")).with_source(error)
    })?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    read_text(&text, &shown, app, &stem).map(Some)
}

/// A migration whose text agrees with the place that it was found in.
fn read_text(text: &str, file: &str, app: &str, name: &str) -> Result<Migration> {
    let migration = Migration::from_toml(text, file)?;
    let wrong = |what: &str, found: &str, place: &str, hint: String| {
        let message = format!("{file}: `{what}` is \"{found}\" in a file that belongs to {place}");
        Err(Error::new(ErrorKind::Config, message).with_hint(hint))
    };
    if migration.id.name != name {
        let hint = format!("write id = \"{name}\", or call the file {}.{EXTENSION}", migration.id.name);
        return wrong("id", &migration.id.name, &format!("the name `{name}`"), hint);
    }
    if migration.id.app != app {
        let hint = format!(
            "write app = \"{app}\", or move the file into a directory `{}` in the directory of migrations",
            migration.id.app
        );
        return wrong("app", &migration.id.app, &format!("the application `{app}`"), hint);
    }
    Ok(migration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn directory(files: &[(&str, &str)]) -> (tempfile::TempDir, MigrationDirectory) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let directory = MigrationDirectory::new(folder.path(), "shop");
        (folder, directory)
    }

    #[test]
    fn own_migrations_lie_flat_and_others_in_folders() {
        let (_folder, directory) = directory(&[
            ("0001_initial.toml", "id = '0001_initial'\napp = 'shop'\ndependencies = ['users/0001_initial']"),
            ("users/0001_initial.toml", "id = '0001_initial'\napp = 'users'"),
            ("README.md", "not ours"),
            (".hidden.toml", "not ours"),
        ]);
        let set = directory.load().unwrap();
        let order: Vec<String> = set.iter().map(|migration| migration.id.to_string()).collect();
        assert_eq!(order, ["users/0001_initial", "shop/0001_initial"]);
    }

    #[test]
    fn a_file_in_the_wrong_place_is_an_error() {
        for (path, text, message) in [
            (
                "0002_x.toml",
                "id = '0001_x'\napp = 'shop'",
                "`id` is \"0001_x\" in a file that belongs to the name `0002_x`",
            ),
            (
                "0001_x.toml",
                "id = '0001_x'\napp = 'b'",
                "`app` is \"b\" in a file that belongs to the application `shop`",
            ),
            (
                "b/0001_x.toml",
                "id = '0001_x'\napp = 'shop'",
                "`app` is \"shop\" in a file that belongs to the application `b`",
            ),
        ] {
            let (_folder, directory) = directory(&[(path, text)]);
            let error = directory.load().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().ends_with(message), "{error}");
            assert!(error.to_string().contains(path), "{error}");
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn what_is_written_is_loaded_and_never_overwritten() {
        let (_folder, directory) = directory(&[]);
        assert!(directory.load().unwrap().is_empty());
        let own = Migration::new("shop", "0001_initial");
        let other = Migration::new("users", "0001_initial").depends_on(own.id.clone());
        assert!(directory.write(&own).unwrap().ends_with("0001_initial.toml"));
        assert!(directory.write(&other).unwrap().ends_with("users/0001_initial.toml"));
        assert_eq!(directory.load().unwrap().iter().cloned().collect::<Vec<_>>(), [own.clone(), other]);
        assert_eq!(directory.write(&own).unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(directory.write(&Migration::new("..", "x")).unwrap_err().kind(), ErrorKind::Config);
    }

    #[test]
    fn a_missing_directory_has_no_migrations_and_a_file_is_none() {
        let (folder, _) = directory(&[("file", "")]);
        assert!(MigrationDirectory::new(folder.path().join("none"), "shop").load().unwrap().is_empty());
        let error = MigrationDirectory::new(folder.path().join("file"), "shop").load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn embedded_texts_are_read_like_files() {
        let text = "id = '0001_initial'\napp = 'shop'";
        let good = EmbeddedMigration { app: "shop", name: "0001_initial", text };
        assert_eq!(MigrationSet::embedded([&good]).unwrap().len(), 1);
        let misplaced = EmbeddedMigration { app: "other", ..good };
        assert!(
            MigrationSet::embedded([&misplaced])
                .unwrap_err()
                .to_string()
                .starts_with("other/0001_initial.toml: ")
        );
    }
}
