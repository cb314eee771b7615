//! Work that blocks, on a thread of its own.

use crate::error::{Error, ErrorKind, Result};
use tokio::sync::oneshot;

/// Starts `work` on tokio's blocking threads, or without a runtime on a new thread.
pub(super) fn start(work: impl FnOnce() + Send + 'static) -> Result<()> {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn_blocking(work);
        return Ok(());
    }
    let spawned = std::thread::Builder::new().name("umbral-sqlite".to_owned()).spawn(work);
    spawned.map(|_| ()).map_err(|error| {
        Error::new(ErrorKind::Io, "no thread could be started for a statement").with_source(error)
    })
}

/// The result of `work`, which runs on another thread to its end even where nobody waits for it any more.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (send, receive) = oneshot::channel();
    start(move || {
        // Nobody may be waiting any more.
        let _ = send.send(work());
    })?;
    receive.await.map_err(|_| Error::new(ErrorKind::Internal, "a thread that ran a statement panicked"))
}
