//! One statement on a connection of the pool's, outside of any transaction.

use super::job::{Attempt, Job, Place};
use super::pool::Shared;
use super::session::{Session, sink_of};
use crate::backend::{BoxFuture, Done};
use crate::error::Result;
use crate::value::RowSink;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A statement under way. The first poll runs it where a connection is idle and it is known to be short: then nothing is
/// waited for, and the future that could wait is never made. It would be some ten times as large.
struct Once<'d> {
    shared: &'d Arc<Shared>,
    state: State<'d>,
}

enum State<'d> {
    New(Job),
    Waiting(BoxFuture<'d, Result<Job>>),
    Over,
}

impl<'d> Once<'d> {
    fn new(shared: &'d Arc<Shared>, job: Job) -> Once<'d> {
        Once { shared, state: State::New(job) }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Job>> {
        let mut waiting = match std::mem::replace(&mut self.state, State::Over) {
            State::New(job) => match begin(self.shared, job) {
                Ok(ended) => return Poll::Ready(ended),
                Err(waiting) => waiting,
            },
            State::Waiting(waiting) => waiting,
            // A future that was awaited to its end is not polled again.
            State::Over => return Poll::Pending,
        };
        let polled = waiting.as_mut().poll(context);
        if polled.is_pending() {
            self.state = State::Waiting(waiting);
        }
        polled
    }
}

/// Runs the job here and now, or else gives the future that waits for it.
fn begin(shared: &Arc<Shared>, mut job: Job) -> Result<Result<Job>, BoxFuture<'_, Result<Job>>> {
    let Some(mut lease) = shared.take_idle() else {
        return Err(Box::pin(async move { Session::new(shared.take().await?).run(job).await }));
    };
    let attempt = lease.parts().map(|(handle, shared)| job.attempt(handle, shared, Place::Caller));
    match attempt {
        Ok(Attempt::Done) => Ok(Ok(job)),
        Ok(Attempt::Failed(error)) | Err(error) => Ok(Err(error)),
        Ok(Attempt::Busy(_) | Attempt::NotShort) => {
            Err(Box::pin(async move { Session::new(lease).run(job).await }))
        }
    }
}

/// Ends with what the statement did.
pub(super) fn execute<'d>(shared: &'d Arc<Shared>, job: Job) -> BoxFuture<'d, Result<Done>> {
    struct Execute<'d>(Once<'d>);

    impl Future for Execute<'_> {
        type Output = Result<Done>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            self.0.poll(context).map(|ended| ended.map(|job| job.done))
        }
    }

    Box::pin(Execute(Once::new(shared, job)))
}

/// Ends with the sink, which has taken the statement's rows.
pub(super) fn query<'d>(shared: &'d Arc<Shared>, job: Job) -> BoxFuture<'d, Result<Box<dyn RowSink>>> {
    struct Query<'d>(Once<'d>);

    impl Future for Query<'_> {
        type Output = Result<Box<dyn RowSink>>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            self.0.poll(context).map(|ended| ended.and_then(sink_of))
        }
    }

    Box::pin(Query(Once::new(shared, job)))
}
