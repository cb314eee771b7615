//! Many new rows at once.

use super::compile::{Compiled, InsertShape, Key, Sort, column_type, compile_insert, compile_insert_columns};
use super::computed::read_computed;
use super::prepare;
use super::slot::store;
use crate::backend::standard::rows::take_sink;
use crate::backend::{BackendFeature, BoxFuture, Statement};
use crate::db::{Executor, Transaction};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelMeta};
use crate::value::{FieldType, Flow, Row, RowSink, Value, ValueRef};
use std::ops::Range;
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

    /// Inserts all rows or none, and returns them with their keys, in their order. No rows need no SQL. Rows of a model with
    /// generated fields are read again, in a statement of its own, for what was computed.
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
        read_computed(on, rows).await
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
    /// Whether rows whose key is there already are left as they are.
    missing: bool,
}

/// An INSERT of every field of rows of which some may be there already: those stay as they are.
pub(crate) struct InsertMissing {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) rows: usize,
}

impl InsertMissing {
    /// Inserts those of the rows whose keys are not there yet, all or none.
    pub(crate) async fn run(self, on: &dyn Executor, values: ValueAt<'_>) -> Result<()> {
        let insert = Insert { missing: true, ..Insert::new(self.meta, self.rows, true) };
        insert.run(on, values).await.map(drop)
    }
}

/// How many rows one statement inserts that takes each column as one array.
const COLUMN_ROWS: usize = 2000;

/// After how many bytes of values a statement ends. Rows have no upper size, and a statement is in memory as a whole.
/// No larger, for the statement then fits one TLS record (16 KiB, RFC 8446, section 5.1): sqlx 0.9.0 leaves Nagle's algorithm
/// on, so what it writes in several pieces waits 40 ms for an acknowledgement (transact-rs/sqlx#4335, mended there, not yet
/// released).
const STATEMENT_BYTES: usize = 14_000;

/// About how many bytes an element of an array is sent as.
fn sent_bytes(value: &Value) -> usize {
    let own = match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Bits(bits) => bits.as_bytes().len() + 4,
        Value::Null => 0,
        Value::Uuid(_)
        | Value::Decimal(_)
        | Value::WideDecimal(..)
        | Value::Interval(_)
        | Value::Inet(_)
        | Value::Cidr(_) => 16,
        Value::Range { .. } => 25,
        Value::Ltree(path) => path.as_str().len(),
        Value::Xml(xml) => xml.0.len(),
        Value::Hstore(pairs) => {
            pairs.iter().map(|(key, value)| key.len() + value.as_ref().map_or(4, String::len) + 8).sum()
        }
        Value::TsVector(words) => words.words().map(|(word, places)| word.len() + 6 * places.len() + 3).sum(),
        _ => 8,
    };
    // Its length stands before it.
    4 + own
}

impl Insert {
    fn new(meta: &'static ModelMeta, count: usize, keep_keys: bool) -> Insert {
        let assigned = meta.key_field().filter(|key| key.auto && !keep_keys).and(meta.key_number());
        let written = (0u16..).zip(meta.fields).filter(|(_, field)| field.generated.is_none());
        let written = written.map(|(number, _)| number);
        Insert {
            meta,
            count,
            written: written.filter(|number| assigned != Some(*number)).collect(),
            assigned,
            missing: false,
        }
    }

