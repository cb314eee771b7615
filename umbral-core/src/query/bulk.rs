//! Many new rows at once.

use super::compile::{Compiled, InsertShape, Key, Sort, column_type, compile_insert, compile_insert_columns};
use super::insert::verify_returning;
use super::prepare;
use super::slot::store;
use crate::backend::standard::rows::take_sink;
use crate::backend::{BoxFuture, Statement};
use crate::db::{Executor, Transaction};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelMeta};
use crate::value::{FieldType, Flow, Row, RowSink, Value, ValueRef};
use std::sync::Arc;

/// Rows of `M` to be inserted in as few statements as the database allows; what `M::bulk_create(rows)` makes.
#[must_use = "nothing is inserted before exec"]
#[derive(Debug, Clone)]
pub struct BulkCreate<M> {
    rows: Vec<M>,
    keep_keys: bool,
}

impl<M: Model> BulkCreate<M> {
    pub(crate) fn new(rows: Vec<M>) -> BulkCreate<M> {
        BulkCreate { rows, keep_keys: false }
    }

    /// Writes the rows' own keys, for rows that come from elsewhere. Without it a key that the database assigns is left to
    /// it, whatever the rows hold: 0 is a key like any other.
    ///
    /// On PostgreSQL, keys that are written do not move the sequence that later ones are taken from.
    pub fn keep_keys(mut self) -> BulkCreate<M> {
        self.keep_keys = true;
        self
    }

    /// Inserts all rows or none, and returns them with their keys, in their order. No rows need no SQL.
    ///
    /// # Errors
    /// As [`Create::exec`](super::Create::exec); then no row is inserted.
    pub async fn exec(self, on: &dyn Executor) -> Result<Vec<M>> {
        let mut rows = self.rows;
        let insert = Insert::new(M::meta(), rows.len(), self.keep_keys);
        let keys = insert.run(on, &|row, field| rows[row].value(field)).await?;
        if insert.assigned.is_some() {
            for (row, key) in rows.iter_mut().zip(keys) {
                row.set_key(ValueRef::Integer(key))?;
            }
        }
        Ok(rows)
    }
}

/// Collects the keys that the database assigned.
#[derive(Default)]
struct Keys(Vec<i64>);

impl RowSink for Keys {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        self.0.push(i64::from_value(row.value(0)?)?);
        Ok(Flow::Continue)
    }
}

/// The value of a field, by number, of one of the rows.
type ValueAt<'r> = &'r (dyn Fn(usize, u16) -> Value + Sync);

/// An INSERT of many rows, without their type.
struct Insert {
    meta: &'static ModelMeta,
    count: usize,
    /// The fields that are written, by number.
    written: Vec<u16>,
    /// The key that the database assigns.
    assigned: Option<u16>,
}

/// How many rows one statement of several rows inserts: each number is an SQL text of its own, so there are few. On
/// SQLite, 50 rows at a time take a third of the time that single ones take, and more rows no less.
const LADDER: [usize; 4] = [50, 16, 4, 1];

/// How many rows one statement inserts that takes each column as one array.
const COLUMN_ROWS: usize = 2000;

impl Insert {
    fn new(meta: &'static ModelMeta, count: usize, keep_keys: bool) -> Insert {
        let assigned = meta.fields.get(usize::from(meta.primary_key)).filter(|key| key.auto && !keep_keys);
        let assigned = assigned.map(|_| meta.primary_key);
        let written = (0u16..).zip(meta.fields).map(|(number, _)| number);
        Insert {
            meta,
            count,
            written: written.filter(|number| assigned != Some(*number)).collect(),
            assigned,
        }
    }

