//! Database servers for tests: given by URL, or started for the run and gone with it.

mod container;
mod machine;
mod mysql;
mod package;
mod postgres;
mod private;
mod process;
mod shared;

pub use machine::Machine;
pub use private::PrivateServer;
pub use shared::{ServerState, reported_missing, url_for_this_process};

use std::fmt;
use std::path::{Path, PathBuf};

/// The servers that umbral is tested on. SQLite needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ServerKind {
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    MariaDb,
    /// MySQL.
    MySql,
}

impl ServerKind {
    /// All of them.
    pub const ALL: &'static [ServerKind] = &[ServerKind::Postgres, ServerKind::MariaDb, ServerKind::MySql];

    /// Its name in `UMBRAL_TEST_REQUIRE` and in messages.
    pub fn name(self) -> &'static str {
        match self {
            ServerKind::Postgres => "postgres",
            ServerKind::MariaDb => "mariadb",
            ServerKind::MySql => "mysql",
        }
    }

    /// The environment variable that gives its URL. The user of the URL must be allowed to create databases.
    pub fn url_variable(self) -> &'static str {
        match self {
            ServerKind::Postgres => "UMBRAL_TEST_POSTGRES_URL",
            ServerKind::MariaDb => "UMBRAL_TEST_MARIADB_URL",
            ServerKind::MySql => "UMBRAL_TEST_MYSQL_URL",
        }
    }

    /// The environment variable that gives the URL of a second server, of a newer version, where tests use one. Optional.
    pub fn newest_url_variable(self) -> Option<&'static str> {
        match self {
            ServerKind::Postgres => Some("UMBRAL_TEST_POSTGRES_NEWEST_URL"),
            // The two are versions of each other, as it were.
            ServerKind::MariaDb | ServerKind::MySql => None,
        }
    }

    /// Whether tests run on it: on MySQL where its URL is given or its program is on the machine. To fetch a container of
    /// it is more than a run of tests should do unasked.
    pub fn is_wanted(self, machine: &Machine) -> bool {
        self.is_expected()
            || machine.variable(self.url_variable()).is_some()
            || self.programs(machine).is_ok()
    }

    /// Whether a test that needs it fails where it cannot be had. MySQL has no package in Debian, so that most people
    /// would have to set it up: tests say that they go on without it.
    pub fn is_expected(self) -> bool {
        self != ServerKind::MySql
    }

    /// What stands behind `CREATE DATABASE`: a server's own defaults may be those of another time.
    #[cfg(feature = "suite")]
    pub(crate) fn database_options(self) -> &'static str {
        match self {
            ServerKind::Postgres => "",
            ServerKind::MariaDb | ServerKind::MySql => "CHARACTER SET utf8mb4",
        }
    }

    /// Where the data of private servers lies: in memory, where there is room. MariaDB and MySQL sync files whose syncing no
    /// setting stops, so that each definition takes 30 ms on a disk, and PostgreSQL copies files for each new database.
    fn place(machine: &Machine) -> PathBuf {
        machine.memory_folder().unwrap_or_else(std::env::temp_dir)
    }

    /// The distribution's package.
    fn package(self) -> Option<&'static str> {
        match self {
            ServerKind::Postgres => Some(postgres::PACKAGE),
            ServerKind::MariaDb => Some(mysql::MARIADB_PACKAGE),
            ServerKind::MySql => None,
        }
    }

    fn image(self) -> &'static container::Image {
        match self {
            ServerKind::Postgres => &postgres::IMAGE,
            ServerKind::MariaDb => &mysql::MARIADB_IMAGE,
            ServerKind::MySql => &mysql::MYSQL_IMAGE,
        }
    }

    /// Where its programs are on the machine: their folder, or the server's own.
    fn programs(self, machine: &Machine) -> Result<PathBuf, String> {
        match self {
            ServerKind::Postgres => postgres::programs(machine),
            ServerKind::MariaDb => mysql::program(&mysql::MARIADB, machine),
            ServerKind::MySql => mysql::program(&mysql::MYSQL, machine),
        }
    }

    fn start(
        self,
        machine: &Machine,
        programs: &Path,
        folder: &Path,
        access: Access<'_>,
        grace: u32,
    ) -> Result<PrivateServer, String> {
        match self {
            ServerKind::Postgres => postgres::start(machine, programs, folder, access, grace),
            ServerKind::MariaDb => mysql::start(&mysql::MARIADB, machine, programs, folder, access, grace),
            ServerKind::MySql => mysql::start(&mysql::MYSQL, machine, programs, folder, access, grace),
        }
    }
}

/// How users prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authentication {
    /// Not at all.
    Trust,
    /// By password.
    Password,
}

/// What a private server asks of its users, and shows them.
#[derive(Debug, Clone, Copy)]
struct Access<'a> {
    authentication: Authentication,
    identity: Option<&'a Identity>,
    /// What is given to the program of a MariaDB or MySQL server besides, also where it makes its data.
    options: &'a [&'a str],
}

impl Access<'_> {
    /// Everybody gets in.
    const OPEN: Access<'static> =
        Access { authentication: Authentication::Trust, identity: None, options: &[] };
}

