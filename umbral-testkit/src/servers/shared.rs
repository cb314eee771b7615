//! One server for all processes of a run, since test runners start a process for each test.

use super::private::{self, PrivateServer};
use super::{Machine, ServerKind, Unavailable};
use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// Seconds for which a shared server waits for the next test process.
const GRACE: u32 = 20;

/// What a test process knows about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerState {
    /// It runs at this URL.
    Running(String),
    /// It cannot be had, and whoever runs the tests says so when they have ended.
    Reported(String),
    /// It cannot be had, and nobody else would say so: a test that needs it fails.
    Missing(Unavailable),
}

/// The server for the tests of this process. Looked for once, then remembered.
///
/// An explicit URL is taken as it is. Without one the server is private to this checkout: the first process
/// starts it, others find it by a file, and it ends soon after the last of them.
pub fn url_for_this_process(kind: ServerKind) -> ServerState {
    static KNOWN: Mutex<BTreeMap<ServerKind, ServerState>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    known.entry(kind).or_insert_with(|| look_for(kind, &Machine::this())).clone()
}

fn look_for(kind: ServerKind, machine: &Machine) -> ServerState {
    if let Some(url) = machine.variable(kind.url_variable()) {
        return ServerState::Running(url);
    }
    if let Some(reason) = reported_missing(kind.name(), machine) {
        return ServerState::Reported(reason);
    }
    match shared(kind, machine) {
        Ok(url) => ServerState::Running(url),
        Err(unavailable) => ServerState::Missing(unavailable),
    }
}

/// What whoever runs the tests will say about something that cannot be had, by its name in [`Unavailable`].
pub fn reported_missing(what: &str, machine: &Machine) -> Option<String> {
    let missing = machine.variable("UMBRAL_TEST_MISSING")?;
    let line = missing.lines().find(|line| line.split_once(": ").is_some_and(|(name, _)| name == what));
    line.map(str::to_owned)
}

fn shared(kind: ServerKind, machine: &Machine) -> Result<String, Unavailable> {
    let folder = shared_folder(kind, machine);
    let failed = |error: io::Error| Unavailable::new(kind, format!("{}: {error}", folder.display()));
    let lock = File::create(folder.with_extension("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    // A keeper that is about to stop the server takes a moment; after that the folder is gone, or open again.
    for _ in 0..100 {
        if let Some(url) = running(&folder) {
            return Ok(url);
        }
        match std::fs::create_dir(&folder) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_kept(&folder) => {
                std::thread::sleep(Duration::from_millis(100));
            }
            // Left behind by a machine that went down.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                std::fs::remove_dir_all(&folder).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    let server = super::start_private(kind, machine, &folder, GRACE)?;
    std::fs::write(folder.join("url"), server.url()).map_err(failed)?;
    Ok(PrivateServer::leave_to_keeper(server))
}

/// The URL of the shared server, once this process is entered as its user.
fn running(folder: &Path) -> Option<String> {
    let url = std::fs::read_to_string(folder.join("url")).ok()?;
    private::register(folder).ok()?;
    let address = url.split('@').next_back()?.split('/').next()?;
    TcpStream::connect(address).ok().map(|_| url)
}

/// Whether a server's keeper is at work on the folder: the server still answers.
fn is_kept(folder: &Path) -> bool {
    let url = std::fs::read_to_string(folder.join("url")).unwrap_or_default();
    let address = url.split('@').next_back().and_then(|rest| rest.split('/').next()).unwrap_or_default();
    TcpStream::connect(address).is_ok()
}

/// The folder of this checkout's shared server. Named by a hash: it must be short and reachable for every user.
fn shared_folder(kind: ServerKind, machine: &Machine) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    ServerKind::place(machine).join(format!("umbral-shared-{}-{:016x}", kind.name(), hasher.finish()))
}
