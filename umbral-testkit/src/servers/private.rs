//! A server that was started for tests, and the keeper that stops it when they are gone.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The server ends as soon as nobody uses it.
pub(super) const NO_GRACE: u32 = 0;

const KEEPER: &str = include_str!("keeper.sh");

/// A server that was started for tests. Dropping it stops it and removes its data; when this process ends without
/// that (killed, aborted), a keeper process does.
#[derive(Debug)]
pub struct PrivateServer {
    folder: PathBuf,
    url: String,
    stop: Vec<String>,
    left_to_keeper: bool,
}

impl PrivateServer {
    /// Takes charge of a server that runs. `stop` is the command that stops it.
    pub(super) fn new(
        folder: &Path,
        url: String,
        stop: Vec<String>,
        grace: u32,
    ) -> io::Result<PrivateServer> {
        let server = PrivateServer { folder: folder.to_owned(), url, stop, left_to_keeper: false };
        std::fs::create_dir_all(folder.join("users"))?;
        register(folder)?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(grace.to_string()).args(&server.stop);
        keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        super::process::own_group(&mut keeper);
        // Not waited for: it outlives this process on purpose.
        let _keeper = keeper.spawn()?;
        Ok(server)
    }

    /// Its URL, with a user who may create databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Names its URL, where it was not known at the start.
    pub(super) fn set_url(&mut self, url: String) {
        self.url = url;
    }

    /// Lets the keeper alone stop it, when the last process that registered has ended.
    pub(super) fn leave_to_keeper(mut self) -> String {
        self.left_to_keeper = true;
        self.url.clone()
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if self.left_to_keeper {
            return;
        }
        if let Some((program, arguments)) = self.stop.split_first() {
            let _ = Command::new(program).args(arguments).stdin(Stdio::null()).output();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Enters this process as a user of the server in `folder`. Fails where the server is about to stop.
pub(super) fn register(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join("users").join(std::process::id().to_string()), "")
}

/// A new folder of this process's own, in the folder for temporary files: a server that runs as another user must be
/// able to reach it, which a home directory often does not allow.
pub(super) fn new_folder(name: &str) -> io::Result<PathBuf> {
    new_folder_in(&std::env::temp_dir(), name)
}

/// A folder as [`new_folder`] makes one, in `place`.
pub(super) fn new_folder_in(place: &Path, name: &str) -> io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = place.join(format!("umbral-{name}-{}-{number}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// A port on which nothing listens. Another program may take it before the server does, which then does not start.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn wait_until(what: &str, condition: impl Fn() -> bool) {
        let begin = Instant::now();
        while !condition() {
            assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn keep(folder: &Path, stopped: &Path) -> std::process::Child {
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg("0").arg("touch").arg(stopped);
        keeper.spawn().unwrap()
    }

    #[test]
    fn the_keeper_stops_the_server_when_its_last_user_is_killed() {
        let folder = new_folder("keeper").unwrap();
        let stopped = folder.with_extension("stopped");
        std::fs::create_dir(folder.join("users")).unwrap();
        let mut user = Command::new("sleep").arg("600").spawn().unwrap();
        std::fs::write(folder.join("users").join(user.id().to_string()), "").unwrap();
        let mut keeper = keep(&folder, &stopped);
        std::thread::sleep(Duration::from_millis(2500));
        assert!(folder.exists() && !stopped.exists(), "it stays while it is used");
        user.kill().unwrap();
        user.wait().unwrap();
        wait_until("it stops when nobody is left", || stopped.exists() && !folder.exists());
        keeper.wait().unwrap();
        std::fs::remove_file(stopped).unwrap();
    }

    #[test]
    fn dropping_a_server_stops_it_and_removes_its_folder() {
        let folder = new_folder("dropped").unwrap();
        let stopped = folder.with_extension("stopped");
        let stop = vec!["touch".to_owned(), stopped.display().to_string()];
        let server = PrivateServer::new(&folder, "postgres://host/db".to_owned(), stop, NO_GRACE).unwrap();
        assert_eq!(server.url(), "postgres://host/db");
        assert!(folder.join("users").join(std::process::id().to_string()).exists());
        drop(server);
        assert!(stopped.exists() && !folder.exists());
        std::fs::remove_file(stopped).unwrap();
    }
}
