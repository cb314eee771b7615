//! Ctrl-C and SIGTERM.

use crate::exit::{CANCELLED, Failure, TERMINATED};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use umbral_core::error::{Error, ErrorKind};

/// How long connections and statements under way have to end when a command is given up.
const GRACE: Duration = Duration::from_secs(5);

/// Runs work that ends early on Ctrl-C (exit code 130) or SIGTERM (143). The work is dropped then: transactions roll
/// back, and what was done before stays done.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Error::new(ErrorKind::Io, format!("no worker threads could be started: {error}")).with_source(error)
    })?;
    let outcome = runtime.block_on(async {
        let mut work = pin!(work);
        let mut signal = pin!(signal());
        std::future::poll_fn(|context| {
            if let Poll::Ready(outcome) = work.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            signal.as_mut().poll(context).map(Err)
        })
        .await
    });
    runtime.shutdown_timeout(GRACE);
    outcome
}

fn stopped(word: &str, code: u8) -> Failure {
    Failure { error: Some(Error::new(ErrorKind::Cancelled, word)), code }
}

/// Ends when the process is asked to stop.
#[cfg(unix)]
async fn signal() -> Failure {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals end the process themselves.
        return std::future::pending().await;
    };
    std::future::poll_fn(|context| {
        if interrupt.poll_recv(context).is_ready() {
            return Poll::Ready(stopped("cancelled", CANCELLED));
        }
        terminate.poll_recv(context).map(|_| stopped("terminated", TERMINATED))
    })
    .await
}

/// Ends when the process is asked to stop.
#[cfg(not(unix))]
async fn signal() -> Failure {
    match tokio::signal::ctrl_c().await {
        Ok(()) => stopped("cancelled", CANCELLED),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_is_not_disturbed() {
        assert!(matches!(run(async { Ok(7) }), Ok(7)));
        let failed: Result<(), Failure> = run(async { Err(Failure::silent(3)) });
        assert!(matches!(failed, Err(Failure { error: None, code: 3 })));
    }
}
