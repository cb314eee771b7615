//! What the compiler says to people who use umbral: `tests/ui` has a program for each mistake, and beside it what is
//! printed. `TRYBUILD=overwrite` accepts what changed; read it before you commit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bounds;
mod messages;
mod odd_names;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn compile_errors() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
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
