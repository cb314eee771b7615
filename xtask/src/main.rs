//! The repository's own tasks: `cargo xtask test`, `tidy`, `features` and `docs`.

#![allow(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

mod cargo;
mod docs;
mod features;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask TASK

  test [ARGUMENTS]   all tests, with the servers they need; ARGUMENTS go to the test runner
  tidy               layers, forbidden words, file sizes and names
  features           every combination of the core's features, and the core without each dialect's folder
  docs               writes the generated tables of docs/backends
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let root = root();
    let outcome = match task.as_str() {
        "test" => test::run(&root, &rest),
        "tidy" => tidy::run(&root),
        "features" => features::run(&root),
        "docs" => docs::run(&root),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: the folder above this package's.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}
