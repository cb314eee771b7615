//! One connection of the pool, with what must be known about its state.

use super::super::errors::{encoding, failure};
use super::super::lock;
use super::super::values::{Parameter, TypeOid, type_oid};
use super::prepared::PreparedTypes;
use super::row::{Decoders, ResultRow};
use crate::backend::standard::server::{self, Failure, dropped_before, starts_with};
use crate::backend::{Done, IsolationLevel, Statement, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, RowSink};
use futures_core::Stream;
use sqlx::postgres::{PgArguments, PgQueryResult, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Connection, Either, Executor, PgConnection};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

/// Texts whose parameter types a connection remembers at most. More than it keeps statements for, so that only
/// texts that are made up anew for each call ever reach it.
const REMEMBERED_TEXTS: usize = 4000;
/// Rows of a result that nobody wants any more which are read to its end, to keep the connection.
const ROWS_TO_DRAIN: usize = 1000;

/// One connection.
pub(in crate::backend::postgres) struct Session {
    connection: PgConnection,
    prepared: PreparedTypes,
    decoders: Decoders,
    keeps_statements: bool,
    /// A call is under way. Still true when its future was dropped: nobody knows then what the server will send.
    busy: bool,
    /// The rest of a result was left unread. The next call reads it first; the pool does not wait for it.
    unread: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(busy: {}, unread: {})", self.busy, self.unread)
    }
}

type Rows<'c> = Pin<Box<dyn Stream<Item = sqlx::Result<Either<PgQueryResult, PgRow>>> + Send + 'c>>;

impl Session {
    pub(super) fn new(connection: PgConnection, keeps_statements: bool) -> Session {
        Session {
            connection,
            prepared: PreparedTypes::default(),
            decoders: Decoders::default(),
            keeps_statements,
            busy: false,
            unread: false,
        }
    }

    pub(super) fn raw(&self) -> &PgConnection {
        &self.connection
    }

    fn check_not_dropped(&self) -> Result<(), Failure> {
        if self.busy { Err(dropped_before()) } else { Ok(()) }
    }

    /// Says whether the connection is of use after a call has come to its end.
    fn settle(&mut self, result: Result<Received, Failure>) -> Result<Done, Failure> {
        self.busy = matches!(&result, Err(failure) if failure.lost);
        let received = result?;
        self.unread = !received.complete;
        match received.refused {
            Some(error) => Err(Failure { answered: true, ..Failure::from(error) }),
            None => Ok(received.done),
        }
    }

    fn bind(&mut self, statement: &Statement) -> Result<(Arc<str>, PgArguments), Error> {
        check_text(&statement.sql)?;
        if statement.params.len() > usize::from(u16::MAX) {
            let message = format!("a statement has {} parameters", statement.params.len());
            return Err(Error::new(ErrorKind::Statement, message)
                .with_hint("PostgreSQL takes at most 65,535 of them; send arrays, or several statements"));
        }
        let mut arguments = PgArguments::default();
        if statement.params.is_empty() {
            return Ok((Arc::clone(&statement.sql), arguments));
        }
        let (sql, types): (Arc<str>, Arc<[TypeOid]>) = if self.keeps_statements {
            let variant = self.prepared.variant(statement);
            (variant.sql, variant.types)
        } else {
            (Arc::clone(&statement.sql), statement.params.iter().map(type_oid).collect())
        };
        arguments.reserve(types.len(), 16 * types.len());
        for (position, (value, declared)) in statement.params.iter().zip(types.iter()).enumerate() {
            arguments.add(Parameter { value, declared: *declared }).map_err(|error| {
                encoding(error).context(format!("binding the parameter ${}", position + 1))
            })?;
        }
        Ok((sql, arguments))
    }
}

impl server::Session for Session {
    async fn run(
        &mut self,
        statement: &Statement,
        sink: Option<&mut dyn RowSink>,
        in_transaction: bool,
    ) -> Result<Done, Failure> {
        self.check_not_dropped()?;
        if self.prepared.len() > REMEMBERED_TEXTS {
            self.forget_statements().await?;
        }
        let persistent = self.keeps_statements && worth_keeping(statement);
        let (sql, arguments) = self.bind(statement)?;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(persistent);
        self.busy = true;
        let mut rows: Rows<'_> = self.connection.fetch_many(query);
        let result = receive(&mut rows, &mut self.decoders, sink, in_transaction).await;
        drop(rows);
        self.settle(result)
    }

