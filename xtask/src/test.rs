//! All tests, with the servers that they need.

use crate::cargo::{self, cargo};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use umbral_testkit::servers::{self, Machine, Server, ServerKind};

/// Finds or starts the servers, runs the tests, stops what was started, and says what was not tested.
///
/// # Errors
/// A test that failed, or a server that `UMBRAL_TEST_REQUIRE` asks for and that cannot be had.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let machine = Machine::this();
    let servers = Servers::find(&machine);
    let missing_required = servers.missing_of(&required(&machine)?);
    if !missing_required.is_empty() {
        return Err(format!("UMBRAL_TEST_REQUIRE: {}", missing_required.join("\n")));
    }
    let speed = speed(&machine, &std::env::current_exe().unwrap_or_default());
    let tests = run_with(root, &servers, &speed, arguments);
    servers.summary(&machine).iter().for_each(|line| println!("{line}"));
    tests
}

/// The variables that take time off the run, unless they are set.
fn speed(machine: &Machine, this_program: &Path) -> Vec<(&'static str, OsString)> {
    let mut variables = Vec::new();
    // Files of SQLite are synced to a disk, which takes longer than the tests.
    variables.extend(machine.memory_folder().map(|folder| ("TMPDIR", folder.into_os_string())));
    // What a next build could use, and the lines that a debugger shows, take a fourth of the first build: of value to who
    // builds again, as who has built before does.
    let incremental = this_program.with_file_name("incremental").read_dir().into_iter().flatten().flatten();
    let mut built = incremental.map(|entry| entry.file_name());
    if !built.any(|name| name.to_str().is_some_and(|name| name.starts_with("it-"))) {
        let without = [
            ("CARGO_INCREMENTAL", "0"),
            ("CARGO_PROFILE_DEV_DEBUG", "none"),
            ("CARGO_PROFILE_TEST_DEBUG", "none"),
        ];
        variables.extend(without.map(|(name, value)| (name, value.into())));
    }
    variables.retain(|(name, _)| machine.variable(name).is_none());
    variables
}

