//! One connection, as its user sees it.

use super::job::{Attempt, Job, Place};
use super::pool::Lease;
use super::thread;
use super::timer::sleep;
use crate::backend::{BoxFuture, Connection, Done, Statement, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::value::RowSink;
use rusqlite::InterruptHandle;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Milliseconds between two attempts at a lock; the last one repeats.
const BACK_OFF: [u64; 8] = [1, 2, 4, 8, 12, 16, 20, 25];

/// A connection out of the pool, with its transactions.
pub(super) struct Session {
    /// Absent while another thread has it.
    lease: Option<Lease>,
    /// The way back from another thread. Stays when a future is dropped: the next use waits for it.
    away: Option<oneshot::Receiver<Back>>,
    depth: usize,
    /// Whether SQLite ended the transaction by itself.
    aborted: bool,
    discard: bool,
}

/// What a thread hands back.
struct Back {
    lease: Lease,
    job: Job,
    attempt: Attempt,
}

impl Session {
    pub(super) fn new(lease: Lease) -> Session {
        Session { lease: Some(lease), away: None, depth: 0, aborted: false, discard: false }
    }

    /// Runs a job to its end, waiting for others' locks at most as long as the pool's options say.
    pub(super) async fn run(&mut self, mut job: Job) -> Result<Job> {
        self.return_of_lease().await?;
        if self.aborted {
            return Err(Error::new(
                ErrorKind::Usage,
                "SQLite has rolled the transaction back after an error",
            )
            .with_hint("roll it back, and run the whole transaction again"));
        }
        let mut waiting: Option<(Instant, usize)> = None;
        loop {
            let attempt;
            (attempt, job) = self.attempt(job).await?;
            match attempt {
                Attempt::Done => return Ok(job),
                Attempt::Failed(error) => {
                    self.notice_end_of_transaction()?;
                    return Err(error);
                }
                Attempt::NotShort => return Err(Error::new(ErrorKind::Internal, "a statement ran nowhere")),
                Attempt::Busy(error) => {
                    let (since, turn) = waiting.unwrap_or_else(|| (Instant::now(), 0));
                    let limit = self.lease()?.shared().lock_timeout;
                    if since.elapsed() >= limit {
                        return Err(error.context(format!("waited {limit:?} for a lock")));
                    }
                    sleep(Duration::from_millis(BACK_OFF[turn.min(BACK_OFF.len() - 1)])).await;
                    waiting = Some((since, turn + 1));
                }
            }
        }
    }

    /// One attempt, here where the statement is known to be short, else on another thread.
    async fn attempt(&mut self, mut job: Job) -> Result<(Attempt, Job)> {
        let lease = self.lease()?;
        let (handle, shared) = lease.parts()?;
        match job.attempt(handle, shared, Place::Caller) {
            Attempt::NotShort => self.attempt_on_thread(job).await,
            attempt => Ok((attempt, job)),
        }
    }

    async fn attempt_on_thread(&mut self, mut job: Job) -> Result<(Attempt, Job)> {
        let Some(mut lease) = self.lease.take() else { return Err(lost()) };
        let running = Arc::new(Mutex::new(Run::Wanted));
        let guard = InterruptOnDrop {
            running: Arc::clone(&running),
            interrupt: Arc::clone(&lease.handle()?.interrupt),
        };
        let (send, receive) = oneshot::channel();
        self.away = Some(receive);
        thread::start(move || {
            let attempt = run_unless_cancelled(&mut lease, &mut job, &running);
            // Where nobody waits any more, dropping the lease cleans the connection and puts it back.
            let _ = send.send(Back { lease, job, attempt });
        })?;
        let back = self.back().await?;
        drop(guard);
        Ok(back)
    }

    /// Waits for the thread that has the connection.
    async fn back(&mut self) -> Result<(Attempt, Job)> {
        let Some(away) = self.away.as_mut() else { return Err(lost()) };
        let back = away.await;
        self.away = None;
        let back = back.map_err(|_| lost())?;
        self.lease = Some(back.lease);
        if let Some(lease) = &mut self.lease {
            lease.discard = self.discard;
        }
        Ok((back.attempt, back.job))
    }

    /// After a future was dropped: waits until its statement, which was interrupted, has ended, and takes the
    /// connection's true state over.
    async fn return_of_lease(&mut self) -> Result<()> {
        if self.away.is_none() {
            return Ok(());
        }
        self.back().await?;
        let depth = self.depth;
        let connection = &self.lease()?.handle()?.connection;
        if depth == 0 && !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK").map_err(crate::backend::sqlite::errors::classify)?;
        }
        self.notice_end_of_transaction()
    }

    /// Some errors (a full disk, an interrupted write) end the whole transaction.
    fn notice_end_of_transaction(&mut self) -> Result<()> {
        if self.depth > 0 {
            self.aborted = self.lease()?.handle()?.connection.is_autocommit();
        }
        Ok(())
    }

    #[inline]
    fn lease(&mut self) -> Result<&mut Lease> {
        self.lease.as_mut().ok_or_else(lost)
    }

    async fn begin_transaction(&mut self, options: TransactionOptions) -> Result<()> {
        self.return_of_lease().await?;
        if self.depth > 0 {
            let savepoint = savepoint(self.depth);
            self.run(Job::statement(Statement::new(format!("SAVEPOINT {savepoint}")))).await?;
        } else if options.read_only {
            self.set_query_only(true)?;
            self.run(Job::statement(Statement::new("BEGIN"))).await?;
        } else {
            // A transaction that reads first and writes later could not wait for another writer: it would have
            // to begin anew. Taking the write lock at once makes writers queue.
            self.run(Job::statement(Statement::new("BEGIN IMMEDIATE"))).await?;
        }
        self.depth += 1;
        Ok(())
    }

    async fn commit_transaction(&mut self) -> Result<()> {
        match self.depth {
            0 => Err(no_transaction()),
            1 => {
                let result = self.run(Job::commit("COMMIT")).await;
                if result.is_err() {
                    // As on every database, a transaction whose COMMIT fails has ended.
                    self.rollback_transaction().await?;
                    return result.map(|_| ());
                }
                self.depth = 0;
                self.set_query_only(false)
            }
            depth => {
                let savepoint = savepoint(depth - 1);
                self.run(Job::statement(Statement::new(format!("RELEASE {savepoint}")))).await?;
                self.depth -= 1;
                Ok(())
            }
        }
    }

    async fn rollback_transaction(&mut self) -> Result<()> {
        self.return_of_lease().await?;
        if self.depth > 1 && !self.aborted {
            let savepoint = savepoint(self.depth - 1);
            self.run(Job::statement(Statement::new(format!("ROLLBACK TO {savepoint}")))).await?;
            self.run(Job::statement(Statement::new(format!("RELEASE {savepoint}")))).await?;
            self.depth -= 1;
            return Ok(());
        }
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return Ok(());
        }
        self.aborted = false;
        if !self.lease()?.handle()?.connection.is_autocommit() {
            self.run(Job::statement(Statement::new("ROLLBACK"))).await?;
        }
        self.set_query_only(false)
    }

    fn set_query_only(&mut self, on: bool) -> Result<()> {
        let handle = self.lease()?.handle()?;
        if handle.query_only != on {
            let sql = if on { "PRAGMA query_only = ON" } else { "PRAGMA query_only = OFF" };
            handle.connection.execute_batch(sql).map_err(crate::backend::sqlite::errors::classify)?;
            handle.query_only = on;
        }
        Ok(())
    }
}

