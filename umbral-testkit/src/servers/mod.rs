//! Database servers for tests: given by URL, or started for the run and gone with it.

mod container;
mod machine;
mod package;
mod postgres;
mod private;
mod shared;

pub use machine::Machine;
pub use private::PrivateServer;
pub use shared::{ServerState, reported_missing, url_for_this_process};

use std::fmt;
use std::path::Path;

/// The servers that umbral is tested on. SQLite needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ServerKind {
    /// PostgreSQL.
    Postgres,
}

impl ServerKind {
    /// All of them.
    pub const ALL: &'static [ServerKind] = &[ServerKind::Postgres];

    /// Its name in `UMBRAL_TEST_REQUIRE` and in messages.
    pub fn name(self) -> &'static str {
        match self {
            ServerKind::Postgres => "postgres",
        }
    }

    /// The environment variable that gives its URL. The user of the URL must be allowed to create databases.
    pub fn url_variable(self) -> &'static str {
        match self {
            ServerKind::Postgres => "UMBRAL_TEST_POSTGRES_URL",
        }
    }

    /// The environment variable that gives the URL of a second server, of a newer version. Optional.
    pub fn newest_url_variable(self) -> &'static str {
        match self {
            ServerKind::Postgres => "UMBRAL_TEST_POSTGRES_NEWEST_URL",
        }
    }
}

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
    let folder = private::new_folder(kind.name()).map_err(|error| Unavailable::new(kind, error))?;
    start_private(kind, machine, &folder, private::NO_GRACE).map(Server::Private)
}

/// Starts a private server whose users need passwords (scram-sha-256); its URL holds the administrator's. Under trust,
/// which other test servers grant, a wrong password is accepted.
///
/// # Errors
/// As [`can_start_with_passwords`], and where the start fails.
pub fn start_with_passwords(kind: ServerKind, machine: &Machine) -> Result<PrivateServer, Unavailable> {
    let ServerKind::Postgres = kind;
    let unavailable = |reason: String| Unavailable::new(with_passwords(kind), reason);
    let programs = postgres::programs(machine).map_err(unavailable)?;
    let folder = private::new_folder(kind.name()).map_err(|error| unavailable(error.to_string()))?;
    postgres::start(machine, &programs, &folder, postgres::Authentication::Scram, private::NO_GRACE)
        .map_err(unavailable)
}

/// Whether a server with passwords can be started.
///
/// # Errors
/// [`Unavailable`] where no server programs are on the machine.
pub fn can_start_with_passwords(kind: ServerKind, machine: &Machine) -> Result<(), Unavailable> {
    let ServerKind::Postgres = kind;
    let programs = postgres::programs(machine);
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
    let ServerKind::Postgres = kind;
    let mut reasons = Vec::new();
    let programs = postgres::programs(machine).or_else(|reason| {
        reasons.push(reason);
        package::install(machine, postgres::PACKAGE).and_then(|()| postgres::programs(machine))
    });
    let cluster = programs.and_then(|programs| {
        postgres::start(machine, &programs, folder, postgres::Authentication::Trust, grace)
    });
    cluster.or_else(|reason| {
        reasons.push(reason);
        container::start(machine, folder, &postgres::IMAGE, grace).map_err(|reason| {
            reasons.push(reason);
            Unavailable { what: kind.name().to_owned(), reasons }
        })
    })
}

#[cfg(test)]
mod tests;
