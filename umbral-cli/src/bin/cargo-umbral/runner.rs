//! The program that the user's models are linked into.
//!
//! It is built with the user's own copy of umbral, lock file, profiles and patches, and into the user's target folder: a
//! runner linked to another copy of umbral would see no models at all.

use crate::workspace::{Linked, Source, Workspace, cargo_program};
use cargo_metadata::Message;
use indicatif::ProgressBar;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use toml::{Table, Value};
use umbral_cli::PackageArgs;
use umbral_core::error::{Error, ErrorKind, Result};

/// A runner that was built.
pub(crate) struct Runner {
    program: PathBuf,
}

impl Runner {
    /// Writes and builds the runner, where anything changed since the last time.
    pub(crate) fn build(workspace: &Workspace, arguments: &PackageArgs) -> Result<Runner> {
        let name = format!("umbral-runner-{}", workspace.package.name);
        let folder = workspace.target.join("umbral").join(&name);
        write(&folder.join("Cargo.toml"), &manifest(workspace, arguments, &name)?)?;
        write(&folder.join("src").join("main.rs"), &program(workspace))?;
        copy_lock(workspace, &folder)?;
        let said = build(workspace, arguments, &folder)?;
        let program = executable(&said, &name).ok_or_else(|| {
            Error::new(ErrorKind::Internal, format!("cargo built {name} and did not say where it is"))
        })?;
        Ok(Runner { program })
    }

    /// Runs a command in it, in the current directory.
    pub(crate) fn run(&self, arguments: &[OsString]) -> Result<ExitCode> {
        let mut command = Command::new(&self.program);
        command.args(arguments.iter().skip(1));
        become_it(command, &self.program)
    }
}

/// Builds the runner without a word, and gives what cargo tells of it. Cargo's settings are those of the user's workspace.
fn build(workspace: &Workspace, arguments: &PackageArgs, folder: &Path) -> Result<Vec<u8>> {
    let mut command = Command::new(cargo_program());
    command.args(["build", "--quiet", "--message-format", "json-render-diagnostics", "--manifest-path"]);
    command.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(&workspace.target);
    if arguments.offline {
        command.arg("--offline");
    }
    command.current_dir(&workspace.root).stdin(Stdio::null());
    let bar = ProgressBar::new_spinner().with_message(format!("building {}", workspace.package.name));
    bar.enable_steady_tick(Duration::from_millis(120));
    let output = command.output();
    bar.finish_and_clear();
    let output = output.map_err(|error| io("cargo", &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let message = format!("the package {} does not build:\n{}", workspace.package.name, said.trim_end());
    Err(Error::new(ErrorKind::Usage, message)
        .with_hint("mend what cargo says; `cargo build` should say the same"))
}

/// Where the program of this name is, as cargo tells.
fn executable(said: &[u8], name: &str) -> Option<PathBuf> {
    Message::parse_stream(said).filter_map(std::result::Result::ok).find_map(|message| match message {
        Message::CompilerArtifact(artifact) if artifact.target.name == name => {
            artifact.executable.map(cargo_metadata::camino::Utf8PathBuf::into_std_path_buf)
        }
        _ => None,
    })
}

/// The runner takes this process's place, and with it its terminal and its signals.
#[cfg(unix)]
fn become_it(mut command: Command, program: &Path) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(io(&program.display().to_string(), &command.exec()))
}

#[cfg(not(unix))]
fn become_it(mut command: Command, program: &Path) -> Result<ExitCode> {
    let status = command.status().map_err(|error| io(&program.display().to_string(), &error))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

fn manifest(workspace: &Workspace, arguments: &PackageArgs, name: &str) -> Result<String> {
    let mut package = Table::new();
    package.insert("name".to_owned(), name.into());
    package.insert("version".to_owned(), "0.0.0".into());
    package.insert("edition".to_owned(), "2024".into());
    package.insert("publish".to_owned(), false.into());
    let mut dependencies = Table::new();
    if workspace.is_library {
        dependencies.insert(alias(0), own(workspace, arguments)?.into());
    }
    for (number, linked) in (1..).zip(&workspace.dependencies) {
        dependencies.insert(alias(number), dependency(linked).into());
    }
    let mut cli = of_source(&cli_source(&workspace.umbral));
    cli.insert("default-features".to_owned(), false.into());
    dependencies.insert("umbral-cli".to_owned(), cli.into());

    let mut manifest = Table::new();
    manifest.insert("package".to_owned(), package.into());
    manifest.insert("dependencies".to_owned(), dependencies.into());
    // It stands in the user's target folder, and is no member of the user's workspace.
    manifest.insert("workspace".to_owned(), Table::new().into());
    for (key, value) in inherited(&workspace.root)? {
        manifest.insert(key, value);
    }
    toml::to_string(&manifest)
        .map_err(|error| Error::new(ErrorKind::Internal, format!("the runner's manifest: {error}")))
}

/// The user's own package, with the features that were asked for.
fn own(workspace: &Workspace, arguments: &PackageArgs) -> Result<Table> {
    let mut own = dependency(&workspace.package);
    let mut features: Vec<Value> = arguments.features.iter().map(|feature| feature.as_str().into()).collect();
    if arguments.all_features {
        features = all_features(workspace)?;
    }
    if !features.is_empty() {
        own.insert("features".to_owned(), features.into());
    }
    if arguments.no_default_features {
        own.insert("default-features".to_owned(), false.into());
    }
    Ok(own)
}

/// The name under which the runner knows a package: names of the user's own may collide.
fn alias(number: usize) -> String {
    format!("linked{number}")
}

fn dependency(linked: &Linked) -> Table {
    let mut table = of_source(&linked.source);
    table.insert("package".to_owned(), linked.name.as_str().into());
    table
}

fn of_source(source: &Source) -> Table {
    let mut table = Table::new();
    match source {
        Source::Path(folder) => {
            table.insert("path".to_owned(), folder.display().to_string().into());
        }
        Source::Registry { version, index } => {
            table.insert("version".to_owned(), format!("={version}").into());
            if let Some(index) = index {
                table.insert("registry-index".to_owned(), index.as_str().into());
            }
        }
        Source::Git { url, reference } => {
            table.insert("git".to_owned(), url.as_str().into());
            if let Some((key, value)) = reference {
                table.insert(key.clone(), value.as_str().into());
            }
        }
    }
    table
}

/// The command line that belongs to the user's umbral: the same version, the same reference, or the folder inside its
/// own.
fn cli_source(umbral: &Source) -> Source {
    match umbral {
        Source::Path(folder) => Source::Path(folder.join("umbral-cli")),
        other => other.clone(),
    }
}

fn all_features(workspace: &Workspace) -> Result<Vec<Value>> {
    let manifest = read_toml(&workspace.package.folder.join("Cargo.toml"))?;
    let features = manifest.get("features").and_then(Value::as_table);
    Ok(features.into_iter().flat_map(Table::keys).map(|feature| feature.as_str().into()).collect())
}

/// What the user's workspace says of profiles and patches. Paths in it are relative to the workspace.
fn inherited(root: &Path) -> Result<Vec<(String, Value)>> {
    let mut manifest = read_toml(&root.join("Cargo.toml"))?;
    let mut inherited = Vec::new();
    for key in ["profile", "patch"] {
        if let Some(mut value) = manifest.remove(key) {
            absolute_paths(&mut value, root);
            inherited.push((key.to_owned(), value));
        }
    }
    Ok(inherited)
}

fn absolute_paths(value: &mut Value, root: &Path) {
    let Value::Table(table) = value else { return };
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(path) if key == "path" => *path = root.join(&*path).display().to_string(),
            other => absolute_paths(other, root),
        }
    }
}

