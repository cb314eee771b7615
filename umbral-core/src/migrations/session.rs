//! The connection that a migrator works on, watched.

use super::progress::{Boundary, MigrationObserver};
use crate::backend::standard::rows::take_sink;
use crate::backend::{
    Connection, DatabaseBackend, Dialect, Driver, LiveCatalog, Statement, TransactionOptions,
};
use crate::error::Result;
use crate::schema::Schema;
use crate::value::{Flow, Row, RowSink};
use std::sync::Arc;

/// One connection of a driver. Whatever it sends, the observer sees before and after.
pub(super) struct Session<'a> {
    connection: Box<dyn Connection>,
    backend: Arc<dyn DatabaseBackend>,
    observer: &'a dyn MigrationObserver,
}

impl<'a> Session<'a> {
    pub(super) async fn open(
        driver: &dyn Driver,
        observer: &'a dyn MigrationObserver,
    ) -> Result<Session<'a>> {
        let connection = driver.acquire().await?;
        Ok(Session { connection, backend: Arc::clone(driver.backend()), observer })
    }

    pub(super) fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.backend
    }

    pub(super) fn dialect(&self) -> &dyn Dialect {
        self.backend.dialect()
    }

    pub(super) fn observer(&self) -> &'a dyn MigrationObserver {
        self.observer
    }

    pub(super) async fn execute(&mut self, statement: Statement) -> Result<()> {
        let sql = Arc::clone(&statement.sql);
        self.observer.statement(Boundary::Before, &sql);
        self.connection.execute(statement).await?;
        self.observer.statement(Boundary::After, &sql);
        Ok(())
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        self.observer.statement(Boundary::Before, sql);
        self.connection.execute_script(sql).await?;
        self.observer.statement(Boundary::After, sql);
        Ok(())
    }

    /// Every row of a query, decoded.
    pub(super) async fn fetch<T: Send + 'static>(
        &mut self,
        statement: Statement,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let sink = Box::new(Decode { rows: Vec::new(), decode });
        let sink = self.connection.query(statement, sink).await?;
        take_sink::<Decode<T>>(sink).map(|decode| decode.rows)
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        self.observer.statement(Boundary::Before, "BEGIN");
        self.connection.begin(TransactionOptions::default()).await?;
        self.observer.statement(Boundary::After, "BEGIN");
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        self.observer.statement(Boundary::Before, "COMMIT");
        self.connection.commit().await?;
        self.observer.statement(Boundary::After, "COMMIT");
        Ok(())
    }

    /// Ends whatever transaction is open. Where that fails, the connection is in an unknown state and will be
    /// closed: `false`.
    pub(super) async fn rollback(&mut self) -> bool {
        while self.connection.depth() > 0 {
            if self.connection.rollback().await.is_err() {
                self.connection.set_discard(true);
                return false;
            }
        }
        true
    }

    /// See [`Connection::set_discard`].
    pub(super) fn set_discard(&mut self, discard: bool) {
        self.connection.set_discard(discard);
    }

    pub(super) async fn introspect(&mut self) -> Result<Schema> {
        self.backend.introspector().introspect(self.connection.as_mut()).await
    }

    pub(super) async fn live_catalog(&mut self) -> Result<LiveCatalog> {
        self.backend.introspector().live_catalog(self.connection.as_mut()).await
    }
}

struct Decode<T> {
    rows: Vec<T>,
    decode: fn(&dyn Row) -> Result<T>,
}

impl<T: Send + 'static> RowSink for Decode<T> {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        self.rows.push((self.decode)(row)?);
        Ok(Flow::Continue)
    }
}
