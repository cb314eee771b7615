//! Rows in and out of tables that are known by their schema alone.

use std::collections::BTreeMap;
use umbral::Result;
use umbral::backend::standard::rows::take_sink;
use umbral::backend::{Dialect, Driver, Statement, Step, StepKind};
use umbral::migrations::{Renames, diff};
use umbral::schema::{Schema, SqlType, Table};
use umbral::value::{FieldType, Flow, Row, RowSink, Value, ValueRef};
use umbral_testkit::schemas::TableRows;

/// Inserts the rows one by one, in their order.
pub async fn insert(driver: &dyn Driver, schema: &Schema, rows: &TableRows) -> Result<()> {
    assert!(schema.tables.contains_key(&rows.table));
    let backend = driver.backend();
    let dialect = backend.dialect();
    let columns: Vec<String> = rows.columns.iter().map(|name| dialect.quote_identifier(name)).collect();
    let place = |(at, name): (usize, &String)| {
        let place = dialect.placeholder(at + 1);
        match dialect.parameter_cast(&schema.tables[&rows.table].columns[name].ty) {
            Some(ty) => format!("CAST({place} AS {ty})"),
            None => place,
        }
    };
    let places: Vec<String> = rows.columns.iter().enumerate().map(place).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        dialect.quote_identifier(&rows.table),
        columns.join(", "),
        places.join(", ")
    );
    for row in &rows.rows {
        driver.execute(Statement::new(sql.as_str()).with_params(row.clone())).await?;
    }
    Ok(())
}

/// The rows of every table, by the table's name; each row's values by the column's name.
pub type Contents = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

/// Every row of every table.
pub async fn read(driver: &dyn Driver, schema: &Schema) -> Result<Contents> {
    let mut contents = Contents::new();
    for table in schema.tables.values() {
        let types: Vec<SqlType> = table.columns.values().map(|column| column.ty.clone()).collect();
        let statement = Statement::new(select(driver.backend().dialect(), table)).with_columns(types.clone());
        let sink = driver.query(statement, Box::new(Rows { types, rows: Vec::new() })).await?;
        let rows = take_sink::<Rows>(sink)?.rows;
        let named = |values: Vec<Value>| table.columns.keys().cloned().zip(values).collect();
        contents.insert(table.name.clone(), rows.into_iter().map(named).collect());
    }
    Ok(contents)
}

/// The values of some columns of a table, row by row, in an order of their own: tables have none, and a change of the
/// primary key may change the one in which a database reads them.
pub fn values(contents: &Contents, table: &str, columns: &[&String]) -> Vec<Vec<Value>> {
    let row = |row: &BTreeMap<String, Value>| columns.iter().map(|name| row[*name].clone()).collect();
    let mut rows: Vec<Vec<Value>> = contents[table].iter().map(row).collect();
    rows.sort_by_key(|values| format!("{values:?}"));
    rows
}

fn select(dialect: &dyn Dialect, table: &Table) -> String {
    let columns: Vec<String> = table.columns.keys().map(|name| dialect.quote_identifier(name)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), dialect.quote_identifier(&table.name))
}

/// Drops every table, umbral's own among them, and with them what was recorded.
pub async fn drop_all(driver: &dyn Driver) -> Result<()> {
    let backend = driver.backend();
    let mut connection = driver.acquire().await?;
    let schema = backend.introspector().introspect(connection.as_mut()).await?;
    let live = backend.introspector().live_catalog(connection.as_mut()).await?;
    let operations = diff(&schema, &Schema::default(), &Renames::none())?;
    let plan = backend.planner().plan(&operations, &schema, &live)?;
    let changes = |step: &&Step| !matches!(step.kind, StepKind::Refuse(_));
    let steps = plan.steps.iter().filter(changes).map(|step| &step.sql);
    for sql in plan.before.iter().chain(steps).chain(&plan.after) {
        connection.execute(Statement::new(sql.as_str())).await?;
    }
    Ok(())
}

