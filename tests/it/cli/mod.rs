//! The command line on crates outside of this workspace.

mod cargo_umbral;
mod commands;
mod crates;
mod files;
mod findings;
mod history;
mod mistakes;
mod signals;
mod urls;

use self::crates::write_crate;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use umbral::backend::standard::rows::{Cell, fetch_cells};
use umbral::backend::{Driver, Statement};

/// What a command said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Said {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self.err
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The target folder of this build: the crates share what was built for it.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// A command without the settings of whoever runs the tests, that builds into the shared folder.
fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_remove("DATABASE_URL").env_remove("RUSTFLAGS");
    command.env("CARGO_TARGET_DIR", target()).env("RUST_BACKTRACE", "0");
    // What cargo sets for this program would count for the packages that it builds, which would be built again.
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in set.filter(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
        command.env_remove(name);
    }
    command
}

fn cargo(folder: &Path, arguments: &[&str]) -> Said {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Said::of(&command(cargo, folder).args(arguments).output().unwrap())
}

/// The program behind `cargo umbral`.
fn cargo_umbral_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // With the features that these tests are built with, so that nothing is built again for it.
        let shared = ["--workspace", "--all-features", "--test", "it"];
        cargo(workspace(), &[&["build", "--quiet", "--bin", "cargo-umbral"], &shared[..]].concat()).ok();
        target().join("debug").join("cargo-umbral")
    })
}

/// `cargo umbral` as cargo calls it.
fn cargo_umbral(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = command(cargo_umbral_program(), folder);
    Said::of(&command.arg("umbral").args(arguments).output().unwrap())
}

/// An application that mounts the commands in a program of its own. Its models can be left out or changed by features.
fn shelf() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        write_crate(
            "shelf",
            &[
                ("Cargo.toml", include_str!("shelf/manifest.txt")),
                ("src/lib.rs", include_str!("shelf/lib.txt")),
                ("src/main.rs", include_str!("shelf/main.txt")),
            ],
        )
    })
}

/// The program of [`shelf`].
fn manage_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        cargo(shelf(), &["build", "--quiet"]).ok();
        target().join("debug").join("shelf")
    })
}

/// The mounted commands, in a folder of the caller's own.
fn manage(folder: &Path, arguments: &[&str]) -> Said {
    Said::of(&command(manage_program(), folder).args(arguments).output().unwrap())
}

/// The mounted commands with a variable of the environment.
fn manage_with(folder: &Path, variable: (&str, &str), arguments: &[&str]) -> Said {
    let mut command = command(manage_program(), folder);
    Said::of(&command.env(variable.0, variable.1).args(arguments).output().unwrap())
}

/// The rows of a query, as text.
async fn rows(driver: &dyn Driver, sql: &str) -> Vec<String> {
    let mut connection = driver.acquire().await.unwrap();
    let cells = fetch_cells(connection.as_mut(), Statement::new(sql)).await.unwrap();
    let text = |cell: &Cell| match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    };
    cells.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}

/// What a command says without the times that it took.
fn without_times(text: &str) -> String {
    let mut words = Vec::new();
    for line in text.lines() {
        let mut shown: Vec<&str> = line.split(' ').collect();
        for at in 1..shown.len() {
            if shown[at] == "ms" && shown[at - 1].bytes().all(|byte| byte.is_ascii_digit()) {
                shown[at - 1] = "N";
            }
        }
        words.push(shown.join(" "));
    }
    words.join("\n")
}
