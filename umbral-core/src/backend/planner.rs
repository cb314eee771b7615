//! Operations to statements.

use super::{CatalogChange, LiveCatalog};
use crate::error::Result;
use crate::migrations::Operation;
use crate::schema::Schema;

/// Turns operations into the statements of one database.
pub trait Planner: Send + Sync {
    /// The statements that carry out `operations` one after the other on a database whose state is `from`.
    ///
    /// `live` is what stands in the database beside the schema (triggers, views, options of tables); empty when
    /// there is no database, as for `sqlmigrate`.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for what the database cannot do,
    /// [`ErrorKind::Schema`](crate::error::ErrorKind::Schema) where an operation does not fit the state. Nothing
    /// panics.
    fn plan(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan>;
}

/// The statements of a migration, or of a part of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Statements that run on the same connection before its transaction begins, such as
    /// `PRAGMA foreign_keys = OFF`.
    pub before: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Statements that run on every way out, after the transaction has ended, such as `PRAGMA foreign_keys = ON`.
    pub after: Vec<String>,
    /// Whether all steps can run in one transaction that leaves nothing behind when it fails.
    pub transactional: bool,
}

/// One statement of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The statement, without parameters.
    pub sql: String,
    /// What it is for.
    pub kind: StepKind,
}

/// What a step's statement is for.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// It changes the database.
    Execute,
    /// It changes tables, all of it or nothing. Outside of a transaction, the catalogue tells whether it took effect.
    Define(CatalogChange),
    /// It changes rows and nothing else: where the plan as a whole has no transaction, it has one of its own, together
    /// with the note that it was carried out.
    Rows,
    /// It changes the database and may hold several statements, as the text of a `run_sql` does.
    Script,
    /// It demands something of every row: that the database finds one which violates it refuses the migration.
    Constrain(Refusal),
    /// It is a query; any row that it returns refuses the migration before anything that follows. The first value
    /// of its first row is shown as the count of offending rows when it is an integer; a count of 0 is no refusal.
    Refuse(Refusal),
}

/// Why a migration is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// What is wrong: `book.isbn holds NULL, and is to become NOT NULL`.
    pub message: String,
    /// A query that finds the offending rows.
    pub find: Option<String>,
    /// What to do.
    pub hint: String,
}

impl Step {
    /// A statement that changes the database.
    pub fn execute(sql: impl Into<String>) -> Step {
        Step { sql: sql.into(), kind: StepKind::Execute }
    }
}
