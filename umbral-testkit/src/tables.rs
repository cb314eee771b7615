//! Tables, straight from models or operations.

use std::collections::BTreeSet;
use umbral_core::Result;
use umbral_core::backend::{Driver, LiveCatalog, Statement, StepKind};
use umbral_core::db::Db;
use umbral_core::migrations::{Operation, Renames, diff};
use umbral_core::model::Registry;
use umbral_core::schema::{Schema, SqlType};

/// Creates the tables of models in an empty database, for a test that is about queries and not about migrations.
///
/// ```no_run
/// # async fn example(db: &umbral_core::db::Db) -> umbral_core::Result<()> {
/// use umbral_core::model::Registry;
///
/// umbral_testkit::create_tables(db, &Registry::linked()).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Registry::schema`], [`diff`](fn@diff), [`Planner::plan`](umbral_core::backend::Planner::plan), and what the database
/// refuses.
pub async fn create_tables(db: &Db, models: &Registry) -> Result<()> {
    let schema = models.schema(Some(db.backend().name()))?;
    let operations = diff(&Schema::default(), &schema, &Renames::default())?;
    apply(db.driver(), &operations, &Schema::default()).await
}

/// Makes types known to a database that does not know them by itself, as its owner would.
///
/// # Errors
/// What the database refuses.
pub async fn set_up_types(driver: &dyn Driver, types: &[SqlType]) -> Result<()> {
    let statements: BTreeSet<String> =
        types.iter().filter_map(|ty| driver.backend().type_setup(ty)).collect();
    for statement in statements {
        driver.execute(Statement::new(statement)).await?;
    }
    Ok(())
}

/// Plans operations against the state before them, and runs the steps.
pub(crate) async fn apply(driver: &dyn Driver, operations: &[Operation], from: &Schema) -> Result<()> {
    let plan = driver.backend().planner().plan(operations, from, &LiveCatalog::default())?;
    let mut connection = driver.acquire().await?;
    for step in plan.steps {
        match step.kind {
            StepKind::Execute | StepKind::Define(_) | StepKind::Rows | StepKind::Constrain(_) => {
                connection.execute(Statement::new(step.sql)).await?;
            }
            StepKind::Script => connection.execute_script(&step.sql).await?,
            // What would refuse is rows that exist.
            StepKind::Refuse(_) => {}
        }
    }
    Ok(())
}
