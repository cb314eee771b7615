//! What an ORM costs those who build on it: crates, a clean build, the first build of 50 models of 10 columns, and a
//! build after a line was edited. Every peer builds the same program: it stores a row of each model, finds rows by a
//! column, and gets one by its key.
//!
//! `cargo run --release -p build_cost [ORM …]`, from the `benches` folder. Dependencies are fetched before the clock
//! runs. Builds are of the `dev` profile with line tables only.

mod apps;
mod measure;

use apps::Orm;
use measure::{Cost, cost};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let orms =
        Orm::ALL.into_iter().filter(|orm| asked.is_empty() || asked.iter().any(|name| name == orm.name()));
    let Some(umbral) = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2) else {
        return ExitCode::FAILURE;
    };
    println!("{:<8} {:>7} {:>12} {:>14} {:>14}", "", "crates", "clean build", "50 models", "a line edited");
    for orm in orms {
        match cost(orm, umbral) {
            Ok(Cost { crates, clean, first, edit }) => {
                println!("{:<8} {crates:>7} {clean:>10.1} s {first:>12.1} s {edit:>12.1} s", orm.name());
            }
            Err(error) => {
                eprintln!("{}: {error}", orm.name());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
