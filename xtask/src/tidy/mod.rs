//! What the compiler does not check: layers, forbidden words, names and sizes of files.

mod dialects;
mod files;
mod layers;
mod source;
mod state;
mod words;

use source::Source;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(source: &Source, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: source::shown(&source.path), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Every rule: what is wrong with one file.
const RULES: &[fn(&Source) -> Vec<Finding>] =
    &[layers::check, dialects::check, words::check, state::check, files::check];

/// Checks every file of the repository.
///
/// # Errors
/// Every finding, one a line.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut findings = Vec::new();
    let mut count = 0;
    for path in files(root)? {
        // What is no text has no words.
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else { continue };
        count += 1;
        let source = Source::new(path, text);
        findings.extend(RULES.iter().flat_map(|rule| rule(&source)));
    }
    findings.sort();
    if findings.is_empty() {
        println!("tidy: {count} files");
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Err(format!("{}\ntidy: {} findings in {count} files", lines.join("\n"), findings.len()))
}

/// The repository's files, from its root: what git tracks, and what it would.
///
/// # Errors
/// Where git does not run.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.output().map_err(|error| format!("git: {error}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut files: Vec<PathBuf> =
        text.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages that one file gets from every rule.
    pub(super) fn messages(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path, text);
        RULES.iter().flat_map(|rule| rule(&source)).map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn a_clean_file_has_no_findings() {
        let text = "//! Values.\n\nuse crate::error::Result;\n\n/// Half of it.\npub fn half(n: i64) -> Result<i64> {\n    \
                    Ok(n / 2)\n}\n";
        assert_eq!(messages("umbral-core/src/value/half.rs", text), [""; 0]);
    }
}
