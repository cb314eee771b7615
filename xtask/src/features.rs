//! The core in every combination of its features, and without each dialect's folder.

use crate::cargo::cargo;
use std::path::Path;

/// What brings a dialect or a driver.
const BACKENDS: &[&str] =
    &["dialect-sqlite", "dialect-postgres", "dialect-mysql", "sqlite", "postgres", "mysql"];

/// What brings a Rust type for fields.
const TYPES: &[&str] =
    &["bigdecimal", "bytes", "chrono", "decimal", "ipnetwork", "jiff", "json", "time", "uuid"];

/// The dialects with their folder and every feature that needs it.
const FOLDERS: &[(&str, &[&str])] = &[
    ("sqlite", &["dialect-sqlite", "sqlite"]),
    ("postgres", &["dialect-postgres", "postgres"]),
    ("mysql", &["dialect-mysql", "mysql"]),
];

/// Checks every combination, and that each dialect's folder can be deleted.
///
/// # Errors
/// The combinations that do not compile without a warning.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut failed = Vec::new();
    for package in ["umbral-core", "umbral"] {
        for features in combinations(package) {
            failed.extend(check(root, package, &features).err());
        }
    }
    for (folder, features) in FOLDERS {
        failed.extend(check_without(root, folder, features).err());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// Every set of backends alone and with all types, and each type alone. The facade always has both dialects.
fn combinations(package: &str) -> Vec<Vec<&'static str>> {
    let backends: Vec<&str> = match package {
        "umbral" => BACKENDS.iter().copied().filter(|feature| !feature.starts_with("dialect-")).collect(),
        _ => BACKENDS.to_vec(),
    };
    let mut all = Vec::new();
    for bits in 0..1_usize << backends.len() {
        let chosen: Vec<&str> = backends
            .iter()
            .enumerate()
            .filter(|(at, _)| bits & (1 << at) != 0)
            .map(|(_, name)| *name)
            .collect();
        // A driver brings its dialect, so naming both is the same set again.
        if chosen
            .iter()
            .any(|name| chosen.contains(&name.trim_start_matches("dialect-")) && name.contains('-'))
        {
            continue;
        }
        all.push([&chosen[..], TYPES].concat());
        all.push(chosen);
    }
    all.extend(TYPES.iter().map(|name| vec![*name]));
    all
}

fn check(folder: &Path, package: &str, features: &[&str]) -> Result<(), String> {
    let features = features.join(",");
    println!("checking {package} with [{features}]");
    let arguments =
        ["check", "--quiet", "--package", package, "--lib", "--no-default-features", "--features", &features];
    let output = cargo(folder, &arguments).output().map_err(|error| format!("cargo check: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && !messages.contains("warning") {
        return Ok(());
    }
    Err(format!("{package} with [{features}]:\n{messages}"))
}

/// Copies the sources, deletes a dialect's folder there, and checks the core with all other features.
fn check_without(root: &Path, dialect: &str, needing: &[&str]) -> Result<(), String> {
    println!("without umbral-core/src/backend/{dialect}:");
    let copy = std::env::temp_dir().join(format!("umbral-without-{dialect}-{}", std::process::id()));
    let features: Vec<&str> =
        BACKENDS.iter().chain(TYPES).copied().filter(|name| !needing.contains(name)).collect();
    let checked = copy_sources(root, &copy).and_then(|()| {
        std::fs::remove_dir_all(copy.join("umbral-core/src/backend").join(dialect))
            .map_err(|error| format!("the folder of {dialect} cannot be deleted: {error}"))?;
        check(&copy, "umbral-core", &features)
    });
    let _ = std::fs::remove_dir_all(&copy);
    checked.map_err(|message| format!("without backend/{dialect}: {message}"))
}

/// Copies what git knows of, so that no build output comes along.
fn copy_sources(root: &Path, to: &Path) -> Result<(), String> {
    for file in crate::tidy::files(root)? {
        let target = to.join(&file);
        let folder = target.parent().unwrap_or(to);
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        std::fs::copy(root.join(&file), &target).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_backends_is_there_once() {
        let core = combinations("umbral-core");
        for expected in [
            vec![],
            vec!["dialect-postgres"],
            vec!["sqlite"],
            vec!["dialect-sqlite", "postgres"],
            vec!["sqlite", "postgres"],
            vec!["uuid"],
        ] {
            assert_eq!(core.iter().filter(|features| **features == expected).count(), 1, "{expected:?}");
        }
        // 27 sets (each dialect: none, without, with its driver), each twice, and the types.
        assert_eq!(core.len(), 27 * 2 + TYPES.len());
        assert_eq!(combinations("umbral").len(), 8 * 2 + TYPES.len());
    }
}
