//! `cargo umbral`: links the models of the user's crate into a runner, and runs the command there.

mod runner;
mod workspace;

use clap::Parser;
use runner::Runner;
use std::ffi::OsString;
use std::process::ExitCode;
use umbral_cli::CargoCli;
use workspace::Workspace;

fn main() -> ExitCode {
    let arguments = arguments(std::env::args_os());
    let cli = CargoCli::parse_from(&arguments);
    if cli.needs_no_models() {
        return umbral_cli::run_without_models(cli);
    }
    let runner = Workspace::of(&cli.package).and_then(|workspace| {
        if !workspace.is_library {
            umbral_cli::report_note(
                &format!(
                    "{} has no library: only models of what it depends on are seen",
                    workspace.package.name
                ),
                &cli,
            );
        }
        Runner::build(&workspace, &cli.package)
    });
    match runner.and_then(|runner| runner.run(&arguments)) {
        Ok(code) => code,
        Err(error) => umbral_cli::report_error(error, &cli),
    }
}

/// The arguments without the word that cargo itself puts in front of them: `cargo umbral check` calls
/// `cargo-umbral umbral check`.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = given.collect();
    if arguments.get(1).is_some_and(|word| word == "umbral") {
        arguments.remove(1);
    }
    arguments
}
