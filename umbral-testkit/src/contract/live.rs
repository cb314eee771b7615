//! A live database with the few statements that the contract needs.

use crate::TestDatabase;
use std::sync::{Arc, Mutex};
use umbral_core::Result;
use umbral_core::backend::standard::rows::take_sink;
use umbral_core::backend::{Connection, DatabaseBackend, Dialect, Driver, Statement};
use umbral_core::migrations::Operation;
use umbral_core::migrations::operations::CreateTable;
use umbral_core::schema::{Schema, SqlType, Table};
use umbral_core::value::{Flow, Row, RowSink, Value, ValueRef};

/// A connected database.
pub(super) struct Live {
    pub driver: Box<dyn Driver>,
    created: Mutex<Schema>,
}

impl Live {
    pub(super) async fn on(database: &TestDatabase) -> Live {
        Live { driver: database.connect().await, created: Mutex::default() }
    }

    pub(super) fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        self.driver.backend()
    }

    /// Creates a table beside those that were created before. What goes wrong is an error of the backend's, named by
    /// what was done.
    pub(super) async fn create(&self, table: Table) -> Result<()> {
        let what = format!("creating {}", table.name);
        let before = self.created.lock().expect("no test holds it while it panics").clone();
        let types: Vec<SqlType> = table.columns.values().map(|column| column.ty.clone()).collect();
        crate::tables::set_up_types(&*self.driver, &types).await?;
        let operation = Operation::CreateTable(CreateTable { table: table.clone() });
        crate::tables::apply(&*self.driver, &[operation], &before)
            .await
            .map_err(|error| error.context(what))?;
        let mut created = self.created.lock().expect("no test holds it while it panics");
        created.tables.insert(table.name.clone(), table);
        Ok(())
    }

    pub(super) async fn execute(&self, sql: impl Into<Arc<str>>) -> Result<u64> {
        Ok(self.driver.execute(Statement::new(sql)).await?.rows_affected)
    }

    pub(super) async fn insert(&self, table: &str, values: &[(&str, Value)]) -> Result<()> {
        self.driver.execute(self.insert_statement(table, values)).await.map(drop)
    }

    pub(super) fn insert_statement(&self, table: &str, values: &[(&str, Value)]) -> Statement {
        let dialect = self.backend().dialect();
        let columns: Vec<String> = values.iter().map(|(name, _)| dialect.quote_identifier(name)).collect();
        let places = values.iter().enumerate().map(|(at, (_, value))| placed(dialect, at + 1, value));
        let places: Vec<String> = places.collect();
        let table = dialect.quote_identifier(table);
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
        Statement::new(sql).with_params(values.iter().map(|(_, value)| value.clone()).collect())
    }

    /// The rows of a query whose columns have these types; without types, as the database itself reports them.
    pub(super) async fn rows(&self, sql: &str, types: &[SqlType]) -> Result<Vec<Vec<Value>>> {
        self.query(Statement::new(sql).with_columns(types)).await
    }

    pub(super) async fn query(&self, statement: Statement) -> Result<Vec<Vec<Value>>> {
        let types = Arc::clone(&statement.columns);
        let sink = self.driver.query(statement, Box::new(Collected { types, rows: Vec::new() })).await?;
        Ok(take_sink::<Collected>(sink)?.rows)
    }

    pub(super) async fn count(&self, table: &str) -> i64 {
        let table = self.backend().dialect().quote_identifier(table);
        let rows = self.rows(&format!("SELECT count(*) FROM {table}"), &[SqlType::BigInt]).await;
        match rows.expect("rows can be counted")[0][0] {
            Value::BigInt(count) => count,
            ref other => panic!("a count is {other:?}"),
        }
    }

    pub(super) async fn close(self) {
        self.driver.close().await;
    }
}

/// The placeholder of a value.
pub(super) fn placed(dialect: &dyn Dialect, position: usize, value: &Value) -> String {
    let place = dialect.placeholder(position);
    let cast = match value {
        Value::Array { element, .. } => dialect.parameter_cast(&SqlType::Array(Box::new(element.clone()))),
        Value::Hstore(_) => dialect.parameter_cast(&SqlType::Hstore),
        Value::Ltree(_) => dialect.parameter_cast(&SqlType::Ltree),
        Value::Xml(_) => dialect.parameter_cast(&SqlType::Xml),
        Value::TsVector(_) => dialect.parameter_cast(&SqlType::TsVector),
        _ => None,
    };
    cast.map_or_else(|| place.clone(), |ty| format!("CAST({place} AS {ty})"))
}

