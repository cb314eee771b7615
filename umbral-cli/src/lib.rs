//! The command line of umbral.
//!
//! `cargo umbral` links an application's models into a runner that calls [`run_for`]. A program can also mount the
//! same commands itself:
//!
//! ```no_run
//! // src/bin/manage.rs
//! fn main() -> std::process::ExitCode {
//!     umbral_cli::run(std::env::args_os())
//! }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod commands;
mod exit;
mod output;
mod progress;
mod project;
mod questions;
mod session;
mod signals;

pub use args::{CargoCli, PackageArgs};
pub use project::Project;

use args::{Cli, Command, GlobalArgs};
use clap::Parser;
use exit::Failure;
use output::Output;
use session::Session;
use std::ffi::OsString;
use std::process::ExitCode;
use umbral_core::app::App;
use umbral_core::error::Error;

/// Runs a command on the models that are linked into this program. The first argument is the program's name. The project
/// is that of the current directory.
///
/// It has threads of its own, and so can be called inside an asynchronous `main`.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    match Cli::try_parse_from(args) {
        Ok(cli) => on_own_thread(move || execute(&Project::current_directory(), cli.global, cli.command)),
        Err(error) => refused(&error),
    }
}

/// Runs a command as `cargo umbral` does, for a project elsewhere. The first argument is the program's name.
#[doc(hidden)]
pub fn run_for(project: Project, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    match CargoCli::try_parse_from(args) {
        Ok(cli) => on_own_thread(move || execute(&project, cli.global, cli.command)),
        Err(error) => refused(&error),
    }
}

/// Shows a failure of `cargo umbral` itself as a command's would be shown, and gives its exit code.
#[doc(hidden)]
pub fn report_error(error: Error, cli: &CargoCli) -> ExitCode {
    let failure = Failure::from(error);
    Output::standard(cli.global.format, cli.global.color).failure(&failure);
    ExitCode::from(failure.code)
}

/// Says something beside the results.
#[doc(hidden)]
pub fn report_note(note: &str, cli: &CargoCli) {
    Output::standard(cli.global.format, cli.global.color).note(format_args!("note: {note}"));
}

/// Runs a command that needs no models.
#[doc(hidden)]
pub fn run_without_models(cli: CargoCli) -> ExitCode {
    let project = Project::current_directory();
    on_own_thread(move || execute(&project, cli.global, cli.command))
}

/// An asynchronous `main` already has a runtime on its thread, inside which no other can be waited for.
fn on_own_thread(work: impl FnOnce() -> u8 + Send + 'static) -> ExitCode {
    match std::thread::spawn(work).join() {
        Ok(code) => ExitCode::from(code),
        Err(_) => ExitCode::from(exit::SYSTEM),
    }
}

/// Shows help, or what is wrong with the arguments.
fn refused(error: &clap::Error) -> ExitCode {
    // Where the terminal has gone, the exit code is left.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { exit::MISTAKE } else { exit::OK })
}

fn execute(project: &Project, global: GlobalArgs, command: Command) -> u8 {
    let mut output = Output::standard(global.format, global.color);
    match dispatch(project, global, command, &mut output) {
        Ok(()) => exit::OK,
        Err(failure) => {
            output.failure(&failure);
            failure.code
        }
    }
}

fn dispatch(
    project: &Project,
    global: GlobalArgs,
    command: Command,
    output: &mut Output,
) -> Result<(), Failure> {
    if let Command::Init(args) = &command {
        return commands::init(project, args, output);
    }
    let environment = |name: &str| std::env::var(name).ok();
    let session = Session::new(project, App::linked(), global.database, &environment)?;
    match command {
        Command::Init(_) => Ok(()),
        Command::Check(args) => commands::check(&session, &args, output),
        Command::Makemigrations(args) => commands::makemigrations(&session, &args, output),
        Command::Migrate(args) => commands::migrate(&session, &args, output),
        Command::Showmigrations(args) => commands::showmigrations(&session, &args, output),
        Command::Sqlmigrate(args) => commands::sqlmigrate(&session, &args, output),
        Command::Features(args) => commands::features(&session, &args, output),
    }
}