struct Rows {
    types: Vec<SqlType>,
    rows: Vec<Vec<Value>>,
}

impl RowSink for Rows {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let types = self.types.iter().enumerate();
        let values: Result<Vec<Value>> = types.map(|(index, ty)| owned(row.value(index)?, ty)).collect();
        self.rows.push(values?);
        Ok(Flow::Continue)
    }
}

/// The value that was read, as the parameter that writes it. Nothing else than the column's own type will do.
fn owned(value: ValueRef<'_>, ty: &SqlType) -> Result<Value> {
    Ok(match (value, ty) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Boolean(value), SqlType::Boolean) => Value::Boolean(value),
        (ValueRef::Integer(value), SqlType::SmallInt) => Value::SmallInt(i16::try_from(value).unwrap()),
        (ValueRef::Integer(value), SqlType::Integer) => Value::Integer(i32::try_from(value).unwrap()),
        (ValueRef::Integer(value), SqlType::BigInt) => Value::BigInt(value),
        (ValueRef::Integer(value), SqlType::UInt8) => Value::UInt8(u8::try_from(value).unwrap()),
        (ValueRef::Integer(value), SqlType::UInt16) => Value::UInt16(u16::try_from(value).unwrap()),
        (ValueRef::Integer(value), SqlType::UInt32) => Value::UInt32(u32::try_from(value).unwrap()),
        (value @ (ValueRef::Integer(_) | ValueRef::Decimal(_)), SqlType::UInt64) => {
            Value::UInt64(u64::from_value(value)?)
        }
        (ValueRef::Interval(value), SqlType::Interval) => Value::Interval(value),
        (ValueRef::Inet(value), SqlType::Inet) => Value::Inet(value),
        (ValueRef::Cidr(value), SqlType::Cidr) => Value::Cidr(value),
        (ValueRef::MacAddr(value), SqlType::MacAddr) => Value::MacAddr(value),
        (ValueRef::Bits(bits), SqlType::Bit(_)) => Value::Bits(bits.to_bits()?),
        (ValueRef::Real(value), SqlType::Real) => Value::Real(value),
        (ValueRef::Double(value), SqlType::Double) => Value::Double(value),
        (ValueRef::Decimal(value), SqlType::Decimal { precision, .. }) => Value::decimal(value, *precision),
        (ValueRef::Text(text), SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_)) => {
            Value::Text(text.to_owned())
        }
        (ValueRef::Text(text), SqlType::Enum(_)) => Value::Label(text.to_owned()),
        (ValueRef::Bytes(bytes), SqlType::Bytes) => Value::Bytes(bytes.to_vec()),
        (ValueRef::Date(value), SqlType::Date) => Value::Date(value),
        (ValueRef::Time(value), SqlType::Time) => Value::Time(value),
        (ValueRef::Timestamp(value), SqlType::Timestamp) => Value::Timestamp(value),
        (ValueRef::TimestampTz(value), SqlType::TimestampTz) => Value::TimestampTz(value),
        (ValueRef::Uuid(value), SqlType::Uuid) => Value::Uuid(value),
        (ValueRef::Json(text), SqlType::Json) => Value::Json(text.to_owned()),
        (ValueRef::Range(range), SqlType::Range(of)) => range.to_value(*of)?,
        (ValueRef::Hstore(pairs), SqlType::Hstore) => Value::Hstore(pairs.read()?),
        (ValueRef::Ltree(path), SqlType::Ltree) => Value::Ltree(path.parse()?),
        (ValueRef::Xml(text), SqlType::Xml) => Value::Xml(text.into()),
        (ValueRef::TsVector(words), SqlType::TsVector) => Value::TsVector(words.read()?),
        (ValueRef::Array(array), SqlType::Array(element)) => {
            let mut items = Vec::new();
            array.for_each(&mut |item| {
                items.push(owned(item, element)?);
                Ok(())
            })?;
            Value::Array { element: (**element).clone(), items }
        }
        (value, ty) => panic!("a {ty} column gives {}", value.describe()),
    })
}