/// What a server proves with who it is: both in PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl Identity {
    /// Writes both where the server reads them, and says where: its certificate and its key, which nobody else may read.
    fn write(&self, folder: &Path, account: Option<(u32, u32)>) -> Result<(PathBuf, PathBuf), String> {
        let files = (folder.join("server.crt"), folder.join("server.key"));
        for (file, text) in [(&files.0, &self.certificate), (&files.1, &self.key)] {
            process::write_for(file, text, account)
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(files)
    }
}

/// The administrator's password under [`Authentication::Password`]: the server is private, and gone with its test.
const PASSWORD: &str = "correct-horse";

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server that tests can use.
#[derive(Debug)]
pub enum Server {
    /// Somebody else's, named by its URL. Tests create their own databases on it.
    Given(String),
    /// Started for the tests; it ends with this value.
    Private(PrivateServer),
}

impl Server {
    /// Its URL, with a user who may create databases.
    pub fn url(&self) -> &str {
        match self {
            Server::Given(url) => url,
            Server::Private(server) => server.url(),
        }
    }
}

/// No server could be had; what was tried, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// What was looked for: a server's name, or `postgres with passwords`.
    pub what: String,
    /// Why each way failed.
    pub reasons: Vec<String>,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.reasons.join("; "))
    }
}

impl std::error::Error for Unavailable {}

impl Unavailable {
    fn new(what: impl fmt::Display, reason: impl fmt::Display) -> Unavailable {
        Unavailable { what: what.to_string(), reasons: vec![reason.to_string()] }
    }
}

/// Finds a server, or starts one: explicit URL, programs on the machine, the distribution's package, a container.
///
/// # Errors
/// [`Unavailable`] with the reason of each way.
pub fn find(kind: ServerKind, machine: &Machine) -> Result<Server, Unavailable> {
    if let Some(url) = machine.variable(kind.url_variable()) {
        return Ok(Server::Given(url));
    }
    let folder = private::new_folder_in(&ServerKind::place(machine), kind.name())
        .map_err(|error| Unavailable::new(kind, error))?;
    start_private(kind, machine, &folder, private::NO_GRACE).map(Server::Private)
}

/// Starts a private server whose users need passwords; its URL holds the administrator's. Under trust, which other test
/// servers grant, a wrong password is accepted. With an `identity` it takes TLS; it listens at 127.0.0.1.
///
/// # Errors
/// As [`can_start_with_passwords`], and where the start fails.
pub fn start_with_passwords(
    kind: ServerKind,
    machine: &Machine,
    identity: Option<&Identity>,
) -> Result<PrivateServer, Unavailable> {
    start_alone(kind, machine, Access { authentication: Authentication::Password, identity, options: &[] })
}

/// Starts a private MariaDB or MySQL server as [`start_with_passwords`], to which a table has one name in capitals and in
/// small letters: as the servers are set on Windows.
///
/// # Errors
/// The same.
pub fn start_folding_names(kind: ServerKind, machine: &Machine) -> Result<PrivateServer, Unavailable> {
    let options = &["--lower-case-table-names=1"];
    start_alone(kind, machine, Access { authentication: Authentication::Password, identity: None, options })
}

fn start_alone(
    kind: ServerKind,
    machine: &Machine,
    access: Access<'_>,
) -> Result<PrivateServer, Unavailable> {
    let unavailable = |reason: String| Unavailable::new(with_passwords(kind), reason);
    let programs = kind.programs(machine).map_err(unavailable)?;
    let folder = private::new_folder_in(&ServerKind::place(machine), kind.name())
        .map_err(|error| unavailable(error.to_string()))?;
    kind.start(machine, &programs, &folder, access, private::NO_GRACE).map_err(unavailable)
}

/// Whether a server with passwords can be started.
///
/// # Errors
/// [`Unavailable`] where no server programs are on the machine.
pub fn can_start_with_passwords(kind: ServerKind, machine: &Machine) -> Result<(), Unavailable> {
    let programs = kind.programs(machine);
    programs.map(drop).map_err(|reason| Unavailable::new(with_passwords(kind), reason))
}

fn with_passwords(kind: ServerKind) -> String {
    format!("{kind} with passwords")
}

fn start_private(
    kind: ServerKind,
    machine: &Machine,
    folder: &Path,
    grace: u32,
) -> Result<PrivateServer, Unavailable> {
    let mut reasons = Vec::new();
    let programs = kind.programs(machine).or_else(|reason| {
        let Some(package) = kind.package() else { return Err(reason) };
        reasons.push(reason);
        package::install(machine, package).and_then(|()| kind.programs(machine))
    });
    let server = programs.and_then(|programs| kind.start(machine, &programs, folder, Access::OPEN, grace));
    server.or_else(|reason| {
        reasons.push(reason);
        container::start(machine, folder, kind.image(), grace).map_err(|reason| {
            reasons.push(reason);
            Unavailable { what: kind.name().to_owned(), reasons }
        })
    })
}

#[cfg(test)]
mod tests;