    /// Inserts the rows, all or none, and returns the keys that were assigned, in the order of the rows.
    fn run<'e>(&'e self, on: &'e dyn Executor, values: ValueAt<'e>) -> BoxFuture<'e, Result<Vec<i64>>> {
        Box::pin(async move {
            if self.count == 0 {
                return Ok(Vec::new());
            }
            let (first, rows) = self.chunk(on, values, 0)?;
            let mut keys = Vec::new();
            if rows == self.count {
                self.insert(on, first, rows, &mut keys).await?;
            } else {
                let transaction = on.nest().await?;
                self.insert(&transaction, first, rows, &mut keys).await?;
                self.insert_rest(&transaction, values, rows, &mut keys).await?;
                transaction.commit().await?;
            }
            match self.assigned {
                Some(_) if keys.len() != self.count => Err(self.lost_keys(keys.len())),
                _ => Ok(keys),
            }
        })
    }

    async fn insert_rest(
        &self,
        on: &Transaction<'_>,
        values: ValueAt<'_>,
        mut done: usize,
        keys: &mut Vec<i64>,
    ) -> Result<()> {
        while done < self.count {
            let (statement, rows) = self.chunk(on, values, done)?;
            self.insert(on, statement, rows, keys).await?;
            done += rows;
        }
        Ok(())
    }

    /// The next statement, and how many rows it inserts, `done` rows being there.
    fn chunk(&self, on: &dyn Executor, values: ValueAt<'_>, done: usize) -> Result<(Statement, usize)> {
        let left = self.count - done;
        if !self.missing
            && let Some(compiled) = self.in_columns(on)?
        {
            return self.column_statement(&compiled, values, done..done + left.min(COLUMN_ROWS));
        }
        let most = match self.written.len() {
            0 => 1,
            columns => left.min(on.db().backend().limits().bind_parameters / columns),
        };
        self.row_statement(on, values, done, most)
    }

    async fn insert(
        &self,
        on: &dyn Executor,
        statement: Statement,
        rows: usize,
        keys: &mut Vec<i64>,
    ) -> Result<()> {
        if self.assigned.is_none() {
            on.execute(statement).await?;
        } else if self.returned(on).is_empty() {
            let assigned = on.execute(statement).await?.assigned;
            keys.extend(assigned.into_iter().flat_map(|assigned| assigned.of(rows)));
        } else {
            let sink = on.fetch(statement, Box::<Keys>::default()).await?;
            keys.append(&mut take_sink::<Keys>(sink)?.0);
        }
        Ok(())
    }

    /// What an INSERT returns: the key that the database assigned, where it can.
    fn returned(&self, on: &dyn Executor) -> &[u16] {
        match on.db().backend().supports(BackendFeature::InsertReturning) {
            true => self.assigned.as_slice(),
            false => &[],
        }
    }

    /// A statement with a parameter for each value of each of at most `most` rows, and how many rows it inserts.
    fn row_statement(
        &self,
        on: &dyn Executor,
        values: ValueAt<'_>,
        start: usize,
        most: usize,
    ) -> Result<(Statement, usize)> {
        let ladder = on.db().backend().dialect().insert_rows();
        let rung = |most: usize| ladder.iter().find(|rows| **rows <= most).copied().unwrap_or(1);
        let most = rung(most);
        let mut params = Vec::with_capacity(most * self.written.len());
        let (mut rows, mut size) = (0, 0);
        while rows < most && size < STATEMENT_BYTES {
            for field in &self.written {
                let value = self.value(values, start + rows, *field)?;
                size += sent_bytes(&value);
                params.push(value);
            }
            rows += 1;
        }
        let rows = rung(rows);
        params.truncate(rows * self.written.len());
        let key = Key { params, ..self.key(Sort::Insert, rows) };
        let shape = InsertShape {
            meta: self.meta,
            written: &self.written,
            returned: self.returned(on),
            rows,
            missing: self.missing,
        };
        let compile = |_: &Key| compile_insert(shape, &**on.db().backend());
        Ok((prepare::statement(on.db(), self.meta, key, compile)?, rows))
    }

    /// A key that no [`Draft`](super::insert::Draft) has: those are of another cache.
    fn key(&self, sort: Sort, rows: usize) -> Key {
        let mut key = Key::new(sort as u8, self.meta);
        key.bytes.push(u8::from(self.assigned.is_some()) | u8::from(self.missing) << 1);
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
                missing: false,
            };
            compile_insert_columns(shape, backend)
        };
        let compiled = on.db().shapes().get(&key.bytes, compile)?;
        Ok((!compiled.sql.is_empty()).then_some(compiled))
    }

    /// A statement with an array for each column, and how many of the rows it inserts: fewer where they are large.
    fn column_statement(
        &self,
        compiled: &Compiled,
        values: ValueAt<'_>,
        rows: Range<usize>,
    ) -> Result<(Statement, usize)> {
        let mut columns: Vec<Vec<Value>> = Vec::new();
        columns.resize_with(self.written.len(), || Vec::with_capacity(rows.len()));
        let (mut count, mut size) = (0, 0);
        for row in rows {
            for (column, number) in columns.iter_mut().zip(&self.written) {
                let value = self.value(values, row, *number)?;
                size += sent_bytes(&value);
                column.push(value);
            }
            count += 1;
            if size >= STATEMENT_BYTES {
                break;
            }
        }
        let params = self.written.iter().zip(columns).map(|(number, items)| {
            let element = column_type(&self.meta.fields[usize::from(*number)]);
            Value::Array { element, items }
        });
        Ok((compiled.statement(params.collect())?, count))
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
