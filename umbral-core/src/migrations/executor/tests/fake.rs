//! A database in memory whose statements are words, that can be made to fail at any boundary.

use crate::backend::*;
use crate::error::{Error, ErrorKind, Result, Violation, ViolationKind};
use crate::migrations::Operation;
use crate::schema::{Column, ConstraintKind, Expr, Schema, SqlType, Table};
use crate::value::{Flow, Row, RowSink, Value, ValueRef};
use sea_query::{DeleteStatement, InsertStatement, SelectStatement, UpdateStatement, Values};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What is stored. A transaction is a copy that takes its place at COMMIT.
#[derive(Debug, Clone, Default)]
pub(super) struct Stored {
    /// The words that were carried out, in order.
    pub(super) effects: Vec<String>,
    pub(super) rows: BTreeMap<String, Vec<BTreeMap<String, Value>>>,
}

/// What the test sets and sees.
#[derive(Debug, Default)]
pub(super) struct Control {
    pub(super) stored: Stored,
    pub(super) locked: bool,
    /// Boundaries passed since the counter was set; one before and one after every statement.
    pub(super) boundaries: usize,
    /// The boundary at which the process ends, as far as the database can tell.
    pub(super) die_at: Option<usize>,
    /// A word that never comes back.
    pub(super) hang_on: Option<String>,
    /// Words that the database refuses.
    pub(super) refuse: Vec<String>,
    /// A table that the next read does not see yet, as if another process made it in that moment.
    pub(super) late: Option<String>,
    /// Words that rows stand against.
    pub(super) violate: Vec<String>,
    /// How many rows a `count` finds.
    pub(super) offending: i64,
    /// Whether a connection in another state than a fresh one went back into the pool.
    pub(super) leaked: bool,
    /// Everything that was sent.
    pub(super) sent: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Fake {
    pub(super) control: Arc<Mutex<Control>>,
    backend: Arc<dyn DatabaseBackend>,
}

impl Fake {
    /// `transactional`: whether DDL takes part in transactions.
    pub(super) fn new(transactional: bool) -> Fake {
        let control = Arc::default();
        let backend =
            Backend { control: Arc::clone(&control), transactional, version: ServerVersion::new([1]) };
        Fake { control, backend: Arc::new(backend) }
    }

    pub(super) fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap()
    }

    /// What was carried out, without the own tables.
    pub(super) fn effects(&self) -> Vec<String> {
        self.control().stored.effects.iter().filter(|effect| !effect.contains("umbral_")).cloned().collect()
    }

    pub(super) fn rows(&self, table: &str) -> usize {
        self.control().stored.rows.get(table).map_or(0, Vec::len)
    }
}

impl Driver for Fake {
    fn backend(&self) -> &Arc<dyn DatabaseBackend> {
        &self.backend
    }

    fn execute(&self, _: Statement) -> BoxFuture<'_, Result<Done>> {
        unreachable!("migrations run on one connection")
    }

    fn query(&self, _: Statement, _: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        unreachable!("migrations run on one connection")
    }

    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        let connection =
            Link { control: Arc::clone(&self.control), open: None, discard: false, set: false, dead: false };
        Box::pin(async { Ok(Box::new(connection) as Box<dyn Connection>) })
    }

    fn try_migration_lock(&self) -> BoxFuture<'_, Result<Option<Box<dyn MigrationLock>>>> {
        let taken = std::mem::replace(&mut self.control().locked, true);
        let lock = (!taken).then(|| Box::new(Lock(Arc::clone(&self.control))) as Box<dyn MigrationLock>);
        Box::pin(async move { Ok(lock) })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

#[derive(Debug)]
struct Lock(Arc<Mutex<Control>>);

impl MigrationLock for Lock {}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.lock().unwrap().locked = false;
    }
}

#[derive(Debug)]
struct Link {
    control: Arc<Mutex<Control>>,
    open: Option<Stored>,
    discard: bool,
    /// Whether something outside of the transaction is set.
    set: bool,
    dead: bool,
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.set && !self.discard && !self.dead {
            self.control.lock().unwrap().leaked = true;
        }
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Connection, "the connection was lost")
}

impl Link {
    fn boundary(&mut self) -> Result<()> {
        let mut control = self.control.lock().unwrap();
        control.boundaries += 1;
        if control.die_at == Some(control.boundaries) {
            self.dead = true;
        }
        if self.dead { Err(lost()) } else { Ok(()) }
    }

