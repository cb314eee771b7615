//! `init`: the first files of a crate that uses umbral.

use crate::args::InitArgs;
use crate::exit::Failure;
use crate::output::{FAINT, GOOD, Output};
use crate::project::Project;
use std::fs;
use std::path::{Path, PathBuf};
use umbral_core::app::SETTINGS_FILE;
use umbral_core::error::{Error, ErrorKind, Result};

const SETTINGS: &str = r#"# Databases by alias. ${NAME} is a variable of the environment; DATABASE_URL, where it is set, comes first.
default = "main"

# Findings of `cargo umbral check` that are left out, by id.
silenced_checks = []

[databases]
main = "sqlite://db.sqlite3"
"#;

const MODEL: &str = r#"use umbral::prelude::*;

/// A first model: the table `note`.
#[derive(Debug, Clone, Model)]
pub struct Note {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(max_length = 200)]
    pub title: String,
    pub body: Option<String>,
}
"#;

const IGNORED: &[&str] = &["*.sqlite3", "*.sqlite3-shm", "*.sqlite3-wal"];

/// Writes `umbral.toml`, a first model and lines of `.gitignore`. What is there stays as it is.
pub(crate) fn init(
    project: &Project,
    args: &InitArgs,
    output: &mut Output,
) -> std::result::Result<(), Failure> {
    let folder = args.folder.clone().unwrap_or_else(|| project.root.clone());
    let manifest = read(&folder.join("Cargo.toml"))?.ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("there is no Cargo.toml in {}", folder.display()))
            .with_hint("run it in a crate's folder, or make one: cargo new --lib NAME")
    })?;
    let mut done = vec![settings(&folder)?];
    done.extend(model(&folder)?);
    done.push(ignored(&folder)?);
    for (path, changed) in &done {
        let (style, word) = if *changed { (GOOD, "wrote") } else { (FAINT, "kept") };
        output.line(format_args!("{style}{word}{style:#} {}", path.display()))?;
    }
    let mut next = vec!["cargo umbral makemigrations", "cargo umbral migrate"];
    if !depends_on_umbral(&manifest) {
        next.insert(0, "cargo add umbral");
    }
    output.line(format_args!("next: {}", next.join(", ")))?;
    let written = |changed: bool| {
        let paths = done.iter().filter(move |(_, done)| *done == changed);
        paths.map(|(path, _)| path.display().to_string()).collect::<Vec<_>>()
    };
    output.json(&serde_json::json!({ "written": written(true), "kept": written(false), "next": next }))?;
    Ok(())
}

/// A file, and whether it was changed.
type Done = (PathBuf, bool);

fn settings(folder: &Path) -> Result<Done> {
    let path = folder.join(SETTINGS_FILE);
    let missing = read(&path)?.is_none();
    if missing {
        write(&path, SETTINGS)?;
    }
    Ok((path, missing))
}

/// The model goes into a library of its own where the crate has none, otherwise into `src/models.rs`.
fn model(folder: &Path) -> Result<Vec<Done>> {
    let library = folder.join("src").join("lib.rs");
    let Some(text) = read(&library)? else {
        let documented = format!("//! The models of this application.\n\n{MODEL}");
        write(&library, &documented)?;
        return Ok(vec![(library, true)]);
    };
    let models = folder.join("src").join("models.rs");
    if text.contains("umbral::") || read(&models)?.is_some() {
        return Ok(vec![(library, false)]);
    }
    write(&models, &format!("//! The models of this application.\n\n{MODEL}"))?;
    let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    write(&library, &format!("{text}{separator}\npub mod models;\n"))?;
    Ok(vec![(models, true), (library, true)])
}

fn ignored(folder: &Path) -> Result<Done> {
    let path = folder.join(".gitignore");
    let mut text = read(&path)?.unwrap_or_default();
    let missing: Vec<&str> =
        IGNORED.iter().copied().filter(|line| text.lines().all(|there| there.trim() != *line)).collect();
    if missing.is_empty() {
        return Ok((path, false));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for line in missing {
        text.push_str(line);
        text.push('\n');
    }
    write(&path, &text)?;
    Ok((path, true))
}

fn depends_on_umbral(manifest: &str) -> bool {
    manifest.parse::<toml::Table>().is_ok_and(|manifest| {
        manifest.get("dependencies").and_then(toml::Value::as_table).is_some_and(|dependencies| {
            dependencies.iter().any(|(name, dependency)| {
                let package = dependency.get("package").and_then(toml::Value::as_str);
                package.unwrap_or(name) == "umbral"
            })
        })
    })
}

/// The text of a file; `None` where there is none.
fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io(path, "read", error)),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
    parent.and_then(|()| fs::write(path, text)).map_err(|error| io(path, "written", error))
}

fn io(path: &Path, done: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{} cannot be {done}: {error}", path.display())).with_source(error)
}
