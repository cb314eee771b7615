//! Generates a program and builds it.

use crate::apps::Orm;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often each build is repeated; the median counts.
const REPEATS: usize = 3;

/// What one ORM costs.
pub struct Cost {
    /// Crates that a program with one model builds, its own among them.
    pub crates: usize,
    /// Seconds to build that program from nothing.
    pub clean: f64,
    /// Seconds to build 50 models of 10 columns, dependencies being there.
    pub first: f64,
    /// Seconds to build them again after a line was edited.
    pub edit: f64,
}

/// Measures one ORM in a folder of its own.
pub fn cost(orm: Orm, umbral: &Path) -> Result<Cost, String> {
    let folder =
        std::env::temp_dir().join(format!("umbral-build-cost-{}-{}", std::process::id(), orm.name()));
    let result = measure(orm, umbral, &folder);
    let removed = fs::remove_dir_all(&folder);
    result.and_then(|cost| removed.map(|()| cost).map_err(|error| format!("{}: {error}", folder.display())))
}

fn measure(orm: Orm, umbral: &Path, folder: &Path) -> Result<Cost, String> {
    let one = write(orm, umbral, &folder.join("one"), 1)?;
    let crates = crates(&one)?;
    cargo(&one, &["fetch"])?;
    let mut cleans = Vec::new();
    for _ in 0..REPEATS {
        cargo(&one, &["clean"])?;
        cleans.push(timed(&one)?);
    }

    let many = write(orm, umbral, &folder.join("many"), 50)?;
    fs::rename(one.join("target"), many.join("target")).map_err(|error| error.to_string())?;
    fs::copy(one.join("Cargo.lock"), many.join("Cargo.lock")).map_err(|error| error.to_string())?;
    let (mut firsts, mut edits) = (Vec::new(), Vec::new());
    for repeat in 0..REPEATS {
        cargo(&many, &["clean", "-p", "app"])?;
        firsts.push(timed(&many)?);
        edit_a_line(&many, repeat)?;
        edits.push(timed(&many)?);
    }
    Ok(Cost { crates, clean: median(cleans), first: median(firsts), edit: median(edits) })
}

fn write(orm: Orm, umbral: &Path, folder: &Path, models: usize) -> Result<PathBuf, String> {
    let write =
        |file: &str, text: String| fs::write(folder.join(file), text).map_err(|error| error.to_string());
    fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
    write("Cargo.toml", orm.manifest(umbral))?;
    write("src/main.rs", orm.program(models))?;
    Ok(folder.to_owned())
}

fn timed(folder: &Path) -> Result<f64, String> {
    let start = Instant::now();
    cargo(folder, &["build"])?;
    Ok(start.elapsed().as_secs_f64())
}

/// Changes what the function that uses the last model prints.
fn edit_a_line(folder: &Path, repeat: usize) -> Result<(), String> {
    let path = folder.join("src/main.rs");
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let (before, after) = text.rsplit_once("println!(\"").ok_or("the program has no line to edit")?;
    fs::write(&path, format!("{before}println!(\"{repeat} {after}")).map_err(|error| error.to_string())
}

fn crates(folder: &Path) -> Result<usize, String> {
    let arguments = ["tree", "--prefix", "none", "-e", "normal,build", "--no-dedupe", "--format", "{p}"];
    let output =
        command(folder, &arguments).stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut crates: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    crates.sort_unstable();
    crates.dedup();
    Ok(crates.len())
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = command(folder, arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "cargo {} in {}:\n{}",
        arguments.join(" "),
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    ))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR").env("CARGO_INCREMENTAL", "1");
    command
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