    /// Sends a statement: a boundary, its effect, a boundary.
    async fn send<T>(&mut self, sql: &str, work: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        self.boundary()?;
        let hangs = {
            let mut control = self.control.lock().unwrap();
            control.sent.push(sql.to_owned());
            control.hang_on.as_deref() == Some(sql)
        };
        if hangs {
            std::future::pending::<()>().await;
        }
        let result = work(self)?;
        self.boundary()?;
        Ok(result)
    }

    /// Works on what the transaction sees, or on what is committed.
    fn stored<T>(&mut self, work: impl FnOnce(&mut Stored) -> T) -> T {
        match &mut self.open {
            Some(open) => work(open),
            None => work(&mut self.control.lock().unwrap().stored),
        }
    }

    fn carry_out(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        if sql == "set" || sql == "unset" {
            self.set = sql == "set";
            return Ok(());
        }
        let refused = self.control.lock().unwrap().refuse.iter().any(|word| word == sql);
        if refused {
            return Err(Error::new(ErrorKind::Statement, format!("`{sql}` is refused")));
        }
        if self.control.lock().unwrap().violate.iter().any(|word| word == sql) {
            let violation = Violation::new(ViolationKind::Exclusion);
            return Err(Error::violation(violation, format!("`{sql}` is violated")));
        }
        let set = self.set;
        self.stored(|stored| match sql.split(' ').collect::<Vec<_>>().as_slice() {
            ["INSERT", "INTO", table, ..] => {
                let columns = between(sql, '(', ')').split(", ").map(str::to_owned);
                let row = columns.zip(params.iter().cloned()).collect();
                stored.rows.get_mut(*table).ok_or_else(|| missing(table))?.push(row);
                Ok(())
            }
            ["DELETE", "FROM", table, ..] => {
                let key = pairs(sql, " WHERE ", " AND ", params);
                let rows = stored.rows.get_mut(*table).ok_or_else(|| missing(table))?;
                rows.retain(|row| !key.iter().all(|(name, value)| row.get(name) == Some(value)));
                Ok(())
            }
            ["UPDATE", table, ..] => {
                let (set, _) = sql.split_once(" WHERE ").unwrap();
                let set = pairs(set, " SET ", ", ", params);
                let key = pairs(sql, " WHERE ", " AND ", &params[set.len()..]);
                let rows = stored.rows.get_mut(*table).ok_or_else(|| missing(table))?;
                let row =
                    rows.iter_mut().find(|row| key.iter().all(|(name, value)| row.get(name) == Some(value)));
                row.unwrap().extend(set);
                Ok(())
            }
            _ => {
                let effect = if set { format!("{sql} (set)") } else { sql.to_owned() };
                if stored.effects.contains(&effect) && !sql.contains("repeatable") {
                    return Err(Error::new(ErrorKind::Statement, format!("`{sql}` twice")));
                }
                if let Some(table) = sql.strip_prefix("create umbral_") {
                    stored.rows.insert(format!("umbral_{table}"), Vec::new());
                }
                stored.effects.push(effect);
                Ok(())
            }
        })
    }
}

fn missing(table: &str) -> Error {
    Error::new(ErrorKind::Statement, format!("no table {table}"))
}

fn between(text: &str, open: char, close: char) -> &str {
    text.split_once(open).unwrap().1.split_once(close).unwrap().0
}

/// `a = ? AND b = ?` with its parameters.
fn pairs(sql: &str, after: &str, separator: &str, params: &[Value]) -> Vec<(String, Value)> {
    let terms = sql.split_once(after).unwrap().1.split(separator);
    terms.zip(params).map(|(term, value)| (term.trim_end_matches(" = ?").to_owned(), value.clone())).collect()
}

struct Line(Vec<Value>);

impl Row for Line {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        Ok(match &self.0[index] {
            Value::Text(text) => ValueRef::Text(text),
            Value::Integer(number) => ValueRef::Integer(i64::from(*number)),
            Value::BigInt(number) => ValueRef::Integer(*number),
            Value::TimestampTz(time) => ValueRef::TimestampTz(*time),
            _ => ValueRef::Null,
        })
    }
}