/// Names every linked crate: one that is never named is dropped by the linker, and its models with it.
fn program(workspace: &Workspace) -> String {
    let mut text = String::from("//! Written by cargo umbral, and written again by the next call.\n\n");
    let first = if workspace.is_library { 0 } else { 1 };
    for number in first..=workspace.dependencies.len() {
        text.push_str(&format!("extern crate {} as _;\n", alias(number)));
    }
    let quoted = |path: &Path| format!("{:?}", path.display().to_string());
    text.push_str(&format!(
        "\nfn main() -> std::process::ExitCode {{\n    let project = umbral_cli::Project::package({:?}, {}, {});\n    \
         umbral_cli::run_for(project, std::env::args_os())\n}}\n",
        workspace.package.library,
        quoted(&workspace.package.folder),
        quoted(&workspace.root)
    ));
    text
}

/// The user's exact versions. Cargo adds what only the runner needs.
fn copy_lock(workspace: &Workspace, folder: &Path) -> Result<()> {
    let (from, to) = (workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"));
    let Ok(lock) = std::fs::read_to_string(&from) else { return Ok(()) };
    // What cargo made of the copy is kept as long as the original is the same.
    let copied = folder.join("Cargo.lock.original");
    if std::fs::read_to_string(&copied).is_ok_and(|before| before == lock) && to.exists() {
        return Ok(());
    }
    write(&to, &lock)?;
    write(&copied, &lock)
}

fn read_toml(path: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(path).map_err(|error| io(&path.display().to_string(), &error))?;
    text.parse().map_err(|error| Error::new(ErrorKind::Config, format!("{}: {error}", path.display())))
}

/// Writes a file where it does not say the same already: cargo goes by the time of its change.
fn write(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let written =
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
    written.map_err(|error| io(&path.display().to_string(), &error))
}

fn io(what: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{what}: {error}"))
}
