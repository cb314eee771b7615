//! The laws on live databases, with rows in the tables.

use super::{cases_on, runner};
use crate::laws::pure::renames;
use crate::laws::tables::{Contents, insert, read, values};
use proptest::prelude::*;
use proptest::strategy::{Strategy, ValueTree};
use std::collections::{BTreeMap, BTreeSet};
use umbral::backend::Driver;
use umbral::migrations::operations::{AlterColumn, CreateTable};
use umbral::migrations::{
    Migration, MigrationExecutor, MigrationId, MigrationSet, OWN_TABLES, Operation, Renames, Target, diff,
};
use umbral::schema::{Column, Expr, Schema, SqlType, Table};
use umbral::value::Value;
use umbral::{Error, ErrorKind};
use umbral_testkit::schemas::{Change, Coverage, Space, TableRows, Tape, rows, tour};
use umbral_testkit::{TestDatabase, TestEngine, each_engine, set_up_types};

const APP: &str = "law";

/// How many changes an engine is put through, at most.
const CASES: u32 = 150;

/// What became of the changes.
#[derive(Debug, Default)]
struct Tally {
    changes: usize,
    /// Refused, with nothing changed: the rows or the database stand against it.
    refused: usize,
    /// Schemas that the database cannot hold, with nothing of them made.
    unsupported: usize,
    rows: usize,
    values: usize,
    coverage: Coverage,
}

/// Cases: 44.
#[test]
fn a_live_database_is_what_its_operations_say_and_keeps_its_rows() {
    each_engine(async |database| {
        let driver = database.connect().await;
        let backend = driver.backend();
        let space = Space::on(backend.as_ref());
        set_up_types(driver.as_ref(), &space.types).await.unwrap();
        let mut tally = Tally::default();
        let mut runner = runner(cases_on(backend.as_ref(), CASES));
        // Every other change is made by what the differ makes of it, without what it did in between.
        let strategy = (space.populated_changes(), any::<bool>()).prop_map(|((change, rows), by_differ)| {
            let by_differ = by_differ && change.is_sound() && change.has_differences();
            (if by_differ { found(change) } else { change }, rows)
        });
        for _ in 0..runner.config().cases {
            let mut tree = strategy.new_tree(&mut runner).unwrap();
            let Err(error) = case(database, driver.as_ref(), tree.current(), &mut tally).await else {
                continue;
            };
            // What is found may have ended the server, and leave none to look for a smaller case on.
            println!("{}, before it is made smaller: {}", database.label(), told(&tree.current(), &error));
            let (case, error) = shrink(database, &mut tree, error).await;
            panic!("{}: {}", database.label(), told(&case, &error));
        }
        let (by_chance, _) = tally.coverage.report(&space);
        for ty in &space.types {
            let change = tour(&space, ty);
            let rows = rows(&change.before, &mut Tape::new((0..200).collect()));
            if let Err(error) = case(database, driver.as_ref(), (change, rows), &mut tally).await {
                panic!("{}, every operation on {ty}: {error}", database.label());
            }
        }
        let (share, missed) = tally.coverage.report(&space);
        println!(
            "{}: {} changes ({} refused with nothing changed), {} schemas it cannot hold, {} rows, {} values read back; {by_chance} by chance, and by \
             a tour of each type {share}",
            database.label(),
            tally.changes,
            tally.refused,
            tally.unsupported,
            tally.rows,
            tally.values
        );
        assert!(missed.is_empty(), "never reached: {missed:?}");
        assert_eq!(tally.unsupported, 0, "{tally:?}");
        driver.close().await;
    });
}

/// A case that failed.
fn told((change, rows): &(Change, Vec<TableRows>), error: &str) -> String {
    let operations: Vec<String> = change.operations.iter().map(|op| format!("{op:?}")).collect();
    let tables: Vec<String> = change.before.tables.values().map(|table| format!("{table:?}")).collect();
    let (tables, operations) = (tables.join("\n"), operations.join("\n"));
    format!("{error}\n\nbefore:\n{tables}\n\noperations:\n{operations}\n\n{rows:?}")
}