impl Connection for Link {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<Done>> {
        Box::pin(async move {
            let sql = Arc::clone(&statement.sql);
            self.send(&sql, |link| link.carry_out(&statement.sql, &statement.params)).await?;
            Ok(Done::default())
        })
    }

    fn query(
        &mut self,
        statement: Statement,
        mut sink: Box<dyn RowSink>,
    ) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move {
            let sql = Arc::clone(&statement.sql);
            let lines = self.send(&sql, |link| {
                if sql.starts_with("count") {
                    let count = link.control.lock().unwrap().offending;
                    return Ok(vec![vec![Value::BigInt(count)]]);
                }
                let (columns, table) = sql.strip_prefix("SELECT ").unwrap().split_once(" FROM ").unwrap();
                if link.control.lock().unwrap().late.take_if(|late| late == table).is_some() {
                    return Err(missing(table));
                }
                link.stored(|stored| {
                    let rows = stored.rows.get(table).ok_or_else(|| missing(table))?;
                    Ok(rows
                        .iter()
                        .map(|row| columns.split(", ").map(|name| row[name].clone()).collect())
                        .collect())
                })
            });
            for line in lines.await? {
                if sink.row(&Line(line))? == Flow::Stop {
                    break;
                }
            }
            Ok(sink)
        })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.send(sql, |link| link.carry_out(sql, &[])).await })
    }

    fn begin(&mut self, _: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            assert!(self.open.is_none());
            let begin = |link: &mut Link| {
                link.open = Some(link.control.lock().unwrap().stored.clone());
                Ok(())
            };
            self.send("BEGIN", begin).await
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let commit = |link: &mut Link| {
                let open = link.open.take().unwrap();
                link.control.lock().unwrap().stored = open;
                Ok(())
            };
            self.send("COMMIT", commit).await
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        self.open = None;
        let dead = self.dead;
        Box::pin(async move { if dead { Err(lost()) } else { Ok(()) } })
    }

    fn depth(&self) -> usize {
        usize::from(self.open.is_some())
    }

    fn set_discard(&mut self, discard: bool) {
        self.discard = discard;
    }
}

#[derive(Debug)]
struct Backend {
    control: Arc<Mutex<Control>>,
    transactional: bool,
    version: ServerVersion,
}

impl Planner for Backend {
    /// A table is created by one statement and each of its indexes by another; dropping a column needs something
    /// set outside of the transaction; a view in the catalogue makes adding a column need it too.
    fn plan(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan> {
        let mut plan = Plan { transactional: self.transactional, ..Plan::default() };
        let mut state = from.clone();
        for operation in operations {
            let viewed = !live.objects.is_empty() && matches!(operation, Operation::AddColumn(_));
            if viewed || matches!(operation, Operation::DropColumn(_)) {
                (plan.before, plan.after) = (vec!["set".into()], vec!["unset".into()]);
            }
            match operation {
                Operation::CreateTable(create) => {
                    let name = &create.table.name;
                    let mut made = Table { indexes: BTreeMap::new(), ..create.table.clone() };
                    let mut before = Schema::default();
                    let mut define = |sql: String, made: &Table| {
                        let after = Schema::new([made.clone()]);
                        let before = std::mem::replace(&mut before, after.clone());
                        plan.steps
                            .push(Step { sql, kind: StepKind::Define(CatalogChange { before, after }) });
                    };
                    define(format!("create {name}"), &made);
                    for (index_name, index) in &create.table.indexes {
                        made = made.with_index(index.clone());
                        define(format!("index {name} {index_name}"), &made);
                    }
                }
                Operation::AddConstraint(add)
                    if matches!(add.constraint.kind, ConstraintKind::Exclusion(_)) =>
                {
                    let refusal = Refusal {
                        message: format!("{} has rows that exclude each other", add.table),
                        find: Some("find them".into()),
                        hint: "move them".into(),
                    };
                    let sql = format!("exclude {}", add.constraint.name);
                    plan.steps.push(Step { sql, kind: StepKind::Constrain(refusal) });
                }
                Operation::AddConstraint(add) => {
                    let refusal = Refusal {
                        message: format!("{} has duplicates", add.table),
                        find: Some("find them".into()),
                        hint: "remove them".into(),
                    };
                    plan.steps.push(Step { sql: "count".into(), kind: StepKind::Refuse(refusal) });
                    plan.steps.push(Step::execute(operation.describe()));
                }
                Operation::RunSql(run) => {
                    let sql = run.forward["any"].clone();
                    plan.steps.push(Step { sql, kind: StepKind::Script });
                    plan.transactional = run.transactional;
                }
                other => plan.steps.push(Step::execute(other.describe())),
            }
            operation.apply(&mut state)?;
        }
        Ok(plan)
    }
}

impl Introspector for Backend {
    /// The tables that were created, with the indexes that were, of columns that all tables of these tests have.
    fn introspect<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>> {
        let _ = connection;
        let effects = self.control.lock().unwrap().stored.effects.clone();
        let mut schema = Schema::default();
        for effect in &effects {
            match effect.split(' ').collect::<Vec<_>>().as_slice() {
                ["create", name] => drop(schema.tables.insert((*name).to_owned(), table(name))),
                ["index", name, index] => {
                    let table = schema.tables.get_mut(*name).unwrap();
                    *table = table.clone().with_index(crate::schema::Index::new(*index, ["id"]));
                }
                _ => {}
            }
        }
        Box::pin(async { Ok(schema) })
    }

