//! Queries under way: one small future type for every model, around the driver's own.

use crate::backend::{BoxFuture, Done};
use crate::error::{Error, Result};
use crate::value::RowSink;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A query under way, which ends with a `T`. Dropping it leaves the connection clean.
#[must_use = "a query does nothing before it is awaited"]
pub struct Fetch<'e, T> {
    running: Running<'e, Box<dyn RowSink>>,
    /// Takes the result out of the sink that it was collected in.
    finish: fn(Box<dyn RowSink>) -> Result<T>,
}

/// A change under way, which ends with the number of rows that were changed.
#[must_use = "a change does nothing before it is awaited"]
pub struct Change<'e> {
    running: Running<'e, Done>,
}

/// What a driver's reading of rows ends with: the sink that it was given.
pub(crate) type Sunk = Result<Box<dyn RowSink>>;

/// A driver's future, or what was wrong before one was made.
pub(crate) enum Running<'e, T> {
    Failed(Option<Error>),
    Driver(BoxFuture<'e, Result<T>>),
}

impl<'e, T> Running<'e, T> {
    pub(crate) fn start(prepared: Result<BoxFuture<'e, Result<T>>>) -> Running<'e, T> {
        match prepared {
            Ok(future) => Running::Driver(future),
            Err(error) => Running::Failed(Some(error)),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<T>> {
        match self {
            Running::Driver(future) => future.as_mut().poll(context),
            // A future that was awaited to its end is not polled again.
            Running::Failed(error) => error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error))),
        }
    }
}

impl<'e, T> Fetch<'e, T> {
    pub(crate) fn new(
        prepared: Result<BoxFuture<'e, Result<Box<dyn RowSink>>>>,
        finish: fn(Box<dyn RowSink>) -> Result<T>,
    ) -> Fetch<'e, T> {
        Fetch { running: Running::start(prepared), finish }
    }
}

impl<T> Future for Fetch<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let finish = self.finish;
        self.running.poll(context).map(|ended| ended.and_then(finish))
    }
}

impl<'e> Change<'e> {
    pub(crate) fn new(prepared: Result<BoxFuture<'e, Result<Done>>>) -> Change<'e> {
        Change { running: Running::start(prepared) }
    }

    /// A change of nothing, for which no SQL is sent.
    pub(crate) fn nothing() -> Change<'e> {
        Change { running: Running::Driver(Box::pin(std::future::ready(Ok(Done::default())))) }
    }
}

impl Future for Change<'_> {
    type Output = Result<u64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<u64>> {
        self.running.poll(context).map(|ended| ended.map(|done| done.rows_affected))
    }
}
