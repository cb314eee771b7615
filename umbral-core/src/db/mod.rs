//! A database that queries run on.

mod executor;
mod observer;
mod options;
mod session;
mod transaction;

pub use executor::Executor;
pub use observer::{Observer, QueryCounter, StatementEvent};
pub use options::TxOptions;
pub use transaction::Transaction;

use crate::backend::{BackendRegistry, BoxFuture, DatabaseBackend, DatabaseUrl, Driver, PoolOptions};
use crate::error::Result;
use crate::query::{Inserts, Shapes};
use std::fmt;
use std::sync::Arc;

/// A database: its pool of connections, and the SQL that queries were rendered to. Cloning it is cheap and shares both.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
    observer: Option<Arc<dyn Observer>>,
}

struct Shared {
    driver: Box<dyn Driver>,
    backend: Arc<dyn DatabaseBackend>,
    shapes: Shapes,
    inserts: Inserts,
}

impl Db {
    /// Connects to the database of a URL, with the backend that its scheme names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::error::ErrorKind::Config) for a URL that no backend answers to, and what
    /// [`DatabaseBackend::connect`] fails with. No password is in any of them.
    pub async fn connect(url: &str, backends: &BackendRegistry, options: &PoolOptions) -> Result<Db> {
        let url = DatabaseUrl::parse(url)?;
        Ok(Db::new(backends.detect(&url)?.connect(&url, options).await?))
    }

    /// The database behind a driver.
    pub fn new(driver: Box<dyn Driver>) -> Db {
        let backend = Arc::clone(driver.backend());
        let (shapes, inserts) = (Shapes::default(), Inserts::default());
        Db { shared: Arc::new(Shared { driver, backend, shapes, inserts }), observer: None }
    }

    /// The backend, bound to the connected server's version.
    pub fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.shared.backend
    }

    /// The pool of connections, for statements that no query makes.
    pub fn driver(&self) -> &dyn Driver {
        &*self.shared.driver
    }

    /// The same database, whose statements are reported to `observer` as well. Other handles of it are not observed.
    #[must_use]
    pub fn instrument(&self, observer: Arc<dyn Observer>) -> Db {
        let observer = match &self.observer {
            Some(other) => observer::both(Arc::clone(other), observer),
            None => observer,
        };
        Db { shared: Arc::clone(&self.shared), observer: Some(observer) }
    }

    /// Closes every connection; statements under way end first.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        self.shared.driver.close()
    }

    /// Begins a transaction. Dropped without [`commit`](Transaction::commit) it is rolled back.
    pub async fn begin(&self, options: TxOptions) -> Result<Transaction<'static>> {
        session::begin(self.clone(), options.begin).await
    }

    /// Runs `work` in a transaction: committed when it returns `Ok`, rolled back when it returns an error or its future is
    /// dropped.
    ///
    /// ```standalone_crate
    /// # use umbral_core::{Result, db::Db, query::Records};
    /// # use umbral_macros::Model;
    /// # #[derive(Model)]
    /// # #[umbral(crate = "umbral_core")]
    /// # struct Book { #[umbral(primary_key)] id: i64, stock: i32 }
    /// # async fn example(db: &Db) -> Result<()> {
    /// db.transaction(async |tx| {
    ///     let book = Book::objects().filter(|b| b.id.eq(1)).get(tx).await?;
    ///     Book::objects().filter(|b| b.id.eq(book.id)).update(|b| b.stock.set(b.stock - 1)).exec(tx).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What `work` returns, and what BEGIN and COMMIT fail with.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&Transaction<'_>) -> Result<T>,
    {
        let transaction = self.begin(TxOptions::new()).await?;
        let result = work(&transaction).await;
        transaction.end(result.is_ok()).await?;
        result
    }

    /// Like [`transaction`](Db::transaction), with an isolation, read-only, or with retries: after an error that
    /// [may be retried](crate::Error::is_retryable), `work` runs again from the start in a new transaction.
    ///
    /// # Errors
    /// As [`transaction`](Db::transaction); with retries, the error of the last one.
    pub async fn transaction_with<T, F>(&self, options: TxOptions, mut work: F) -> Result<T>
    where
        F: AsyncFnMut(&Transaction<'_>) -> Result<T>,
    {
        let mut attempt = 0;
        loop {
            let transaction = self.begin(options).await?;
            let result = work(&transaction).await;
            let ended = transaction.end(result.is_ok()).await;
            match (result, ended) {
                (Ok(value), Ok(())) => return Ok(value),
                (Err(error), _) | (Ok(_), Err(error)) => options.pause_or_fail(attempt, error).await?,
            }
            attempt += 1;
        }
    }

    pub(crate) fn shapes(&self) -> &Shapes {
        &self.shared.shapes
    }

    pub(crate) fn inserts(&self) -> &Inserts {
        &self.shared.inserts
    }

    pub(crate) fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.observer.as_ref()
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({} {})", self.backend().name(), self.backend().version())
    }
}
