//! One connection of the pool, with what must be known about its state.

use super::super::MySql;
use super::super::errors::{encoding, failure};
use super::super::lock;
use super::super::values::{Parameter, verify};
use super::connect::Shared;
use super::row::{Decoders, ResultRow};
use super::setup::{Identity, Server};
use super::violated;
use crate::backend::standard::server::{self, Failure, dropped_before};
use crate::backend::{AssignedKeys, Done, IsolationLevel, Statement, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{Flow, RowSink, Value};
use futures_core::Stream;
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlQueryResult, MySqlRow};
use sqlx::{Arguments, AssertSqlSafe, Connection, Either, Executor};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

/// Rows of a result that nobody wants any more which are read to its end, to keep the connection.
const ROWS_TO_DRAIN: usize = 1000;
/// A statement that the server does not prepare.
const NOT_PREPARED: &str = "1295";

/// One connection.
pub(in crate::backend::mysql) struct Session {
    connection: MySqlConnection,
    server: Server,
    identity: Identity,
    shared: Arc<Shared>,
    decoders: Decoders,
    /// A call is under way. Still true when its future was dropped: nobody knows then what the server will send.
    busy: bool,
    /// The rest of a result was left unread. The next call reads it first; the pool does not wait for it.
    unread: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({}, busy: {}, unread: {})", self.identity.id, self.busy, self.unread)
    }
}

type Rows<'c> = Pin<Box<dyn Stream<Item = sqlx::Result<Either<MySqlQueryResult, MySqlRow>>> + Send + 'c>>;

impl Session {
    pub(super) fn new(
        connection: MySqlConnection,
        server: Server,
        identity: Identity,
        shared: Arc<Shared>,
    ) -> Session {
        let decoders = Decoders::default();
        Session { connection, server, identity, shared, decoders, busy: false, unread: false }
    }

    /// The backend bound to the server that it leads to, as that is set.
    pub(super) fn backend(&self) -> MySql {
        MySql {
            statement_bytes: Some(self.identity.max_packet),
            folds_tables: self.server.folds_tables,
            ..MySql::new(self.server.release.clone())
        }
    }

    fn check_not_dropped(&self) -> Result<(), Failure> {
        if self.busy { Err(dropped_before()) } else { Ok(()) }
    }

    /// In the binary protocol, which prepares each statement: what holds more than one is refused.
    async fn run_prepared(
        &mut self,
        statement: &Statement,
        sink: Option<&mut dyn RowSink>,
        in_transaction: bool,
    ) -> Result<Done, Failure> {
        self.check_not_dropped()?;
        let arguments = self.bind(statement)?;
        self.make_room().await?;
        let sql = AssertSqlSafe(Arc::clone(&statement.sql));
        self.busy = true;
        let query = sqlx::query_with(sql, arguments).persistent(self.shared.capacity > 0);
        let mut rows: Rows<'_> = self.connection.fetch_many(query);
        let result = receive(&mut rows, &mut self.decoders, &statement.columns, sink, in_transaction).await;
        drop(rows);
        self.settle(result)
    }

    /// Lets the server forget all prepared statements where there is no room for another one, definitions among them.
    ///
    /// A server does not answer when it is to forget a statement, and its system acknowledges what is not answered up to
    /// 40 milliseconds late: the next packet waits for as long, since the socket has no TCP_NODELAY
    /// (<https://github.com/transact-rs/sqlx/issues/4335>). Forgetting each definition behind itself, or the oldest
    /// statement before another one, would pay that every time; this, once for all.
    async fn make_room(&mut self) -> Result<(), Failure> {
        if self.connection.cached_statements_size() <= self.shared.capacity || self.unread {
            return Ok(());
        }
        let made = async {
            server::Session::forget_statements(self).await?;
            // What is written to a server that has gone is lost without a word, and its last one with it.
            self.busy = true;
            self.connection.ping().await.map_err(failure)?;
            self.busy = false;
            Ok(())
        };
        // Nothing was sent yet of the statement that needs the room.
        made.await.map_err(|failure: Failure| Failure { ended_idle: true, ..failure })
    }

    /// Says whether the connection is of use after a call has come to its end.
    fn settle(&mut self, result: Result<Received, Failure>) -> Result<Done, Failure> {
        self.busy = matches!(&result, Err(failure) if failure.lost);
        let received = result?;
        self.unread = !received.complete;
        match received.refused {
            Some(error) => Err(Failure { answered: true, ..Failure::from(error) }),
            None => Ok(self.with_keys(received.done, received.first_key)),
        }
    }

    /// The keys of an INSERT … VALUES follow each other whatever `innodb_autoinc_lock_mode` is, since the server knows how
    /// many there will be ("AUTO_INCREMENT Handling in InnoDB").
    fn with_keys(&self, done: Done, first: Option<i64>) -> Done {
        let assigned = first.zip(i64::try_from(self.identity.key_step).ok());
        let assigned = assigned.map(|(first, step)| AssignedKeys { first, step });
        Done { last_insert_id: first.filter(|_| done.rows_affected == 1), assigned, ..done }
    }