    /// Inserts the rows, all or none, and returns the keys that were assigned, in the order of the rows.
    fn run<'e>(&'e self, on: &'e dyn Executor, values: ValueAt<'e>) -> BoxFuture<'e, Result<Vec<i64>>> {
        Box::pin(async move {
            if self.count == 0 {
                return Ok(Vec::new());
            }
            if self.assigned.is_some() {
                verify_returning(self.meta, &**on.db().backend())?;
            }
            let first = self.chunk(on, 0)?;
            let mut keys = Vec::new();
            if first == self.count {
                self.insert(on, values, 0, first, &mut keys).await?;
            } else {
                let transaction = on.nest().await?;
                self.insert_chunks(&transaction, values, &mut keys).await?;
                transaction.commit().await?;
            }
            match self.assigned {
                Some(_) if keys.len() != self.count => Err(self.lost_keys(keys.len())),
                _ => Ok(keys),
            }
        })
    }

    async fn insert_chunks(
        &self,
        on: &Transaction<'_>,
        values: ValueAt<'_>,
        keys: &mut Vec<i64>,
    ) -> Result<()> {
        let mut done = 0;
        while done < self.count {
            let rows = self.chunk(on, done)?;
            self.insert(on, values, done, rows, keys).await?;
            done += rows;
        }
        Ok(())
    }

    /// How many rows the next statement inserts, `done` rows being there.
    fn chunk(&self, on: &dyn Executor, done: usize) -> Result<usize> {
        let left = self.count - done;
        let backend = on.db().backend();
        if self.in_columns(on)?.is_some() {
            return Ok(left.min(COLUMN_ROWS));
        }
        let most = backend.limits().bind_parameters / self.written.len().max(1);
        let fits =
            |rows: &&usize| **rows <= left && **rows <= most && (!self.written.is_empty() || **rows == 1);
        Ok(LADDER.iter().find(fits).copied().unwrap_or(1))
    }

    async fn insert(
        &self,
        on: &dyn Executor,
        values: ValueAt<'_>,
        start: usize,
        rows: usize,
        keys: &mut Vec<i64>,
    ) -> Result<()> {
        let statement = match self.in_columns(on)? {
            Some(compiled) => self.column_statement(&compiled, values, start, rows)?,
            None => self.row_statement(on, values, start, rows)?,
        };
        if self.assigned.is_none() {
            on.execute(statement).await?;
        } else {
            let sink = on.fetch(statement, Box::<Keys>::default()).await?;
            keys.append(&mut take_sink::<Keys>(sink)?.0);
        }
        Ok(())
    }

    /// A statement with a parameter for each value of each row.
    fn row_statement(
        &self,
        on: &dyn Executor,
        values: ValueAt<'_>,
        start: usize,
        rows: usize,
    ) -> Result<Statement> {
        let mut key = self.key(Sort::Insert, rows);
        key.params.reserve(rows * self.written.len());
        for row in start..start + rows {
            for field in &self.written {
                key.params.push(self.value(values, row, *field)?);
            }
        }
        let shape =
            InsertShape { meta: self.meta, written: &self.written, returned: self.assigned.as_slice(), rows };
        let compile = |_: &Key| compile_insert(shape, &**on.db().backend());
        prepare::statement(on.db(), self.meta, key, compile)
    }

    /// A key that no [`Draft`](super::insert::Draft) has: those are of another cache.
    fn key(&self, sort: Sort, rows: usize) -> Key {
        let mut key = Key::new(sort as u8, self.meta);
        key.bytes.push(u8::from(self.assigned.is_some()));
        key.bytes.extend((rows as u32).to_le_bytes());
        key
    }

    /// The statement that takes each column as an array, where the database has one.
    fn in_columns(&self, on: &dyn Executor) -> Result<Option<Arc<Compiled>>> {
        let key = self.key(Sort::InsertColumns, 0);
        let backend = &**on.db().backend();
        let compile = || {
            let shape = InsertShape {
                meta: self.meta,
                written: &self.written,
                returned: self.assigned.as_slice(),
                rows: 1,
            };
            compile_insert_columns(shape, backend)
        };
        let compiled = on.db().shapes().get(&key.bytes, compile)?;
        Ok((!compiled.sql.is_empty()).then_some(compiled))
    }

    fn column_statement(
        &self,
        compiled: &Compiled,
        values: ValueAt<'_>,
        start: usize,
        rows: usize,
    ) -> Result<Statement> {
        let mut params = Vec::with_capacity(self.written.len());
        for number in &self.written {
            let items: Result<Vec<Value>> =
                (start..start + rows).map(|row| self.value(values, row, *number)).collect();
            let element = column_type(&self.meta.fields[usize::from(*number)]);
            params.push(Value::Array { element, items: items? });
        }
        compiled.statement(params)
    }

    fn value(&self, values: ValueAt<'_>, row: usize, field: u16) -> Result<Value> {
        store(self.meta, &self.meta.fields[usize::from(field)], values(row, field))
    }

    #[cold]
    fn lost_keys(&self, found: usize) -> Error {
        let (count, model) = (self.count, self.meta.name);
        Error::new(
            ErrorKind::Internal,
            format!("{count} rows of {model} were inserted, and the database returned {found} keys"),
        )
    }
}
