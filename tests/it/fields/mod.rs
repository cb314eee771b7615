//! The Rust types that fields may have, on live databases.

mod choices;
mod contents;
mod embedded;
mod exact;
mod generated;
mod keys;
mod native;
mod newtypes;
mod std_types;
mod stored;

use std::fmt::Write;
use umbral::backend::LiveCatalog;
use umbral::migrations::{Renames, diff};
use umbral::model::Registry;
use umbral::prelude::*;
use umbral::schema::Schema;
use umbral_testkit::{TestDatabase, create_tables};

/// A database with the tables of these models.
async fn with_tables(database: &TestDatabase, models: &Registry) -> Db {
    let db = database.db().await;
    create_tables(&db, models).await.unwrap();
    db
}

/// The SQL that creates the tables of these models, one statement a line.
fn tables_sql(db: &Db, models: &Registry) -> String {
    let schema = models.schema(Some(db.backend().name())).unwrap();
    let operations = diff(&Schema::default(), &schema, &Renames::default()).unwrap();
    let plan = db.backend().planner().plan(&operations, &Schema::default(), &LiveCatalog::default()).unwrap();
    plan.steps.iter().fold(String::new(), |mut text, step| {
        writeln!(text, "{}", step.sql).unwrap();
        text
    })
}

/// Keeps the SQL that creates the tables of these models on the database that is connected.
fn assert_tables(db: &Db, name: &str, models: &Registry) {
    let backend = db.backend().name();
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(format!("{name}_{backend}"), tables_sql(db, models));
    });
}