    /// In the simple protocol.
    async fn script(&mut self, sql: Arc<str>) -> Result<(), Failure> {
        self.check_not_dropped()?;
        check_text(&sql)?;
        self.busy = true;
        let mut rows: Rows<'_> = self.connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
        let result = receive(&mut rows, &mut self.decoders, None, true).await;
        drop(rows);
        self.settle(result).map(drop)
    }

    async fn forget_statements(&mut self) -> Result<(), Failure> {
        self.busy = true;
        self.connection.clear_cached_statements().await.map_err(failure)?;
        self.prepared.clear();
        self.busy = false;
        Ok(())
    }

    /// PostgreSQL 14 may end connections that lie idle.
    async fn stay(&mut self) -> Result<(), Failure> {
        if self.connection.server_version_num().is_some_and(|version| version >= 140_000) {
            self.script(Arc::from("SET idle_session_timeout = 0")).await?;
        }
        Ok(())
    }

    async fn close(self) {
        // A connection that cannot be closed in good order is gone already.
        let _ = self.connection.close().await;
    }

    fn is_settled(&self) -> bool {
        !self.busy && !self.unread
    }

    async fn try_migration_lock(&mut self) -> Result<bool> {
        lock::try_lock(self).await
    }

    fn begin(options: TransactionOptions) -> String {
        let mut sql = "BEGIN".to_owned();
        sql.push_str(match options.isolation {
            None => "",
            Some(IsolationLevel::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(IsolationLevel::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(IsolationLevel::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
        });
        if options.read_only {
            sql.push_str(" READ ONLY");
        }
        sql
    }

    /// The server answers the COMMIT of a broken transaction with a rollback and no error, and that of none with a
    /// warning. A savepoint in front of it is refused in both cases, which makes the loss known.
    const COMMIT: &'static str = "SAVEPOINT umbral_commit; COMMIT";
}

/// The protocol ends a text at a NUL: what stands behind one would never be seen.
fn check_text(sql: &str) -> Result<(), Error> {
    if sql.as_bytes().contains(&0) {
        return Err(Error::new(ErrorKind::Statement, "the text of a statement holds a NUL character"));
    }
    Ok(())
}

/// What came of a result.
struct Received {
    done: Done,
    /// The sink's own error.
    refused: Option<Error>,
    /// Whether the server has nothing more to send.
    complete: bool,
}

/// Reads a result to its end. A sink that wants no more, or fails, has the rest thrown away; where much of it is left
/// and no transaction would be lost, the connection with it.
async fn receive(
    rows: &mut Rows<'_>,
    decoders: &mut Decoders,
    mut sink: Option<&mut dyn RowSink>,
    in_transaction: bool,
) -> Result<Received, Failure> {
    let mut received = Received { done: Done::default(), refused: None, complete: true };
    let (mut answered, mut delivered, mut unwanted) = (false, 0usize, 0usize);
    while let Some(item) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let item = item.map_err(|error| Failure { answered, ..failure(error) })?;
        answered = true;
        let row = match item {
            Either::Left(result) => {
                received.done.rows_affected += result.rows_affected();
                continue;
            }
            Either::Right(row) => row,
        };
        let Some(into) = &mut sink else {
            unwanted += 1;
            if delivered > 0 && unwanted > ROWS_TO_DRAIN && !in_transaction {
                received.complete = false;
                break;
            }
            continue;
        };
        if delivered == 0 {
            decoders.choose(&row);
        }
        delivered += 1;
        match into.row(&ResultRow { row: &row, decoders }) {
            Ok(Flow::Continue) => continue,
            Ok(Flow::Stop) => {}
            Err(error) => received.refused = Some(error),
        }
        sink = None;
    }
    Ok(received)
}

/// What begins a statement that is worth preparing under a name. Definitions run once.
const REPEATED: &[&str] = &["select", "insert", "update", "delete", "with", "merge", "values"];

/// Whether a statement's text is likely to come again.
fn worth_keeping(statement: &Statement) -> bool {
    !statement.params.is_empty() || REPEATED.iter().any(|word| starts_with(&statement.sql, word))
}