/// The smallest case that fails, within bounds, each on a database of its own.
async fn shrink<T: ValueTree<Value = (Change, Vec<TableRows>)>>(
    like: &TestDatabase,
    tree: &mut T,
    mut error: String,
) -> (T::Value, String) {
    let mut smallest = tree.current();
    for _ in 0..100 {
        let fresh = |engine: &TestEngine| engine.database().filter(|fresh| fresh.label() == like.label());
        let Some(database) = TestEngine::chosen().iter().find_map(fresh) else { break };
        let driver = database.connect().await;
        set_up_types(driver.as_ref(), &Space::on(driver.backend().as_ref()).types).await.unwrap();
        let failed = case(&database, driver.as_ref(), tree.current(), &mut Tally::default()).await;
        driver.close().await;
        let moved = match failed {
            Err(found) => {
                (smallest, error) = (tree.current(), found);
                tree.simplify()
            }
            Ok(()) => tree.complicate(),
        };
        if !moved {
            break;
        }
    }
    (smallest, error)
}

/// The change as the differ finds it. Where there were values to give to rows, they are given again.
fn found(change: Change) -> Change {
    let given = |operation: &Operation| match operation {
        Operation::AddColumn(add) => add.backfill.clone().map(|value| (add.column.clone(), value)),
        Operation::AlterColumn(alter) => alter.backfill.clone().map(|value| (alter.to.clone(), value)),
        _ => None,
    };
    let given: Vec<_> = change.operations.iter().filter_map(given).collect();
    let value =
        |column: &Column| given.iter().find(|(other, _)| other == column).map(|(_, value)| value.clone());
    let mut operations = diff(&change.before, &change.after, &renames(&change)).unwrap();
    for operation in &mut operations {
        match operation {
            Operation::AddColumn(add) => add.backfill = value(&add.column),
            Operation::AlterColumn(alter) => alter.backfill = value(&alter.to),
            _ => {}
        }
    }
    Change { operations, ..change }
}

async fn case(
    database: &TestDatabase,
    driver: &dyn Driver,
    (change, rows): (Change, Vec<TableRows>),
    tally: &mut Tally,
) -> Result<(), String> {
    let set = MigrationSet::new(migrations(&change)).map_err(show("the set"))?;
    let executor = MigrationExecutor::new(driver, &set);
    let (first, second) = (to("0001_initial"), to("0002_change"));

    match executor.migrate(&first).await {
        Ok(_) => {}
        Err(error) if error.is_unsupported() => {
            tally.unsupported += 1;
            println!("{} cannot hold: {error}", database.label());
            return expect(driver, &Schema::default(), "after what the database cannot hold").await;
        }
        Err(error) => return Err(show("creating")(error)),
    }
    expect(driver, &change.before, "after creating").await?;
    for table in &rows {
        insert(driver, &change.before, table).await.map_err(show("inserting"))?;
        tally.rows += table.rows.len();
    }
    let before = read(driver, &change.before).await.map_err(show("reading what was inserted"))?;
    compare_inserted(&rows, &before)?;

    tally.changes += 1;
    match executor.migrate(&second).await {
        Ok(_) => {
            count(&change, &mut tally.coverage);
            expect(driver, &change.after, "after the change").await?;
            let after = read(driver, &change.after).await.map_err(show("reading after the change"))?;
            tally.values += survived(&change, &before, &after, false)?;
            match executor.migrate(&first).await {
                Ok(_) => {
                    expect(driver, &change.before, "after the way back").await?;
                    let back =
                        read(driver, &change.before).await.map_err(show("reading after the way back"))?;
                    tally.values += survived(&change, &before, &back, true)?;
                }
                Err(error) if is_refusal(&error) => {
                    tally.refused += 1;
                    expect(driver, &change.after, "after a refused way back").await?;
                    let still = read(driver, &change.after).await.map_err(show("reading after a refusal"))?;
                    if !same(&still, &after) {
                        return Err(format!("a refused way back changed rows ({error})"));
                    }
                }
                Err(error) => return Err(show("the way back")(error)),
            }
        }
        Err(error) if is_refusal(&error) || is_found_by_the_server(&change, &error) => {
            tally.refused += 1;
            expect(driver, &change.before, "after a refused change").await?;
            let still = read(driver, &change.before).await.map_err(show("reading after a refusal"))?;
            if !same(&still, &before) {
                return Err(format!("a refused change changed rows ({error})"));
            }
        }
        Err(error) => return Err(show("the change")(error)),
    }
    leave_nothing(database, driver, &executor).await
}

