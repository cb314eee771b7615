//! Writes the generated parts of the documentation.

use crate::cargo::{self, cargo};
use std::path::Path;

/// Runs the test that compares the tables of `docs/backends` with the code, in the mode in which it writes them.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut command = cargo(
        root,
        &["test", "--quiet", "--package", "umbral", "--all-features", "--test", "it", "documentation"],
    );
    command.env("UMBRAL_WRITE_DOCS", "1");
    cargo::run(command)
}
