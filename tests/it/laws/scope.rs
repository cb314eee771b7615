//! The laws of tables that stand on some backends only.

use super::pure::{applied, fail};
use super::runner;
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;
use umbral::migrations::{Renames, diff, scoped};
use umbral::schema::Schema;
use umbral_testkit::schemas::{Change, Space};

/// Lets each table stand on all backends, on `here`, on `there`, or on both, as a number for each says.
fn placed(mut schema: Schema, places: &[usize]) -> Schema {
    for (table, place) in schema.tables.values_mut().zip(places.iter().cycle()) {
        let backends = [&[][..], &["here"], &["there"], &["here", "there"]][*place];
        *table = std::mem::take(table).with_backends(backends.iter().copied());
    }
    schema
}

fn places() -> impl Strategy<Value = Vec<usize>> {
    vec(0..4_usize, 4..=4)
}

#[test]
fn on_each_backend_the_differences_lead_from_what_is_there_to_what_is_there() {
    let changed = Cell::new(0);
    let law = |(from, to, before, after): (Schema, Schema, Vec<usize>, Vec<usize>)| {
        let (from, to) = (placed(from, &before), placed(to, &after));
        let operations = diff(&from, &to, &Renames::none()).map_err(fail)?;
        prop_assert_eq!(applied(&operations, &from)?, to.clone(), "{:#?}", operations);
        for backend in ["here", "there", "elsewhere"] {
            let there = scoped(&operations, &from, backend).map_err(fail)?;
            prop_assert_eq!(
                applied(&there, &from.on(backend))?.seen_on(backend),
                to.seen_on(backend),
                "{}: {:#?}",
                backend,
                there
            );
            changed.set(changed.get() + usize::from(there != operations));
        }
        Ok(())
    };
    let space = Space::everything();
    runner(500).run(&(space.schemas(), space.schemas(), places(), places()), law).unwrap();
    assert!(changed.get() > 300, "only {} were others on a backend", changed.get());
}

#[test]
fn on_each_backend_a_change_and_its_undoing_do_what_they_do_everywhere() {
    let law = |(change, places): (Change, Vec<usize>)| {
        if !change.is_sound() {
            return Ok(());
        }
        let before = placed(change.before, &places);
        let after = applied(&change.operations, &before)?;
        let mut state = before.clone();
        let mut back = Vec::new();
        for operation in &change.operations {
            back.insert(0, operation.invert(&state).map_err(fail)?);
            operation.apply(&mut state).map_err(fail)?;
        }
        for backend in ["here", "there", "elsewhere"] {
            let there = scoped(&change.operations, &before, backend).map_err(fail)?;
            prop_assert_eq!(
                applied(&there, &before.on(backend))?.seen_on(backend),
                after.seen_on(backend),
                "{:#?}",
                there
            );
            let undone = scoped(&back, &after, backend).map_err(fail)?;
            prop_assert_eq!(
                applied(&undone, &after.on(backend))?.seen_on(backend),
                before.seen_on(backend),
                "{:#?}",
                undone
            );
        }
        Ok(())
    };
    runner(500).run(&(Space::everything().changes(), places()), law).unwrap();
}
