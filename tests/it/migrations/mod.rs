//! Migrations on live databases, with rows in the tables.

mod ahead;
mod attributes;
mod backends;
mod by_hand;
mod choices;
mod collations;
mod crashes;
mod decimals;
mod drawn;
mod embedded;
mod enums;
mod errors;
mod faked;
mod folded;
mod generated;
mod keys;
mod labels;
mod many;
mod migrators;
mod million;
mod rows;
mod shapes;
mod sqlite;
mod starved;
mod survived;
mod swapped;

use std::collections::BTreeMap;
use umbral::backend::standard::rows::{Cell, fetch_cells};
use umbral::backend::{Driver, Statement};
use umbral::migrations::operations::{
    AddColumn, AddConstraint, AddIndex, AlterColumn, CreateTable, DropColumn, RenameColumn, RenameTable,
    RunSql,
};
use umbral::migrations::{
    Migration, MigrationExecutor, MigrationId, MigrationSet, OWN_TABLES, Operation, Target,
};
use umbral::schema::{
    Column, Constraint, Expr, ForeignKey, Index, ReferentialAction, Schema, SqlType, Table,
};

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

/// A column from its type as migration files hold it; `?` behind it lets it accept NULL.
fn column(name: &str, ty: &str) -> Column {
    let column = Column::new(name, ty.trim_end_matches('?').parse().unwrap());
    if ty.ends_with('?') { column.nullable() } else { column }
}

/// A table with a key `id` that the test gives, and these columns.
fn table(name: &str, columns: &[(&str, &str)]) -> Table {
    let table = Table::new(name).with_column(Column::new("id", SqlType::BigInt)).with_primary_key(["id"]);
    columns.iter().fold(table, |table, (name, ty)| table.with_column(column(name, ty)))
}

fn references(table: &str, columns: &str, target: &str) -> Constraint {
    let key = ForeignKey {
        columns: vec![columns.into()],
        table: target.into(),
        references: vec!["id".into()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Constraint::foreign_key(format!("{table}_{columns}_fk"), key)
}

fn create(table: Table) -> Operation {
    Operation::CreateTable(CreateTable { table })
}

fn add_column(table: &str, column: Column, backfill: Option<&str>) -> Operation {
    Operation::AddColumn(AddColumn { table: table.into(), column, backfill: backfill.map(expr) })
}

fn rename_column(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameColumn(RenameColumn { table: table.into(), from: from.into(), to: to.into() })
}

fn rename_table(from: &str, to: &str) -> Operation {
    Operation::RenameTable(RenameTable { from: from.into(), to: to.into() })
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn(DropColumn { table: table.into(), column: column.into() })
}

fn alter_column(table: &str, from: Column, to: Column) -> Operation {
    Operation::AlterColumn(AlterColumn { table: table.into(), from, to, backfill: None })
}

fn add_index(table: &str, index: Index) -> Operation {
    Operation::AddIndex(AddIndex { table: table.into(), index })
}

fn add_constraint(table: &str, constraint: Constraint) -> Operation {
    Operation::AddConstraint(AddConstraint { table: table.into(), constraint })
}

fn run_sql(forward: &str, backward: &str) -> Operation {
    Operation::RunSql(RunSql {
        description: String::new(),
        forward: BTreeMap::from([("any".into(), forward.into())]),
        backward: BTreeMap::from([("any".into(), backward.into())]),
        transactional: true,
    })
}

/// Migrations of one application, `shop`, each standing on the one before: `0001`, `0002` and so on.
fn chain(migrations: impl IntoIterator<Item = Vec<Operation>>) -> MigrationSet {
    let mut before: Option<MigrationId> = None;
    let migrations = migrations.into_iter().enumerate().map(|(index, operations)| {
        let mut migration = Migration::new("shop", format!("{:04}", index + 1));
        migration.dependencies.extend(before.replace(migration.id.clone()));
        Migration { operations, ..migration }
    });
    MigrationSet::new(migrations).unwrap()
}

fn to(name: &str) -> Target {
    if name == "zero" { Target::Zero("shop".into()) } else { Target::To(MigrationId::new("shop", name)) }
}

async fn migrate(driver: &dyn Driver, set: &MigrationSet, target: &Target) -> umbral::Result<Vec<String>> {
    let report = MigrationExecutor::new(driver, set).migrate(target).await?;
    Ok(report.done.iter().map(|(id, direction, _)| format!("{direction} {}", id.name)).collect())
}

async fn execute(driver: &dyn Driver, sql: &str) {
    let done = driver.execute(Statement::new(sql)).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// The rows of a query, each as its values with a bar between.
async fn rows(driver: &dyn Driver, sql: &str) -> Vec<String> {
    let mut connection = driver.acquire().await.unwrap();
    let cells = fetch_cells(connection.as_mut(), Statement::new(sql)).await;
    let cells = cells.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let text = |cell: &Cell| match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    };
    cells.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}

/// The shape of the database, without umbral's own tables.
async fn shape(driver: &dyn Driver) -> Schema {
    let mut connection = driver.acquire().await.unwrap();
    let mut schema = driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
    schema.tables.retain(|name, _| !OWN_TABLES.contains(&name.as_str()));
    schema
}

/// Checks that the database has the shape that the applied migrations add up to, and that nothing is left half done.
async fn check(driver: &dyn Driver, set: &MigrationSet) {
    check_beside(driver, set, &[]).await;
}

/// The same, beside indexes that only the SQL of a `run_sql` made.
async fn check_beside(driver: &dyn Driver, set: &MigrationSet, indexes: &[&str]) {
    let status = MigrationExecutor::new(driver, set).status().await.unwrap();
    assert_eq!(status.interrupted, None);
    let applied: Vec<MigrationId> = status.applied.into_iter().map(|applied| applied.id).collect();
    let state = set.state_of(|id| applied.contains(id)).unwrap();
    let mut live = shape(driver).await;
    for table in live.tables.values_mut() {
        table.indexes.retain(|name, _| !indexes.contains(&name.as_str()));
    }
    assert_eq!(live, driver.backend().normalize(&state.schema));
}
