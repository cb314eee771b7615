//! Ctrl-C and SIGTERM.

use crate::exit::{CANCELLED, Failure, TERMINATED};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use umbral_core::error::{Error, ErrorKind};

/// How long connections and statements under way have to end when a command is given up.
const GRACE: Duration = Duration::from_secs(5);

/// Runs work that ends early on Ctrl-C (exit code 130) or SIGTERM (143). The work is dropped then: transactions roll
/// back, and what was done before stays done. A second signal ends the process at once.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = built(Builder::new_multi_thread())?;
    let (asked, stop) = listen()?;
    let outcome = runtime.block_on(async {
        let (mut work, mut asked) = (pin!(work), pin!(asked));
        std::future::poll_fn(|context| {
            if let Poll::Ready(outcome) = work.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            match asked.as_mut().poll(context) {
                Poll::Ready(Ok(signal)) => Poll::Ready(Err(signal.failure())),
                // Without handlers the signals end the process themselves.
                Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
            }
        })
        .await
    });
    runtime.shutdown_timeout(GRACE);
    drop(stop);
    outcome
}

fn built(mut builder: Builder) -> Result<Runtime, Failure> {
    builder.enable_all().build().map_err(|error| {
        let message = format!("no worker threads could be started: {error}");
        Failure::from(Error::new(ErrorKind::Io, message).with_source(error))
    })
}

/// What asks the process to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    Interrupt,
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no such signal"))]
    Terminate,
}

impl Signal {
    fn code(self) -> u8 {
        match self {
            Signal::Interrupt => CANCELLED,
            Signal::Terminate => TERMINATED,
        }
    }

    fn failure(self) -> Failure {
        let word = match self {
            Signal::Interrupt => "cancelled",
            Signal::Terminate => "terminated",
        };
        Failure { error: Some(Error::new(ErrorKind::Cancelled, word)), code: self.code() }
    }
}

/// Listens on a thread of its own, which goes on while the work's threads come to their end. Gives the first signal, and
/// ends the process at the second, until what it gives back is dropped.
fn listen() -> Result<(oneshot::Receiver<Signal>, oneshot::Sender<()>), Failure> {
    let runtime = built(Builder::new_current_thread())?;
    let handlers = {
        let _entered = runtime.enter();
        Handlers::install()
    };
    let (ask, asked) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let Some(mut handlers) = handlers else { return Ok((asked, stop)) };
    let listening = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let mut stopped = pin!(stopped);
            if let Some(first) = next(&mut handlers, &mut stopped).await
                && ask.send(first).is_ok()
                && let Some(second) = next(&mut handlers, &mut stopped).await
            {
                at_once(second);
            }
        });
    });
    match listening {
        Ok(_) => Ok((asked, stop)),
        Err(error) => {
            let message = format!("no thread could be started that listens for Ctrl-C: {error}");
            Err(Error::new(ErrorKind::Io, message).with_source(error).into())
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "whoever asks twice waits for no destructor")]
fn at_once(signal: Signal) {
    std::process::exit(i32::from(signal.code()));
}

/// The next signal; `None` once nobody listens any more.
async fn next(
    handlers: &mut Handlers,
    stopped: &mut std::pin::Pin<&mut oneshot::Receiver<()>>,
) -> Option<Signal> {
    std::future::poll_fn(|context| {
        if stopped.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        handlers.poll(context).map(Some)
    })
    .await
}

#[cfg(unix)]
struct Handlers {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Handlers {
    fn install() -> Option<Handlers> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Handlers { interrupt, terminate })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Signal> {
        if self.interrupt.poll_recv(context).is_ready() {
            return Poll::Ready(Signal::Interrupt);
        }
        self.terminate.poll_recv(context).map(|_| Signal::Terminate)
    }
}

#[cfg(not(unix))]
struct Handlers(std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>);

#[cfg(not(unix))]
impl Handlers {
    fn install() -> Option<Handlers> {
        Some(Handlers(Box::pin(tokio::signal::ctrl_c())))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Signal> {
        match self.0.as_mut().poll(context) {
            Poll::Ready(Ok(())) => {
                self.0 = Box::pin(tokio::signal::ctrl_c());
                Poll::Ready(Signal::Interrupt)
            }
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
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

    #[cfg(unix)]
    mod children {
        use super::*;
        use std::io::{BufRead, BufReader};
        use std::process::{Child, Command, Stdio};

        const CHILD: &str = "UMBRAL_CLI_SIGNALS_CHILD";

        /// Says that the work was dropped.
        struct Dropped;

        impl Drop for Dropped {
            fn drop(&mut self) {
                eprintln!("dropped");
            }
        }

        /// Work that never ends, and of which a thread stays behind when it is dropped.
        #[test]
        #[allow(clippy::disallowed_methods, reason = "the exit code is what is tested")]
        fn child() {
            let Ok(stays) = std::env::var(CHILD) else { return };
            let outcome: Result<(), Failure> = run(async move {
                if !stays.is_empty() {
                    tokio::task::spawn_blocking(|| std::thread::sleep(GRACE * 100));
                }
                let _dropped = Dropped;
                eprintln!("working");
                std::future::pending().await
            });
            let failure = outcome.unwrap_err();
            eprintln!("{}", failure.error.unwrap());
            std::process::exit(i32::from(failure.code));
        }

        struct Running {
            child: Child,
            said: std::io::Lines<BufReader<std::process::ChildStderr>>,
        }

        impl Running {
            fn start(stays: &str) -> Running {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.args(["signals::tests::children::child", "--exact", "--nocapture"]).env(CHILD, stays);
                let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
                let said = BufReader::new(child.stderr.take().unwrap()).lines();
                let mut running = Running { child, said };
                running.wait_for("working");
                running
            }

            fn wait_for(&mut self, word: &str) {
                assert!(self.said.any(|line| line.unwrap() == word), "it never said {word}");
            }

            fn signal(&self, name: &str) {
                let send = format!("kill -{name} {}", self.child.id());
                assert!(Command::new("sh").args(["-c", &send]).status().unwrap().success());
            }

            fn code(&mut self) -> Option<i32> {
                self.child.wait().unwrap().code()
            }
        }

        #[test]
        fn a_signal_drops_the_work_and_has_its_own_code() {
            for (signal, code, word) in [("INT", 130, "cancelled"), ("TERM", 143, "terminated")] {
                let mut running = Running::start("");
                running.signal(signal);
                running.wait_for("dropped");
                running.wait_for(word);
                assert_eq!(running.code(), Some(code));
            }
        }

        /// After the first signal it waits for the thread; the code is that of the second, which did not wait.
        #[test]
        fn a_second_signal_ends_the_process_at_once() {
            for (first, second, code) in [("INT", "TERM", 143), ("TERM", "INT", 130)] {
                let mut running = Running::start("stays");
                running.signal(first);
                running.wait_for("dropped");
                running.signal(second);
                assert_eq!(running.code(), Some(code));
            }
        }
    }
}
