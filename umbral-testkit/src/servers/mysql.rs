//! A private MariaDB or MySQL server.

use super::private::{PrivateServer, free_port};
use super::{Access, Authentication, Machine, PASSWORD, container::Image, process};
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What differs between the two families.
#[derive(Debug)]
pub(super) struct Family {
    /// Its name, and the scheme of its URLs.
    name: &'static str,
    /// The server's programs, the one to prefer first.
    daemons: &'static [&'static str],
    /// Whether `--version` of a server of this family says MariaDB: Debian's `mysqld` does.
    is_mariadb: bool,
    /// What only this family's server takes.
    options: &'static [&'static str],
}

/// MariaDB.
pub(super) const MARIADB: Family = Family {
    name: "mariadb",
    daemons: &["mariadbd", "mysqld"],
    is_mariadb: true,
    options: &["--innodb-flush-method=nosync", "--sync-frm=0"],
};

/// MySQL.
pub(super) const MYSQL: Family = Family {
    name: "mysql",
    daemons: &["mysqld"],
    is_mariadb: false,
    options: &["--innodb-flush-method=nosync", "--mysqlx=OFF", "--secure-file-priv="],
};

/// The distribution's package of MariaDB. Debian has none of MySQL.
pub(super) const MARIADB_PACKAGE: &str = "mariadb-server";

/// MariaDB's container image.
pub(super) const MARIADB_IMAGE: Image = Image {
    name: "docker.io/library/mariadb:11.8",
    port: 3306,
    variables: &["MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1"],
    arguments: &["--innodb-flush-log-at-trx-commit=0", "--max-connections=400", "--max-allowed-packet=64M"],
    ready: &["healthcheck.sh", "--connect"],
    url: |port| format!("mariadb://root@127.0.0.1:{port}/"),
};

/// MySQL's container image.
pub(super) const MYSQL_IMAGE: Image = Image {
    name: "docker.io/library/mysql:9",
    port: 3306,
    variables: &["MYSQL_ALLOW_EMPTY_PASSWORD=1"],
    arguments: &["--innodb-flush-log-at-trx-commit=0", "--max-connections=400", "--skip-log-bin"],
    ready: &["mysqladmin", "ping", "-h", "127.0.0.1"],
    url: |port| format!("mysql://root@127.0.0.1:{port}/"),
};

/// The administrator that tests use.
const USER: &str = "umbral";

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server's program. What it is called says nothing; what it says of itself does.
pub(super) fn program(family: &Family, machine: &Machine) -> Result<PathBuf, String> {
    let found = family.daemons.iter().filter_map(|name| machine.program(name));
    found.into_iter().find(|program| calls_itself_mariadb(program) == Some(family.is_mariadb)).ok_or_else(
        || {
            format!(
                "no server program ({}) of {} in PATH or the folders of servers",
                family.daemons.join(", "),
                family.name
            )
        },
    )
}

fn calls_itself_mariadb(program: &Path) -> Option<bool> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).to_ascii_lowercase().contains("mariadb"))
}

/// Makes a server's data in `folder` and starts it on a free port.
pub(super) fn start(
    family: &Family,
    machine: &Machine,
    program: &Path,
    folder: &Path,
    access: Access<'_>,
    grace: u32,
) -> Result<PrivateServer, String> {
    let account = process::account(machine, folder, &["mysql", "nobody"])?;
    let instance = Instance { family, machine, program, folder, account, access };
    let started = instance.init().and_then(|()| instance.start());
    let port = started.inspect_err(|_| drop(std::fs::remove_dir_all(folder)))?;
    let password = match access.authentication {
        Authentication::Trust => String::new(),
        Authentication::Password => format!(":{PASSWORD}"),
    };
    let url = format!("{}://{USER}{password}@127.0.0.1:{port}/", family.name);
    PrivateServer::new(folder, url, stop_command(folder), grace).map_err(|error| error.to_string())
}

struct Instance<'a> {
    family: &'a Family,
    machine: &'a Machine,
    program: &'a Path,
    folder: &'a Path,
    account: Option<(u32, u32)>,
    access: Access<'a>,
}

