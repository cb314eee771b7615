//! The command line on crates outside of this workspace.

mod cargo_umbral;
mod commands;
mod files;
mod findings;
mod history;
mod mistakes;
mod signals;
mod urls;

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
        cargo(workspace(), &["build", "--quiet", "--package", "umbral-cli", "--bin", "cargo-umbral"]).ok();
        target().join("debug").join("cargo-umbral")
    })
}

/// `cargo umbral` as cargo calls it.
fn cargo_umbral(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = command(cargo_umbral_program(), folder);
    Said::of(&command.arg("umbral").args(arguments).output().unwrap())
}

/// The features that the crates have of umbral, and the runtime beside it: the same in all, so that what is built for one is
/// there for the others.
const SERVERS: &str = "features = [\"postgres\", \"mysql\"] }\n\
                       tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";

/// Writes the files of a crate or a workspace, with this workspace's versions of what they depend on. Files that say the
/// same already are left, so that nothing is built again.
fn write_crate(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    for (path, text) in files.iter().copied() {
        let text = text.replace("UMBRAL", &workspace().display().to_string());
        write(&folder.join(path), &text.replace("SERVERS }", SERVERS));
    }
    if !folder.join("Cargo.lock").exists() {
        write(&folder.join("Cargo.lock"), &lock);
    }
    folder
}

fn write(path: &Path, text: &str) {
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
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
