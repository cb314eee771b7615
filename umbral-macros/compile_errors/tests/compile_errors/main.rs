//! What the compiler says to people who use umbral: `tests/ui` has a program for each mistake, and beside it what is
//! printed. `TRYBUILD=overwrite` accepts what changed; read it before you commit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bounds;
mod messages;
mod odd_names;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What trybuild gives to rustc for the cases. For what they depend on it leaves out the last, so that all of that is compiled
/// once before the cases and again with them. This variable goes before either.
const FLAGS: (&str, &str) = (
    "CARGO_ENCODED_RUSTFLAGS",
    "--cfg\x1ftrybuild\x1f--verbose\x1f-A\x1fdead_code\x1f--diagnostic-width=140",
);

#[test]
fn compile_errors() {
    let (variable, flags) = FLAGS;
    if env::var_os(variable).is_some_and(|set| set == flags) {
        trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
        return;
    }
    let mut with_flags = Command::new(env::current_exe().unwrap());
    with_flags.args(["compile_errors", "--exact", "--nocapture"]).env(variable, flags);
    assert!(with_flags.status().unwrap().success());
}

/// The files below `folder` with this extension, in order.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extension, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} has files");
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
}
