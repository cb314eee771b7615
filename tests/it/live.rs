//! Operations on a live database whose schema is known.

use umbral::backend::standard::rows::{Cell, fetch_cells};
use umbral::backend::{Connection, Driver, Plan, Refusal, Statement, StepKind, TransactionOptions};
use umbral::migrations::Operation;
use umbral::schema::Schema;
use umbral::{Error, ErrorKind, Result};
use umbral_testkit::TestDatabase;

/// A database whose schema is changed by operations, and known.
pub struct Live {
    pub driver: Box<dyn Driver>,
    pub schema: Schema,
}

impl Live {
    pub async fn on(database: &TestDatabase) -> Live {
        Live { driver: database.connect().await, schema: Schema::default() }
    }

    /// Applies operations, in one transaction where the plan allows it, and looks whether the database is then what the
    /// operations say. Where they are refused, it is what it was, and the refusal is the error's source.
    pub async fn apply(&mut self, operations: &[Operation]) -> Result<()> {
        let mut connection = self.driver.acquire().await?;
        let introspector = self.driver.backend().introspector();
        let live = introspector.live_catalog(connection.as_mut()).await?;
        let plan = self.driver.backend().planner().plan(operations, &self.schema, &live)?;
        for sql in &plan.before {
            connection.execute(Statement::new(sql.as_str())).await?;
        }
        if plan.transactional {
            connection.begin(TransactionOptions::default()).await?;
        }
        let outcome = run(connection.as_mut(), &plan).await;
        if plan.transactional && outcome.is_ok() {
            connection.commit().await?;
        } else if connection.depth() > 0 {
            connection.rollback().await?;
        }
        for sql in &plan.after {
            connection.execute(Statement::new(sql.as_str())).await?;
        }
        drop(connection);
        if outcome.is_ok() {
            for operation in operations {
                operation.apply(&mut self.schema)?;
            }
        }
        self.check().await;
        outcome
    }

    /// That the database is what its operations said.
    pub async fn check(&self) {
        let mut connection = self.driver.acquire().await.unwrap();
        let backend = self.driver.backend();
        let found = backend.introspector().introspect(connection.as_mut()).await.unwrap();
        let expected = backend.normalize(&self.schema);
        for (name, table) in &expected.tables {
            let found = found.tables.get(name).unwrap_or_else(|| panic!("no table {name}"));
            for (name, column) in &table.columns {
                assert_eq!(found.columns.get(name), Some(column));
            }
            for (name, constraint) in &table.constraints {
                assert_eq!(found.constraints.get(name), Some(constraint));
            }
            assert_eq!(found, table);
        }
        assert_eq!(found, expected);
    }

    pub async fn execute(&self, sql: &str) {
        let executed = self.driver.execute(Statement::new(sql)).await;
        executed.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    pub async fn script(&self, sql: &str) {
        self.driver.acquire().await.unwrap().execute_script(sql).await.unwrap();
    }

    /// The first column of a query, as text; NULL as `None`.
    pub async fn column(&self, sql: &str) -> Vec<Option<String>> {
        let mut connection = self.driver.acquire().await.unwrap();
        let rows = fetch_cells(connection.as_mut(), Statement::new(sql)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        rows.into_iter()
            .map(|row| match &row[0] {
                Cell::Null => None,
                Cell::Integer(number) => Some(number.to_string()),
                Cell::Text(text) => Some(text.clone()),
            })
            .collect()
    }

    pub async fn one(&self, sql: &str) -> String {
        self.column(sql).await.remove(0).unwrap()
    }
}

/// The rows that stand against a change, found before it.
#[derive(Debug)]
pub struct Refused {
    pub refusal: Refusal,
    pub count: i64,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.count, self.refusal.message)
    }
}

impl std::error::Error for Refused {}

/// What refused, out of the error of [`Live::apply`].
pub fn refused(error: &Error) -> &Refused {
    let source = std::error::Error::source(error);
    source.and_then(|source| source.downcast_ref()).unwrap_or_else(|| panic!("no refusal: {error:?}"))
}

fn against(refusal: &Refusal, count: i64) -> Error {
    let error = Error::new(ErrorKind::Migration, refusal.message.clone());
    error.with_source(Refused { refusal: refusal.clone(), count })
}

async fn run(connection: &mut dyn Connection, plan: &Plan) -> Result<()> {
    for step in &plan.steps {
        let doing = |error: Error| error.context(step.sql.clone());
        match &step.kind {
            StepKind::Execute | StepKind::Define(_) | StepKind::Rows => {
                connection.execute(Statement::new(step.sql.as_str())).await.map(|_| ()).map_err(doing)?
            }
            StepKind::Script => connection.execute_script(&step.sql).await.map_err(doing)?,
            StepKind::Constrain(refusal) => {
                let executed = connection.execute(Statement::new(step.sql.as_str())).await;
                executed.map_err(|error| match error.kind() {
                    // The database stops at the first.
                    ErrorKind::Violation => against(refusal, 1),
                    _ => doing(error),
                })?;
            }
            StepKind::Refuse(refusal) => {
                let statement = Statement::new(step.sql.as_str());
                let rows = fetch_cells(connection, statement).await.map_err(doing)?;
                let count = rows[0][0].integer().unwrap();
                if count > 0 {
                    return Err(against(refusal, count));
                }
            }
        }
    }
    Ok(())
}
