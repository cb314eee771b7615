//! The laws that need no database.

use super::runner;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::cell::RefCell;
use umbral::migrations::{Migration, Operation, Renames, diff, optimize};
use umbral::schema::Schema;
use umbral_testkit::schemas::{Change, Coverage, Space, tour};

pub(super) fn fail(reason: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::fail(format!("{reason:?}"))
}

#[test]
fn undoing_an_operation_restores_the_schema() {
    let space = Space::everything();
    let coverage = RefCell::new(Coverage::default());
    let law = |change: umbral_testkit::schemas::Change| {
        let mut state = change.before;
        for operation in &change.operations {
            coverage.borrow_mut().count(operation, &state);
            let before = state.clone();
            let inverse = operation.invert(&before).map_err(fail)?;
            operation.apply(&mut state).map_err(fail)?;
            let mut undone = state.clone();
            inverse.apply(&mut undone).map_err(fail)?;
            prop_assert_eq!(&undone, &before, "{:?} undone by {:?}", operation, inverse);
        }
        prop_assert_eq!(state, change.after);
        Ok(())
    };
    space.types.iter().for_each(|ty| law(tour(&space, ty)).unwrap());
    runner(2000).run(&space.changes(), law).unwrap();
    let (share, missed) = coverage.borrow().report(&space);
    println!("{share}");
    assert!(missed.is_empty(), "never reached: {missed:?}");
}

#[test]
fn a_refused_operation_changes_nothing() {
    let law = |(change, other): (umbral_testkit::schemas::Change, umbral_testkit::schemas::Change)| {
        for operation in &change.operations {
            let mut state = other.before.clone();
            if operation.apply(&mut state).is_err() {
                prop_assert_eq!(&state, &other.before, "{:?}", operation);
            }
        }
        Ok(())
    };
    let space = Space::everything();
    runner(500).run(&(space.changes(), space.changes()), law).unwrap();
}

#[test]
fn operations_survive_a_migration_file() {
    let law = |change: umbral_testkit::schemas::Change| {
        let migration = Migration { operations: change.operations, ..Migration::new("law", "0001") };
        let text = migration.to_toml();
        prop_assert_eq!(Migration::from_toml(&text, "law").map_err(|error| fail((error, &text)))?, migration);
        Ok(())
    };
    runner(500).run(&Space::everything().changes(), law).unwrap();
}

pub(super) fn applied(operations: &[Operation], to: &Schema) -> Result<Schema, TestCaseError> {
    let mut state = to.clone();
    for operation in operations {
        operation.apply(&mut state).map_err(|error| fail((error, operations)))?;
    }
    Ok(state)
}

/// What a person would say about the change.
pub(super) fn renames(change: &Change) -> Renames {
    let tables = change.renamed_tables.iter();
    let renames = tables.fold(Renames::none(), |renames, (from, to)| renames.table(from, to));
    let columns = change.renamed_columns.iter();
    let renames = columns.fold(renames, |renames, (table, from, to)| renames.column(table, from, to));
    let labels = change.renamed_labels.iter();
    labels.fold(renames, |renames, (table, column, from, to)| renames.label(table, column, from, to))
}

#[test]
fn the_differences_lead_from_one_schema_to_the_other() {
    let law = |change: Change| {
        let found = diff(&change.before, &change.after, &renames(&change));
        if !change.is_sound() {
            prop_assert!(found.is_err(), "{:?}", found);
            return Ok(());
        }
        let operations = found.map_err(fail)?;
        prop_assert_eq!(&applied(&operations, &change.before)?, &change.after, "{:#?}", operations);
        prop_assert_eq!(diff(&change.before, &change.after, &renames(&change)).map_err(fail)?, operations);
        prop_assert_eq!(diff(&change.after, &change.after, &Renames::none()).map_err(fail)?, []);
        Ok(())
    };
    runner(2000).run(&Space::everything().changes(), law).unwrap();
}

#[test]
fn there_is_a_way_between_any_two_schemas() {
    let law = |(from, to): (Schema, Schema)| {
        let operations = diff(&from, &to, &Renames::none()).map_err(fail)?;
        prop_assert_eq!(applied(&operations, &from)?, to, "{:#?}", operations);
        Ok(())
    };
    let space = Space::everything();
    runner(2000).run(&(space.schemas(), space.schemas()), law).unwrap();
}

#[test]
fn optimized_operations_do_the_same() {
    let saved = RefCell::new((0, 0));
    let law = |change: Change| {
        let whole = [
            diff(&Schema::default(), &change.before, &Renames::none()).map_err(fail)?,
            change.operations.clone(),
        ];
        for (operations, start) in
            [(whole.concat(), Schema::default()), (change.operations.clone(), change.before)]
        {
            let optimized = optimize(operations.clone());
            prop_assert_eq!(&applied(&optimized, &start)?, &change.after, "{:#?}", optimized);
            prop_assert_eq!(&optimize(optimized.clone()), &optimized);
            prop_assert!(optimized.len() <= operations.len());
            let mut saved = saved.borrow_mut();
            *saved = (saved.0 + operations.len(), saved.1 + optimized.len());
        }
        Ok(())
    };
    runner(2000).run(&Space::everything().changes(), law).unwrap();
    let (before, after) = *saved.borrow();
    println!("{before} operations became {after}");
    assert!(after * 10 < before * 9, "next to nothing was merged: {before} became {after}");
}
