//! A server in a container.

use super::Machine;
use super::private::PrivateServer;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a server's image is run.
#[derive(Debug)]
pub(super) struct Image {
    /// The image with its registry and tag.
    pub name: &'static str,
    /// The port it listens on inside.
    pub port: u16,
    /// Its environment, as `NAME=value`.
    pub variables: &'static [&'static str],
    /// The server's arguments.
    pub arguments: &'static [&'static str],
    /// The command that succeeds, inside, when the server answers.
    pub ready: &'static [&'static str],
    /// The URL, given the port outside.
    pub url: fn(u16) -> String,
}

/// How long a server may take to answer, after its image is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the image with the first container engine that works.
pub(super) fn start(
    machine: &Machine,
    folder: &Path,
    image: &Image,
    grace: u32,
) -> Result<PrivateServer, String> {
    let mut reasons = Vec::new();
    for engine in ["docker", "podman"].iter().filter_map(|name| machine.program(name)) {
        match start_with(&engine, folder, image, grace) {
            Ok(server) => return Ok(server),
            Err(reason) => reasons.push(reason),
        }
    }
    if reasons.is_empty() {
        reasons.push("no container engine (docker, podman)".to_owned());
    }
    let _ = std::fs::remove_dir_all(folder);
    Err(reasons.join("; "))
}

fn start_with(engine: &Path, folder: &Path, image: &Image, grace: u32) -> Result<PrivateServer, String> {
    let publish = format!("127.0.0.1::{}", image.port);
    let mut arguments = vec!["run", "--detach", "--rm", "--publish", &publish];
    image.variables.iter().for_each(|variable| arguments.extend(["--env", variable]));
    arguments.push(image.name);
    arguments.extend(image.arguments);
    let container = run(engine, &arguments)?;
    let remove = [&engine.to_string_lossy(), "rm", "--force", "--volumes", &container].map(str::to_owned);
    // From here on the container is removed on every way out.
    let started = PrivateServer::new(folder, String::new(), remove.to_vec(), grace);
    let mut server = started.map_err(|error| error.to_string())?;
    server.set_url((image.url)(published_port(engine, &container, image.port)?));
    wait_until_ready(engine, &container, image)?;
    Ok(server)
}

/// Reads `127.0.0.1:49153`, one line for each address.
fn published_port(engine: &Path, container: &str, inside: u16) -> Result<u16, String> {
    let text = run(engine, &["port", container, &inside.to_string()])?;
    let port = text.lines().next().and_then(|line| line.rsplit(':').next()?.trim().parse().ok());
    port.ok_or_else(|| format!("{}: no published port in {text:?}", engine.display()))
}

fn wait_until_ready(engine: &Path, container: &str, image: &Image) -> Result<(), String> {
    let begin = Instant::now();
    let mut arguments = vec!["exec", container];
    arguments.extend(image.ready);
    loop {
        match run(engine, &arguments) {
            Ok(_) => return Ok(()),
            Err(error) if begin.elapsed() > PATIENCE => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(250)),
        }
    }
}

fn run(engine: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(engine).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{}: {error}", engine.display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let name = engine.file_name().map_or_else(|| engine.to_owned(), PathBuf::from);
    let verb = arguments.first().unwrap_or(&"");
    Err(format!("{} {verb}: {}", name.display(), errors.lines().last().unwrap_or("no message").trim()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::servers::private::{NO_GRACE, new_folder};
    use std::os::unix::fs::PermissionsExt;

    const IMAGE: Image = Image {
        name: "example/server:1",
        port: 5432,
        variables: &["MODE=trust"],
        arguments: &["-c", "fsync=off"],
        ready: &["ready"],
        url: |port| format!("postgres://postgres@127.0.0.1:{port}/postgres"),
    };

    /// A machine with a container engine that notes how it is called.
    fn machine(script: &str) -> (Machine, PathBuf) {
        let folder = new_folder("engine").unwrap();
        let engine = folder.join("podman");
        std::fs::write(
            &engine,
            format!("#!/bin/sh\necho \"$@\" >> {}\n{script}", folder.join("calls").display()),
        )
        .unwrap();
        std::fs::set_permissions(&engine, std::fs::Permissions::from_mode(0o755)).unwrap();
        (Machine { program_folders: vec![folder.clone()], ..Machine::default() }, folder)
    }

    #[test]
    fn a_container_is_run_waited_for_and_removed() {
        let script = "case $1 in run) echo c0ffee;; port) echo 127.0.0.1:49153;; \
                      exec) [ -f $0.once ] || { touch $0.once; exit 1; };; esac";
        let (machine, calls) = machine(script);
        let server = start(&machine, &new_folder("container").unwrap(), &IMAGE, NO_GRACE).unwrap();
        assert_eq!(server.url(), "postgres://postgres@127.0.0.1:49153/postgres");
        drop(server);
        let log = std::fs::read_to_string(calls.join("calls")).unwrap();
        let expected = "run --detach --rm --publish 127.0.0.1::5432 --env MODE=trust example/server:1 -c fsync=off\n\
                        port c0ffee 5432\nexec c0ffee ready\nexec c0ffee ready\nrm --force --volumes c0ffee\n";
        assert_eq!(log, expected);
        std::fs::remove_dir_all(calls).unwrap();
    }

    #[test]
    fn an_engine_that_does_not_work_is_a_reason() {
        let (machine, calls) = machine("echo 'Cannot connect to the daemon' >&2; exit 1");
        let reason = start(&machine, &new_folder("container").unwrap(), &IMAGE, NO_GRACE).unwrap_err();
        assert_eq!(reason, "podman run: Cannot connect to the daemon");
        let none =
            start(&Machine::default(), &new_folder("container").unwrap(), &IMAGE, NO_GRACE).unwrap_err();
        assert_eq!(none, "no container engine (docker, podman)");
        std::fs::remove_dir_all(calls).unwrap();
    }
}