fn run_with(
    root: &Path,
    servers: &Servers,
    speed: &[(&str, OsString)],
    arguments: &[String],
) -> Result<(), String> {
    let whole = ["--workspace", "--all-features"];
    let nextest = has_nextest();
    let mut runner = match nextest {
        true => cargo(root, &["nextest", "run"]),
        false => cargo(root, &["test", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"]),
    };
    runner.args(whole).args(arguments);
    servers.export(&mut runner);
    runner.envs(speed.iter().cloned());
    let tests = cargo::run(runner);
    // Arguments choose tests by name, which examples in the documentation have none of.
    if !arguments.is_empty() {
        return tests;
    }
    let mut documentation = cargo(root, &["test", "--doc", "--no-fail-fast"]);
    documentation.args(whole);
    servers.export(&mut documentation);
    documentation.envs(speed.iter().cloned());
    tests.and(cargo::run(documentation))
}

fn has_nextest() -> bool {
    let mut command = Command::new("cargo-nextest");
    command.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The servers named in `UMBRAL_TEST_REQUIRE`, separated by commas.
fn required(machine: &Machine) -> Result<Vec<ServerKind>, String> {
    let names = machine.variable("UMBRAL_TEST_REQUIRE").unwrap_or_default();
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let kind = |name: &str| ServerKind::ALL.iter().copied().find(|kind| kind.name() == name);
    names
        .map(|name| kind(name).ok_or_else(|| format!("UMBRAL_TEST_REQUIRE: there is no server `{name}`")))
        .collect()
}

struct Servers {
    found: Vec<(ServerKind, Server)>,
    missing: Vec<servers::Unavailable>,
    /// Those that nobody asked for.
    unasked: Vec<ServerKind>,
}

impl Servers {
    fn find(machine: &Machine) -> Servers {
        let mut all = Servers { found: Vec::new(), missing: Vec::new(), unasked: Vec::new() };
        for kind in ServerKind::ALL {
            if !kind.is_wanted(machine) {
                all.unasked.push(*kind);
                continue;
            }
            match servers::find(*kind, machine) {
                Ok(server) => all.found.push((*kind, server)),
                Err(unavailable) => all.missing.push(unavailable),
            }
            // After the search, which may have installed the programs.
            all.missing.extend(servers::can_start_with_passwords(*kind, &Machine::this()).err());
        }
        all
    }

    fn missing_of(&self, kinds: &[ServerKind]) -> Vec<String> {
        let of = |unavailable: &servers::Unavailable, kind: &ServerKind| {
            unavailable.what.split(' ').next() == Some(kind.name())
        };
        let missing = self.missing.iter().filter(|missing| kinds.iter().any(|kind| of(missing, kind)));
        missing.map(ToString::to_string).collect()
    }

    /// Tells the tests where the servers are, and which are missing: those tests that need one pass over it then.
    fn export(&self, command: &mut Command) {
        for (kind, server) in &self.found {
            command.env(kind.url_variable(), server.url());
        }
        let missing: Vec<String> = self.missing.iter().map(ToString::to_string).collect();
        command.env("UMBRAL_TEST_MISSING", missing.join("\n"));
    }

    /// What was tested on, and what was not, one line each.
    fn summary(&self, machine: &Machine) -> Vec<String> {
        let mut lines = vec!["tested: sqlite (bundled)".to_owned()];
        for (kind, server) in &self.found {
            let origin = match server {
                Server::Given(_) => format!("given by {}", kind.url_variable()),
                Server::Private(_) => "a private server, started for this run".to_owned(),
            };
            lines.push(format!("tested: {kind} ({origin})"));
            lines.extend(kind.newest_url_variable().map(|variable| match machine.variable(variable) {
                Some(_) => format!("tested: {kind}, newest (given by {variable})"),
                None => format!("not tested: {kind}, newest: {variable} is not set"),
            }));
        }
        if let Some(only) = machine.variable("UMBRAL_TEST_ONLY") {
            lines.push(format!("not tested: engines other than {only} (UMBRAL_TEST_ONLY)"));
        }
        lines.extend(
            self.unasked.iter().map(|kind| {
                format!("not tested: {kind}: no program, and {} is not set", kind.url_variable())
            }),
        );
        lines.extend(self.missing.iter().map(|unavailable| format!("not tested: {unavailable}")));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn machine(variables: &[(&str, &str)]) -> Machine {
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Machine { variables, ..Machine::default() }
    }

    #[test]
    fn a_server_that_cannot_be_had_is_named_and_can_be_required() {
        let machine = machine(&[("UMBRAL_TEST_REQUIRE", " postgres,")]);
        let missing =
            vec![servers::Unavailable { what: "postgres".to_owned(), reasons: vec!["no programs".into()] }];
        let servers = Servers { found: Vec::new(), missing, unasked: Vec::new() };
        assert_eq!(
            servers.summary(&machine),
            ["tested: sqlite (bundled)", "not tested: postgres: no programs"]
        );
        assert_eq!(required(&machine), Ok(vec![ServerKind::Postgres]));
        assert_eq!(servers.missing_of(&[ServerKind::Postgres]), ["postgres: no programs"]);
        assert!(servers.missing_of(&[]).is_empty());
    }

    #[test]
    fn an_unknown_requirement_is_refused() {
        let machine = machine(&[("UMBRAL_TEST_REQUIRE", "oracle")]);
        assert_eq!(required(&machine), Err("UMBRAL_TEST_REQUIRE: there is no server `oracle`".to_owned()));
    }

    #[test]
    fn variables_that_save_time_give_way_to_those_that_are_set() {
        let target = folder();
        let program = target.join("xtask");
        let names = |machine: &Machine| -> Vec<&str> {
            speed(machine, &program).into_iter().map(|(name, _)| name).collect()
        };
        let first = ["CARGO_INCREMENTAL", "CARGO_PROFILE_DEV_DEBUG", "CARGO_PROFILE_TEST_DEBUG"];
        assert_eq!(names(&machine(&[])), first);
        assert_eq!(names(&machine(&[("CARGO_INCREMENTAL", "1")])), first[1..]);
        std::fs::create_dir_all(target.join("incremental/xtask-1")).unwrap();
        assert_eq!(names(&machine(&[])), first, "this program is built before any test");
        std::fs::create_dir_all(target.join("incremental/it-1")).unwrap();
        assert!(names(&machine(&[])).is_empty(), "who builds again goes on as before");
        std::fs::remove_dir_all(target).unwrap();
    }

    /// A folder of this test's own.
    fn folder() -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("umbral-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_given_server_is_exported_and_named() {
        let url = "postgres://host/postgres";
        let machine = machine(&[("UMBRAL_TEST_POSTGRES_URL", url)]);
        let servers = Servers::find(&machine);
        let mut command = Command::new("true");
        servers.export(&mut command);
        let exported: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?))).collect();
        assert!(exported.contains(&("UMBRAL_TEST_POSTGRES_URL", url)));
        assert!(servers.summary(&machine)[1].contains("given by UMBRAL_TEST_POSTGRES_URL"));
    }
}