/// The rows of a query on one connection.
pub(super) async fn rows_of(connection: &mut dyn Connection, sql: &str) -> Result<Vec<Vec<Value>>> {
    let sink = Collected { types: Arc::from([]), rows: Vec::new() };
    let sink = connection.query(Statement::new(sql), Box::new(sink)).await?;
    Ok(take_sink::<Collected>(sink)?.rows)
}

/// Executes a statement on one connection.
pub(super) async fn execute_on(connection: &mut dyn Connection, sql: &str) -> Result<u64> {
    Ok(connection.execute(Statement::new(sql)).await?.rows_affected)
}

struct Collected {
    types: Arc<[SqlType]>,
    rows: Vec<Vec<Value>>,
}

impl RowSink for Collected {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let values = (0..row.len()).map(|index| Ok(owned(row.value(index)?, self.types.get(index))));
        self.rows.push(values.collect::<Result<_>>()?);
        Ok(Flow::Continue)
    }
}

/// A value kept after its row has gone. An integer of no known type is a 64-bit one.
fn owned(value: ValueRef<'_>, ty: Option<&SqlType>) -> Value {
    match value {
        ValueRef::Boolean(value) => Value::Boolean(value),
        ValueRef::Integer(number) => match ty {
            Some(SqlType::SmallInt) => i16::try_from(number).map_or(Value::BigInt(number), Value::SmallInt),
            Some(SqlType::Integer) => i32::try_from(number).map_or(Value::BigInt(number), Value::Integer),
            Some(SqlType::UInt8) => u8::try_from(number).map_or(Value::BigInt(number), Value::UInt8),
            Some(SqlType::UInt16) => u16::try_from(number).map_or(Value::BigInt(number), Value::UInt16),
            Some(SqlType::UInt32) => u32::try_from(number).map_or(Value::BigInt(number), Value::UInt32),
            Some(SqlType::UInt64) => u64::try_from(number).map_or(Value::BigInt(number), Value::UInt64),
            _ => Value::BigInt(number),
        },
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Double(number) => Value::Double(number),
        ValueRef::Decimal(number) if ty == Some(&SqlType::UInt64) => {
            u64::try_from(number.mantissa).map_or(Value::Decimal(number), Value::UInt64)
        }
        ValueRef::Decimal(number) => match ty {
            Some(SqlType::Decimal { precision, .. }) => Value::decimal(number, *precision),
            _ => Value::Decimal(number),
        },
        ValueRef::Text(text) if matches!(ty, Some(SqlType::Enum(_))) => Value::Label(text.to_owned()),
        ValueRef::Text(text) => Value::Text(text.to_owned()),
        ValueRef::Bytes(bytes) => Value::Bytes(bytes.to_owned()),
        ValueRef::Date(date) => Value::Date(date),
        ValueRef::Time(time) => Value::Time(time),
        ValueRef::Timestamp(time) => Value::Timestamp(time),
        ValueRef::TimestampTz(time) => Value::TimestampTz(time),
        ValueRef::Interval(span) => Value::Interval(span),
        ValueRef::Uuid(bytes) => Value::Uuid(bytes),
        ValueRef::Inet(inet) => Value::Inet(inet),
        ValueRef::Cidr(cidr) => Value::Cidr(cidr),
        ValueRef::MacAddr(mac) => Value::MacAddr(mac),
        // Bits that cannot be read equal no sample.
        ValueRef::Bits(bits) => bits.to_bits().map_or(Value::Null, Value::Bits),
        ValueRef::Json(text) => Value::Json(text.to_owned()),
        // What cannot be read equals no sample.
        ValueRef::Range(range) => match ty {
            Some(SqlType::Range(of)) => range.to_value(*of).unwrap_or(Value::Null),
            _ => Value::Null,
        },
        ValueRef::Hstore(pairs) => pairs.read().map_or(Value::Null, Value::Hstore),
        ValueRef::Ltree(path) => path.parse().map_or(Value::Null, Value::Ltree),
        ValueRef::Xml(text) => Value::Xml(text.into()),
        ValueRef::TsVector(words) => words.read().map_or(Value::Null, Value::TsVector),
        ValueRef::Array(array) => {
            let element = match ty {
                Some(SqlType::Array(element)) => (**element).clone(),
                _ => SqlType::Text,
            };
            let mut items = Vec::new();
            let read = array.for_each(&mut |item| {
                items.push(owned(item, Some(&element)));
                Ok(())
            });
            // An array that cannot be read equals no sample.
            read.map_or(Value::Null, |()| Value::Array { element, items })
        }
        _ => Value::Null,
    }
}