impl Instance<'_> {
    fn init(&self) -> Result<(), String> {
        let secret = match self.access.authentication {
            Authentication::Trust => "",
            Authentication::Password => PASSWORD,
        };
        let statements: String = ["localhost", "127.0.0.1"]
            .iter()
            .map(|host| {
                format!(
                    "CREATE USER IF NOT EXISTS '{USER}'@'{host}' IDENTIFIED BY '{secret}';\n\
                     GRANT ALL ON *.* TO '{USER}'@'{host}' WITH GRANT OPTION;\n"
                )
            })
            .collect();
        std::fs::write(self.folder.join("init.sql"), statements).map_err(|error| error.to_string())?;
        let data = format!("--datadir={}", self.data().display());
        // Of its own: a server that starts clears away what it takes for its own temporary files.
        let temporary = format!("--tmpdir={}", self.folder.display());
        if !self.family.is_mariadb {
            let mut init = self.command(self.program);
            init.args(["--no-defaults", "--initialize-insecure", "--skip-log-bin", &data, &temporary]);
            init.args(self.access.options);
            return self.run("mysqld --initialize-insecure", init);
        }
        let names = ["mariadb-install-db", "mysql_install_db"];
        let install = names.iter().find_map(|name| self.machine.program(name));
        let install = install.ok_or_else(|| format!("no program {}", names.join(" or ")))?;
        let mut init = self.command(&install);
        init.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", &data]);
        init.args(["--skip-name-resolve", "--innodb-flush-method=nosync", &temporary]);
        self.run("mariadb-install-db", init)
    }

    /// Starts the server and waits until it answers. Another program may take the port first, so it is tried with
    /// several.
    fn start(&self) -> Result<u16, String> {
        let mut last = String::new();
        let tls = self.tls()?;
        for _ in 0..5 {
            let port = free_port().map_err(|error| error.to_string())?;
            let child = self.spawn(port, &tls)?;
            match wait_until_it_answers(child, port) {
                Ok(()) => return Ok(port),
                Err(error) => last = error,
            }
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("{last} ({})", log.lines().last().unwrap_or("no log")))
    }

    fn spawn(&self, port: u16, tls: &[String]) -> Result<Child, String> {
        let mut server = self.command(self.program);
        server.arg("--no-defaults").args(["--bind-address=127.0.0.1", "--skip-log-bin"]);
        server.arg(format!("--port={port}"));
        server.arg(format!("--datadir={}", self.data().display()));
        let files = [("socket", "socket"), ("pid-file", "pid"), ("init-file", "init.sql"), ("tmpdir", "")];
        // Of its own also the folder for temporary files: a server that starts clears away what it takes for its own.
        for (option, file) in files {
            server.arg(format!("--{option}={}", self.folder.join(file).display()));
        }
        server.args([
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0",
            "--performance-schema=OFF",
        ]);
        server.args(["--max-connections=400", "--max-allowed-packet=64M", "--max-connect-errors=1000000"]);
        server.args(self.family.options).args(self.access.options).args(tls);
        self.log_into(&mut server)?;
        server.spawn().map_err(|error| format!("{}: {error}", self.program.display()))
    }

    fn tls(&self) -> Result<Vec<String>, String> {
        let Some(identity) = self.access.identity else { return Ok(Vec::new()) };
        let (certificate, key) = identity.write(self.folder, self.account)?;
        Ok(vec![format!("--ssl-cert={}", certificate.display()), format!("--ssl-key={}", key.display())])
    }

    fn run(&self, name: &str, mut command: Command) -> Result<(), String> {
        self.log_into(&mut command)?;
        let status = command.status().map_err(|error| format!("{name}: {error}"))?;
        if status.success() {
            return Ok(());
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("{name} failed: {status} ({})", log.lines().last().unwrap_or("no log")))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder).env("LC_ALL", "C");
        process::run_as(&mut command, self.account);
        process::own_group(&mut command);
        command
    }

    fn log_into(&self, command: &mut Command) -> Result<(), String> {
        let file = self.folder.join("log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&file);
        let log = log.map_err(|error| format!("{}: {error}", file.display()))?;
        let other = log.try_clone().map_err(|error| error.to_string())?;
        command.stdin(Stdio::null()).stdout(log).stderr(other);
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

fn wait_until_it_answers(mut child: Child, port: u16) -> Result<(), String> {
    let begin = Instant::now();
    loop {
        if greets(port) {
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("the server ended: {status}"));
        }
        if begin.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Err("the server did not answer".to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether a server says hello, in version 10 of the protocol, and not that it is busy.
fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut greeting = [0; 5];
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    stream.read_exact(&mut greeting).is_ok() && greeting[4] == 10
}

/// Stops the server at once: its data is not wanted any more.
fn stop_command(folder: &Path) -> Vec<String> {
    // It may be a child of this process, which waits for none, and a process that nobody waited for is still there.
    let script = "pid=$(cat \"$1/pid\") && kill -KILL \"$pid\" && \
                  while kill -0 \"$pid\" 2>/dev/null && ! grep -q 'State:.Z' \"/proc/$pid/status\" 2>/dev/null; \
                  do sleep 0.05; done";
    ["sh", "-c", script, "stop", &folder.to_string_lossy()].map(str::to_owned).to_vec()
}