async fn leave_nothing(
    database: &TestDatabase,
    driver: &dyn Driver,
    executor: &MigrationExecutor<'_>,
) -> Result<(), String> {
    match executor.migrate(&Target::Zero(APP.to_owned())).await {
        Ok(_) => {}
        // The rows, or a type without a way back, stand against it; then everything is dropped by hand.
        Err(error) if is_refusal(&error) => {
            super::tables::drop_all(driver).await.map_err(show("dropping"))?
        }
        Err(error) => return Err(show("the way to zero")(error)),
    }
    expect(driver, &Schema::default(), &format!("at zero on {}", database.label())).await
}

fn migrations(change: &Change) -> Vec<Migration> {
    let mut first = Migration::new(APP, "0001_initial");
    first.operations = diff(&Schema::default(), &change.before, &Renames::none()).unwrap();
    let mut second = Migration::new(APP, "0002_change").depends_on(first.id.clone());
    second.operations = change.operations.clone();
    vec![first, second]
}

fn to(name: &str) -> Target {
    Target::To(MigrationId::new(APP, name))
}

/// A value for rows that exist may violate a constraint, which the database alone can tell.
fn is_refusal(error: &Error) -> bool {
    use ErrorKind::{Migration, Schema, Unsupported, Violation};
    matches!(error.kind(), Migration | Unsupported | Schema | Violation)
}

/// That a text is no JSON, PostgreSQL before version 16 says when it converts it, and in no query before.
fn is_found_by_the_server(change: &Change, error: &Error) -> bool {
    let is_json = |ty: &SqlType| match ty {
        SqlType::Array(element) => **element == SqlType::Json,
        ty => *ty == SqlType::Json,
    };
    let retypes =
        |operation: &Operation| matches!(operation, Operation::AlterColumn(op) if is_json(&op.to.ty));
    error.kind() == ErrorKind::Value && change.operations.iter().any(retypes)
}

fn count(change: &Change, coverage: &mut Coverage) {
    let mut state = change.before.clone();
    for table in change.before.tables.values() {
        let created = Operation::CreateTable(CreateTable { table: table.clone() });
        coverage.count(&created, &Schema::default());
    }
    for operation in &change.operations {
        coverage.count(operation, &state);
        operation.apply(&mut state).unwrap();
    }
}

async fn expect(driver: &dyn Driver, schema: &Schema, when: &str) -> Result<(), String> {
    let backend = driver.backend();
    let mut connection = driver.acquire().await.map_err(show("a connection"))?;
    let introspected = backend.introspector().introspect(connection.as_mut()).await;
    let mut introspected = introspected.map_err(show("introspecting"))?;
    introspected.tables.retain(|name, _| !OWN_TABLES.contains(&name.as_str()));
    let expected = backend.normalize(schema);
    if introspected == expected {
        return Ok(());
    }
    for (name, table) in &expected.tables {
        if let Some(found) = introspected.tables.get(name).filter(|found| *found != table) {
            return Err(format!("{when}, table {name}: {}", differences(table, found).join("\n")));
        }
    }
    let expected: Vec<_> = expected.tables.keys().collect();
    Err(format!("{when}: tables {:?}, expected {expected:?}", introspected.tables.keys().collect::<Vec<_>>()))
}

/// The parts in which two tables differ.
fn differences(expected: &Table, found: &Table) -> Vec<String> {
    let parts = |table: &Table| -> BTreeMap<String, String> {
        let columns =
            table.columns.values().map(|column| (format!("column {}", column.name), format!("{column:?}")));
        let indexes =
            table.indexes.values().map(|index| (format!("index {}", index.name), format!("{index:?}")));
        let constraints = table.constraints.values();
        let constraints = constraints.map(|one| (format!("constraint {}", one.name), format!("{one:?}")));
        let key = [("primary key".to_owned(), format!("{:?}", table.primary_key))];
        columns.chain(indexes).chain(constraints).chain(key).collect()
    };
    let (expected, found) = (parts(expected), parts(found));
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing = names.into_iter().filter(|name| expected.get(*name) != found.get(*name));
    differing
        .map(|name| format!("{name}\n  expected {:?}\n  found    {:?}", expected.get(name), found.get(name)))
        .collect()
}

fn compare_inserted(inserted: &[TableRows], contents: &Contents) -> Result<(), String> {
    for TableRows { table, columns, rows } in inserted {
        let named = |row: &Vec<Value>| columns.iter().cloned().zip(row.iter().cloned()).collect();
        let inserted = Contents::from([(table.clone(), rows.iter().map(named).collect())]);
        let names: Vec<&String> = columns.iter().collect();
        let (inserted, found) = (values(&inserted, table, &names), values(contents, table, &names));
        if found != inserted {
            return Err(format!("{table} {columns:?} holds {found:?}, inserted was {inserted:?}"));
        }
    }
    Ok(())
}