    /// A violated key with its table and columns, for which the server has to be asked.
    async fn explain(&mut self, failure: Failure, sql: &str) -> Failure {
        match violated::unnamed_key(&failure, sql) {
            Some((key, table)) if !self.busy && !self.unread => {
                self.busy = true;
                let columns = violated::key_columns(&mut self.connection, &key, &table).await;
                self.busy = false;
                violated::named(failure, table, columns)
            }
            _ => failure,
        }
    }

    fn bind(&self, statement: &Statement) -> Result<MySqlArguments, Error> {
        if statement.params.len() > usize::from(u16::MAX) {
            let message = format!("a statement has {} parameters", statement.params.len());
            return Err(Error::new(ErrorKind::Statement, message)
                .with_hint("the server takes at most 65,535 of them; send several statements"));
        }
        self.check_size(statement)?;
        let mut arguments = MySqlArguments::default();
        arguments.reserve(statement.params.len(), 12 * statement.params.len());
        for (position, value) in statement.params.iter().enumerate() {
            let added = verify(value, &self.server.release).and_then(|()| {
                arguments.add(Parameter { value, types: &self.server.types }).map_err(encoding)
            });
            added.map_err(|error| error.context(format!("binding the parameter {}", position + 1)))?;
        }
        Ok(arguments)
    }

    /// The server would end the connection in the middle of a statement that is too long for it.
    fn check_size(&self, statement: &Statement) -> Result<(), Error> {
        let sizes = statement.params.iter().map(|value| match value {
            Value::Text(text) | Value::Json(text) => text.len() + 12,
            Value::Bytes(bytes) => bytes.len() + 12,
            _ => 64,
        });
        let size = sizes.sum::<usize>().max(statement.sql.len()) as u64;
        let most = self.identity.max_packet;
        if size < most {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Value,
            format!("a statement of {size} bytes is more than the server takes, which is {most}"),
        )
        .with_hint("raise max_allowed_packet on the server, or store less at once"))
    }
}

impl server::Session for Session {
    async fn run(
        &mut self,
        statement: &Statement,
        sink: Option<&mut dyn RowSink>,
        in_transaction: bool,
    ) -> Result<Done, Failure> {
        let failure = match self.run_prepared(statement, sink, in_transaction).await {
            Err(failure) => failure,
            done => return done,
        };
        if failure.error.code() == Some(NOT_PREPARED) && statement.params.is_empty() {
            return self.script(Arc::clone(&statement.sql)).await.map(|()| Done::default());
        }
        Err(self.explain(failure, &statement.sql).await)
    }

    /// In the text protocol.
    async fn script(&mut self, sql: Arc<str>) -> Result<(), Failure> {
        self.check_not_dropped()?;
        self.busy = true;
        let mut rows: Rows<'_> = self.connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
        let result = receive(&mut rows, &mut self.decoders, &[], None, true).await;
        drop(rows);
        self.settle(result).map(drop)
    }

    async fn forget_statements(&mut self) -> Result<(), Failure> {
        self.busy = true;
        self.connection.clear_cached_statements().await.map_err(failure)?;
        self.busy = false;
        Ok(())
    }

    async fn stay(&mut self) -> Result<(), Failure> {
        self.script(Arc::from("SET wait_timeout = 31536000")).await
    }

    async fn close(self) {
        // A connection that cannot be closed in good order is gone already.
        let _ = self.connection.close().await;
    }

    /// A server notices only at the end of a statement that its client has gone, and holds its locks until then.
    fn abandon(self) {
        let (shared, id) = (Arc::clone(&self.shared), self.identity.id);
        drop(self);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { shared.end(id).await });
        }
    }

    fn is_settled(&self) -> bool {
        !self.busy && !self.unread
    }

    async fn try_migration_lock(&mut self) -> Result<bool> {
        lock::try_lock(self).await
    }

    fn begin(options: TransactionOptions) -> String {
        let isolation = match options.isolation {
            None => "",
            Some(IsolationLevel::ReadCommitted) => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ",
            Some(IsolationLevel::RepeatableRead) => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; ",
            Some(IsolationLevel::Serializable) => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ",
        };
        let access = if options.read_only { " READ ONLY" } else { "" };
        format!("{isolation}START TRANSACTION{access}; SAVEPOINT umbral_begin")
    }

    /// A definition commits the transaction around it, and some errors roll it back. The savepoint from its beginning is
    /// gone then, which makes that known.
    const COMMIT: &'static str = "RELEASE SAVEPOINT umbral_begin; COMMIT";
}

/// What came of a result.
struct Received {
    done: Done,
    /// The key that the server assigned to the first row.
    first_key: Option<i64>,
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
    named: &[SqlType],
    mut sink: Option<&mut dyn RowSink>,
    in_transaction: bool,
) -> Result<Received, Failure> {
    let mut received = Received { done: Done::default(), first_key: None, refused: None, complete: true };
    let (mut answered, mut delivered, mut unwanted) = (false, 0usize, 0usize);
    while let Some(item) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let item = item.map_err(|error| Failure { answered, ..failure(error) })?;
        answered = true;
        let row = match item {
            Either::Left(result) => {
                received.done.rows_affected += result.rows_affected();
                received.first_key = i64::try_from(result.last_insert_id()).ok().filter(|key| *key != 0);
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
            decoders.choose(&row, named);
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