    fn live_catalog<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<LiveCatalog>> {
        let effects = self.control.lock().unwrap().stored.effects.clone();
        let view = LiveObject {
            kind: LiveObjectKind::View,
            name: "v".into(),
            table: "v".into(),
            sql: "create view".into(),
            broken: false,
        };
        // What the open transaction did shows too.
        let sent = self.control.lock().unwrap().sent.clone();
        let made = |all: &[String]| all.iter().any(|effect| effect == "make view");
        let objects =
            if made(&effects) || (connection.depth() > 0 && made(&sent)) { vec![view] } else { vec![] };
        Box::pin(async { Ok(LiveCatalog { objects, ..LiveCatalog::default() }) })
    }
}

/// A table as the tests use it.
pub(super) fn table(name: &str) -> Table {
    Table::new(name)
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("a", SqlType::Text).nullable())
        .with_primary_key(["id"])
}

impl Lookups for Backend {}

impl Dialect for Backend {
    fn select(&self, _: &SelectStatement) -> (String, Values) {
        unreachable!()
    }
    fn insert(&self, _: &InsertStatement) -> (String, Values) {
        unreachable!()
    }
    fn update(&self, _: &UpdateStatement) -> (String, Values) {
        unreachable!()
    }
    fn delete(&self, _: &DeleteStatement) -> (String, Values) {
        unreachable!()
    }
    fn quote_identifier(&self, name: &str) -> String {
        name.to_owned()
    }
    fn quote_text(&self, text: &str) -> String {
        format!("'{text}'")
    }
    fn placeholder(&self, _: usize) -> String {
        "?".to_owned()
    }
    fn literal_limit(&self) -> bool {
        false
    }
    fn expr(&self, expr: &Expr, _: ExprContext<'_>) -> Result<String> {
        Ok(expr.to_string())
    }
}

impl DatabaseBackend for Backend {
    fn name(&self) -> &'static str {
        "fake"
    }
    fn url_schemes(&self) -> &'static [&'static str] {
        &["fake"]
    }
    fn version(&self) -> &ServerVersion {
        &self.version
    }
    fn minimum_version(&self) -> ServerVersion {
        self.version.clone()
    }
    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend> {
        let control = Arc::clone(&self.control);
        Arc::new(Backend { control, transactional: self.transactional, version: version.clone() })
    }
    fn supports(&self, feature: BackendFeature) -> bool {
        feature != BackendFeature::TransactionalDdl || self.transactional
    }
    fn limits(&self) -> Limits {
        Limits::new(None, 100)
    }
    fn map_type(&self, _: &SqlType) -> Result<ColumnType> {
        Ok(ColumnType::Text)
    }
    fn type_name(&self, ty: &SqlType) -> Result<String> {
        Ok(ty.to_string())
    }
    fn dialect(&self) -> &dyn Dialect {
        self
    }
    fn planner(&self) -> &dyn Planner {
        self
    }
    fn introspector(&self) -> &dyn Introspector {
        self
    }
    fn normalize(&self, schema: &Schema) -> Schema {
        schema.clone()
    }
    fn connect<'a>(
        &'a self,
        _: &'a DatabaseUrl,
        _: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(async { Err(lost()) })
    }
}

/// How long the tests wait for a lock.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);
