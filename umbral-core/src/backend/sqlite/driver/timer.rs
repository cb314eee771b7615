//! Waiting, inside tokio's runtime and without one.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::oneshot;

/// Ends after `duration`. Inside a tokio runtime, which must have its timers enabled, no thread waits.
pub(super) fn sleep(duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Box::pin(tokio::time::sleep(duration));
    }
    let (done, wait) = oneshot::channel::<()>();
    let spawned = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(duration);
        drop(done);
    });
    Box::pin(async move {
        if spawned.is_ok() {
            // The sender is dropped, never used: both ways the wait is over.
            let _ = wait.await;
        }
    })
}

/// The future's result, or `None` where `limit` passes first.
pub(super) async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = sleep(limit);
    std::future::poll_fn(move |context| {
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