fn savepoint(depth: usize) -> String {
    format!("umbral_{depth}")
}

#[cold]
fn lost() -> Error {
    Error::new(ErrorKind::Internal, "the connection was lost: the thread that ran its statement panicked")
}

fn no_transaction() -> Error {
    Error::new(ErrorKind::Usage, "there is no transaction to commit")
}

/// Where the run of a statement on another thread stands.
enum Run {
    Wanted,
    Running,
    Cancelled,
    Ended,
}

fn run_unless_cancelled(lease: &mut Lease, job: &mut Job, running: &Mutex<Run>) -> Attempt {
    {
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*running, Run::Cancelled) {
            return Attempt::Failed(Error::new(ErrorKind::Cancelled, "the statement was cancelled"));
        }
        *running = Run::Running;
    }
    let attempt = match lease.parts() {
        Ok((handle, shared)) => job.attempt(handle, shared, Place::Thread),
        Err(error) => Attempt::Failed(error),
    };
    // Under the lock, so that an interrupt never reaches a later statement.
    *running.lock().unwrap_or_else(PoisonError::into_inner) = Run::Ended;
    attempt
}

/// Interrupts the statement of a future that is dropped.
struct InterruptOnDrop {
    running: Arc<Mutex<Run>>,
    interrupt: Arc<InterruptHandle>,
}

impl Drop for InterruptOnDrop {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match *running {
            Run::Running => self.interrupt.interrupt(),
            Run::Wanted => *running = Run::Cancelled,
            Run::Cancelled | Run::Ended => {}
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteConnection").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl Connection for Session {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        Box::pin(async move { self.run(Job::statement(statement)).await.map(|job| job.done) })
    }

    fn query(
        &mut self,
        statement: Statement,
        sink: Box<dyn RowSink>,
    ) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move { self.run(Job::query(statement, sink)).await.and_then(sink_of) })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.run(Job::script(sql)).await.map(|_| ()) })
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin_transaction(options))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_transaction())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_transaction())
    }

    fn depth(&self) -> usize {
        self.depth
    }

    fn set_discard(&mut self, discard: bool) {
        self.discard = discard;
        if let Some(lease) = &mut self.lease {
            lease.discard = discard;
        }
    }
}

/// The sink that a query was given, with what it took.
pub(super) fn sink_of(job: Job) -> Result<Box<dyn RowSink>> {
    job.sink.ok_or_else(|| Error::new(ErrorKind::Internal, "a query came back without its sink"))
}
