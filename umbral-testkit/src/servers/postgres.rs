//! A private PostgreSQL cluster.

use super::private::{PrivateServer, free_port};
use super::{Access, Authentication, Machine, PASSWORD, container::Image, process};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The distribution's package.
pub(super) const PACKAGE: &str = "postgresql";

/// The container image.
pub(super) const IMAGE: Image = Image {
    name: "docker.io/library/postgres:18-alpine",
    port: 5432,
    variables: &["POSTGRES_HOST_AUTH_METHOD=trust"],
    arguments: &["-c", "fsync=off", "-c", "max_connections=200"],
    ready: &["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"],
    url: |port| format!("postgres://postgres@127.0.0.1:{port}/postgres"),
};

/// The folder of the newest server's programs.
pub(super) fn programs(machine: &Machine) -> Result<PathBuf, String> {
    let needed = ["initdb", "pg_ctl", "postgres"];
    machine.folder_with(&needed).ok_or_else(|| {
        let searched: Vec<String> =
            machine.version_folders.iter().map(|folder| folder.display().to_string()).collect();
        format!("no server programs (initdb, pg_ctl, postgres) in PATH or {}", searched.join(" or "))
    })
}

/// Makes a cluster in `folder` and starts it on a free port.
pub(super) fn start(
    machine: &Machine,
    programs: &Path,
    folder: &Path,
    access: Access<'_>,
    grace: u32,
) -> Result<PrivateServer, String> {
    let account = process::account(machine, folder, &["postgres", "nobody"])?;
    let cluster = Cluster { programs, folder, account, access };
    let started = cluster.init().and_then(|()| cluster.start());
    let port = started.inspect_err(|_| drop(std::fs::remove_dir_all(folder)))?;
    let password = match access.authentication {
        Authentication::Trust => String::new(),
        Authentication::Password => format!(":{PASSWORD}"),
    };
    let url = format!("postgres://postgres{password}@127.0.0.1:{port}/postgres");
    PrivateServer::new(folder, url, stop_command(folder), grace).map_err(|error| error.to_string())
}

struct Cluster<'a> {
    programs: &'a Path,
    folder: &'a Path,
    account: Option<(u32, u32)>,
    access: Access<'a>,
}

impl Cluster<'_> {
    fn init(&self) -> Result<(), String> {
        let mut initdb = self.program("initdb");
        initdb.args(["-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]).arg(self.data());
        match self.access.authentication {
            Authentication::Trust => initdb.args(["-A", "trust"]),
            Authentication::Password => {
                let file = self.folder.join("password");
                std::fs::write(&file, PASSWORD).map_err(|error| error.to_string())?;
                initdb.args(["-A", "scram-sha-256"]).arg("--pwfile").arg(file)
            }
        };
        run("initdb", initdb)
    }

    /// Starts the server and waits until it answers. Another program may take the port first, so it is tried with
    /// several.
    fn start(&self) -> Result<u16, String> {
        let mut last = String::new();
        let tls = self.tls()?;
        for _ in 0..5 {
            let port = free_port().map_err(|error| error.to_string())?;
            let options = format!(
                "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off \
                 -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=200{tls}"
            );
            let mut start = self.program("pg_ctl");
            start.args(["start", "-w", "-s", "-t", "60", "-o", &options, "-D"]).arg(self.data());
            start.arg("-l").arg(self.folder.join("log"));
            match run("pg_ctl start", start) {
                Ok(()) => return Ok(port),
                Err(error) => last = error,
            }
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("{last} ({})", log.lines().last().unwrap_or("no log")))
    }

    fn tls(&self) -> Result<String, String> {
        let Some(identity) = self.access.identity else { return Ok(String::new()) };
        let (certificate, key) = identity.write(self.folder, self.account)?;
        let (certificate, key) = (certificate.display(), key.display());
        Ok(format!(" -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}"))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder).env("LC_ALL", "C");
        process::run_as(&mut command, self.account);
        command
    }
}

/// Stops the server at once: its data is not wanted any more. The first line of its file is the process's id.
fn stop_command(folder: &Path) -> Vec<String> {
    let script = "pid=$(head -n 1 \"$1/data/postmaster.pid\") && kill -QUIT \"$pid\" && \
                  while kill -0 \"$pid\" 2>/dev/null; do sleep 0.05; done";
    ["sh", "-c", script, "stop", &folder.to_string_lossy()].map(str::to_owned).to_vec()
}

fn run(name: &str, mut command: Command) -> Result<(), String> {
    // pg_ctl's server keeps what it inherits, so its output goes to files, never to a pipe that would stay open.
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = output.map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed: {status}")) }
}