/// Whether the same tables hold the same rows.
fn same(left: &Contents, right: &Contents) -> bool {
    left.keys().eq(right.keys())
        && left.iter().all(|(table, rows)| {
            let columns: Vec<&String> = rows.first().into_iter().flat_map(BTreeMap::keys).collect();
            rows.len() == right[table].len()
                && values(left, table, &columns) == values(right, table, &columns)
        })
}

/// Every value of every column that lived through the change is the same, row by row; gives how many there were.
fn survived(change: &Change, before: &Contents, after: &Contents, back: bool) -> Result<usize, String> {
    let mut tables: BTreeMap<(&String, &String), (Vec<&String>, Vec<&String>)> = BTreeMap::new();
    for ((first_table, first), (last_table, last)) in &change.survivors {
        let columns = tables.entry((first_table, last_table)).or_default();
        columns.0.push(first);
        columns.1.push(last);
    }
    let mut count = 0;
    for ((first, last), (were, are)) in tables {
        let (place, names) = if back { (first, &were) } else { (last, &are) };
        let (was, is) = (values(before, first, &were), values(after, place, names));
        if was != is {
            return Err(format!(
                "{first} {were:?} held {was:?}, and {place} {names:?} holds {is:?} (back: {back})"
            ));
        }
        count += was.len() * were.len();
    }
    Ok(count)
}

fn show(doing: &str) -> impl Fn(Error) -> String {
    move |error| format!("{doing}: {error:?}")
}

#[test]
fn a_value_given_to_rows_follows_its_column_into_another_type() {
    each_engine(async |database| {
        let driver = database.connect().await;
        let id = Column::new("id", SqlType::BigInt);
        let text = Column::new("code", SqlType::Varchar(20));
        let table =
            Table::new("given").with_column(id).with_column(text.clone().nullable()).with_primary_key(["id"]);
        for given in ["7", "no number"] {
            let alter = |from: &Column, to: &Column, backfill| {
                let (table, from, to) = ("given".to_owned(), from.clone(), to.clone());
                Operation::AlterColumn(AlterColumn { table, from, to, backfill })
            };
            let number = Column::new("code", SqlType::BigInt);
            let operations = vec![
                alter(&text.clone().nullable(), &text, Some(Expr::text(given))),
                alter(&text, &number, None),
            ];
            let change = Change::of(Schema::new([table.clone()]), operations);
            let rows = vec![TableRows {
                table: "given".to_owned(),
                columns: vec!["id".to_owned(), "code".to_owned()],
                rows: vec![
                    vec![Value::BigInt(1), Value::Null],
                    vec![Value::BigInt(2), Value::Text("12".into())],
                ],
            }];
            let mut tally = Tally::default();
            case(database, driver.as_ref(), (change, rows), &mut tally).await.unwrap();
            assert_eq!(tally.refused > 0, given != "7", "{given} on {}", database.label());
        }
        driver.close().await;
    });
}

#[test]
fn every_operation_on_every_type_renders_or_is_unsupported() {
    let space = Space::everything();
    let backends = umbral::backend::BackendRegistry::built_in();
    let coverage = std::cell::RefCell::new(Coverage::default());
    let law = |change: Change| {
        for backend in backends.iter() {
            let mut state = change.before.clone();
            for operation in &change.operations {
                coverage.borrow_mut().count(operation, &state);
                match backend.planner().plan(std::slice::from_ref(operation), &state, &Default::default()) {
                    Ok(plan) => {
                        prop_assert!(plan.steps.iter().all(|step| !step.sql.is_empty()), "{operation:?}");
                    }
                    Err(error) => {
                        // Schema: alone, the operation leads to what no database accepts, such as a foreign key
                        // between different types.
                        let refused = matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Schema);
                        prop_assert!(refused, "{operation:?}: {error:?}");
                        prop_assert!(error.hint().is_some(), "{operation:?}: {error:?} says nothing to do");
                    }
                }
                operation.apply(&mut state).unwrap();
            }
        }
        Ok(())
    };
    space.types.iter().for_each(|ty| law(tour(&space, ty)).unwrap());
    runner(2000).run(&space.changes(), law).unwrap();
    let (share, missed) = coverage.borrow().report(&space);
    println!("{share}");
    assert!(missed.is_empty(), "never reached: {missed:?}");
}
