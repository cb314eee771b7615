//! Migrations that are found between random schemas, in several applications.

use super::*;
use crate::laws::runner;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::collections::BTreeSet;
use umbral::migrations::autodetect::{Backfill, ColumnRename, TableRename};
use umbral::migrations::{AutodetectOptions, Checksum, Models, NoInput, Questioner, autodetect};
use umbral::schema::Schema;
use umbral_testkit::schemas::{Change, Space};

/// Denies every rename that is not declared, and gives rows no values.
struct No;

impl Questioner for No {
    fn table_renamed(&mut self, _: &TableRename<'_>) -> umbral::Result<bool> {
        Ok(false)
    }

    fn column_renamed(&mut self, _: &ColumnRename<'_>) -> umbral::Result<bool> {
        Ok(false)
    }

    fn backfill(&mut self, _: &Backfill<'_>) -> umbral::Result<Option<Expr>> {
        Ok(None)
    }
}

/// The schema as models of three applications, by the tables' places.
fn models(schema: &Schema, apps: usize) -> Models {
    let owned = schema.tables.values().enumerate();
    owned.fold(Models::default(), |models, (place, table)| {
        models.with(format!("app{}", place % apps), table.clone())
    })
}

fn fail(reason: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::fail(format!("{reason:?}"))
}

/// Finds the migrations, and reads them back from their text.
fn found(set: &MigrationSet, models: &Models) -> Result<(Vec<String>, MigrationSet), TestCaseError> {
    let new = autodetect(set, models, &mut No, &AutodetectOptions::default()).map_err(fail)?;
    let texts: Vec<String> = new.iter().map(Migration::to_toml).collect();
    let read: Result<Vec<Migration>, _> = texts.iter().map(|text| Migration::from_toml(text, "f")).collect();
    let read = read.map_err(|error| fail((error, &texts)))?;
    for (new, read) in new.iter().zip(&read) {
        prop_assert_eq!(Checksum::of(new), Checksum::of(read));
    }
    let set = MigrationSet::new(set.iter().cloned().chain(read)).map_err(fail)?;
    Ok((texts, set))
}

fn joins_equal_types(schema: &Schema) -> bool {
    let ty =
        |table: &str, column: &str| schema.tables.get(table)?.columns.get(column).map(|column| &column.ty);
    schema.tables.values().all(|table| {
        table.foreign_keys().all(|key| {
            let mut pairs = key.columns.iter().zip(&key.references);
            pairs.all(|(column, referenced)| ty(&table.name, column) == ty(&key.table, referenced))
        })
    })
}

/// Cases: 42.
#[test]
fn migrations_lead_to_the_models_whatever_the_applications() {
    let law = |(change, apps): (Change, usize)| {
        let (_, first) = found(&MigrationSet::default(), &models(&change.before, apps))?;
        prop_assert_eq!(&first.state().map_err(fail)?.schema, &change.before);
        // Models cannot say that a foreign key joins different types, and it is refused where a schema does.
        if change.after.tables.is_empty() || !joins_equal_types(&change.after) {
            return Ok(());
        }
        let mut after = models(&change.after, apps);
        for (from, to) in &change.renamed_tables {
            after = after.with_renamed_table(to, from);
        }
        for (table, from, to) in &change.renamed_columns {
            after = after.with_renamed_column(table, to, from);
        }
        let (texts, second) = found(&first, &after)?;
        prop_assert_eq!(&second.state().map_err(fail)?.schema, &change.after);
        prop_assert_eq!(found(&first, &after)?.0, texts, "another run gives other texts");
        let again = autodetect(&second, &after, &mut NoInput, &AutodetectOptions::default());
        prop_assert_eq!(again.map_err(fail)?, vec![]);
        second.check_leaves().map_err(fail)?;
        let numbers: BTreeSet<_> = second.iter().map(|it| (&it.id.app, it.id.number())).collect();
        prop_assert_eq!(numbers.len(), second.len(), "a number is given twice");
        Ok(())
    };
    let space = Space { tables: 6, ..Space::everything() };
    runner(400).run(&(space.changes(), 1..4usize), law).unwrap();
}
