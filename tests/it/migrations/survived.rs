//! Cases that broke other tools, as `docs/testing.md` counts them, where no other test shows them: on tables with rows.

use crate::live::Live;
use std::time::{Duration, Instant};
use umbral::ErrorKind;
use umbral::backend::{PoolOptions, Statement, TransactionOptions};
use umbral::migrations::operations::{
    AddColumn, AddIndex, AlterColumn, CreateTable, DropColumn, RenameColumn,
};
use umbral::migrations::{Operation, Renames, diff};
use umbral::schema::{
    Column, Constraint, Expr, ForeignKey, Index, ReferentialAction, Schema, SqlType, Table,
};
use umbral_testkit::each_engine;

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn create(table: Table) -> Operation {
    Operation::CreateTable(CreateTable { table })
}

fn add_column(table: &str, column: Column) -> Operation {
    Operation::AddColumn(AddColumn { table: table.to_owned(), column, backfill: None })
}

fn note() -> Table {
    Table::new("note")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("text", SqlType::Varchar(40)))
        .with_primary_key(["id"])
}

/// A column takes nothing along unasked: what stands on it, and on others too, is dropped by operations of its own, and
/// an index of two columns never becomes one of the other column.
///
/// Cases: 6, 24.
#[test]
fn a_column_goes_with_all_that_stands_on_it_and_nothing_else() {
    let with = |drops: bool| {
        let integer = |name: &str| Column::new(name, SqlType::Integer).nullable();
        let table = note().with_column(integer("kept")).with_index(Index::new("by_kept", ["kept"]));
        if drops {
            return Schema::new([table]);
        }
        Schema::new([table
            .with_column(integer("gone"))
            .with_index(Index::new("by_gone", ["gone"]))
            .with_index(Index::new("by_both", ["kept", "gone"]))
            .with_constraint(Constraint::unique("both_uniq", ["gone", "kept"]))
            .with_constraint(Constraint::check("both_check", expr("gone > 0 OR kept > 0")))])
    };
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&diff(&Schema::default(), &with(false), &Renames::none()).unwrap()).await.unwrap();
        live.execute("INSERT INTO note (id, text, kept, gone) VALUES (1, 'a', 1, 1), (2, 'b', 1, 2), (3, 'c', 2, NULL)")
            .await;
        let drop = Operation::DropColumn(DropColumn { table: "note".to_owned(), column: "gone".to_owned() });
        let error = live.apply(std::slice::from_ref(&drop)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema, "{error:?}");
        assert_eq!(live.one("SELECT max(gone) FROM note").await, "2");

        let operations = diff(&with(false), &with(true), &Renames::none()).unwrap();
        assert_eq!(operations.len(), 5, "{operations:?}");
        live.apply(&operations).await.unwrap();
        // Two rows agree in what is left of the unique constraint: it is gone, not narrowed.
        live.execute("INSERT INTO note (id, text, kept) VALUES (4, 'd', -1), (5, 'e', -1)").await;
        let back = diff(&with(true), &with(false), &Renames::none()).unwrap();
        live.apply(&back).await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM note WHERE gone IS NULL").await, "5");
    });
}

/// Both sides of a foreign key get other names and another type in one migration, under an index of two columns and a
/// unique constraint, and get the old ones back.
///
/// Cases: 8.
#[test]
fn a_column_of_an_index_and_a_key_is_renamed_and_retyped_at_once() {
    let key = ForeignKey {
        columns: vec!["note_id".to_owned()],
        table: "note".to_owned(),
        references: vec!["id".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    let line = Table::new("line")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("note_id", SqlType::BigInt))
        .with_column(Column::new("place", SqlType::Integer))
        .with_primary_key(["id"])
        .with_index(Index::new("by_both", ["note_id", "place"]))
        .with_constraint(Constraint::unique("line_uniq", ["place", "note_id"]))
        .with_constraint(Constraint::foreign_key("line_note_fk", key));
    let rename = |table: &str, from: &str, to: &str| {
        let (table, from, to) = (table.to_owned(), from.to_owned(), to.to_owned());
        Operation::RenameColumn(RenameColumn { table, from, to })
    };
    let retype = |table: &str, column: &str| {
        let (from, to) = (Column::new(column, SqlType::BigInt), Column::new(column, SqlType::Varchar(20)));
        Operation::AlterColumn(AlterColumn { table: table.to_owned(), from, to, backfill: None })
    };
    let change = [
        rename("line", "note_id", "text_id"),
        retype("line", "text_id"),
        retype("note", "id"),
        rename("note", "id", "code"),
    ];
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&[create(note()), create(line.clone())]).await.unwrap();
        live.execute("INSERT INTO note (id, text) VALUES (1, 'a'), (20, 'b')").await;
        live.execute("INSERT INTO line (id, note_id, place) VALUES (1, 20, 1), (2, 20, 2), (3, 1, 1)").await;
        let mut back = Vec::new();
        let mut state = live.schema.clone();
        for operation in &change {
            back.insert(0, operation.invert(&state).unwrap());
            operation.apply(&mut state).unwrap();
        }
        live.apply(&change).await.unwrap();
        let joined = |key: &str, column: &str| {
            format!("SELECT text FROM line JOIN note ON {column} = {key} ORDER BY line.id")
        };
        let texts = ["b", "b", "a"].map(|text| Some(text.to_owned()));
        assert_eq!(live.column(&joined("note.code", "text_id")).await, texts);
        assert_eq!(
            live.column("SELECT text_id FROM line ORDER BY id").await,
            ["20", "20", "1"].map(|id| Some(id.to_owned()))
        );
        let again = "INSERT INTO line (id, text_id, place) VALUES (4, '20', 1)";
        assert!(live.driver.execute(Statement::new(again)).await.unwrap_err().is_unique_violation());
        let orphan = "INSERT INTO line (id, text_id, place) VALUES (4, '3', 1)";
        assert!(live.driver.execute(Statement::new(orphan)).await.unwrap_err().is_foreign_key_violation());
        live.apply(&back).await.unwrap();
        assert_eq!(live.column(&joined("note.id", "note_id")).await, texts);
        live.execute("DELETE FROM note WHERE id = 20").await;
        assert_eq!(live.one("SELECT count(*) FROM line").await, "1");
    });
}

/// What a database would cut is refused before anything is made; what it holds is kept whole.
///
/// Cases: 15, 26.
#[test]
fn names_are_kept_whole_or_refused() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let backend = std::sync::Arc::clone(live.driver.backend());
        live.apply(&[create(note())]).await.unwrap();
        live.execute("INSERT INTO note (id, text) VALUES (1, 'kept')").await;
        let mut refused = 0;
        for length in [62, 63, 64, 65, 200] {
            let name = |end: &str| format!("{}{end}", "x".repeat(length - 1));
            let columns =
                ["a", "b"].map(|end| Column::new(name(end), SqlType::Integer).with_default(expr("7")));
            let adds = columns.map(|column| add_column("note", column));
            let index = Index::new(name("i"), [name("a"), name("b")]);
            let add_index = Operation::AddIndex(AddIndex { table: "note".to_owned(), index });
            let outcome = live.apply(&[&adds[..], &[add_index]].concat()).await;
            if backend.check_name(&name("a")).is_ok() {
                outcome.unwrap_or_else(|error| panic!("{length}: {error:?}"));
                let quoted = backend.dialect().quote_identifier(&name("b"));
                assert_eq!(live.one(&format!("SELECT {quoted} FROM note")).await, "7");
                continue;
            }
            let error = outcome.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{length}: {error:?}");
            refused += 1;
        }
        assert_eq!(
            refused,
            match backend.limits().identifier_bytes {
                Some(63) => 3,
                Some(64) => 2,
                _ => 0,
            }
        );
    });
}

/// Whoever holds a table keeps a migration waiting for as long as the pool's `lock_timeout` says, and no longer.
///
/// Cases: 29.
#[test]
fn a_table_that_somebody_holds_is_waited_for_and_then_an_error() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&[create(note())]).await.unwrap();
        let mut options = PoolOptions::default();
        options.lock_timeout = Duration::from_secs(1);
        let holder = live.driver;
        live.driver = database.try_connect(&options).await.unwrap();

        let mut held = holder.acquire().await.unwrap();
        held.begin(TransactionOptions::default()).await.unwrap();
        held.execute(Statement::new("INSERT INTO note (id, text) VALUES (1, 'held')")).await.unwrap();
        let change = [add_column("note", Column::new("more", SqlType::Integer).nullable())];
        let plan = live.driver.backend().planner().plan(&change, &live.schema, &Default::default()).unwrap();
        let begun = Instant::now();
        let mut connection = live.driver.acquire().await.unwrap();
        let mut outcome = Ok(());
        for step in &plan.steps {
            outcome = connection.execute(Statement::new(step.sql.as_str())).await.map(drop);
            if outcome.is_err() {
                break;
            }
        }
        drop(connection);
        let error = outcome.expect_err("somebody holds the table");
        assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
        assert!(error.is_retryable() && begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        held.commit().await.unwrap();
        drop(held);
        live.check().await;
        live.apply(&change).await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM note WHERE more IS NULL").await, "1");
        holder.close().await;
    });
}

/// Long text has defaults everywhere and keys where the database can; text of a length has keys up to the longest that a
/// database holds, with values of four bytes a character.
///
/// Cases: 30.
#[test]
fn text_has_defaults_and_as_long_keys_as_the_database_holds() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&[create(note())]).await.unwrap();
        live.execute("INSERT INTO note (id, text) VALUES (1, 'kept')").await;
        let long = |name: &str| Column::new(name, SqlType::Text).with_default(expr("'it''s long'"));
        live.apply(&[add_column("note", long("body"))]).await.unwrap();
        assert_eq!(live.one("SELECT body FROM note").await, "it's long");
        let index = |name: &str, column: &str| {
            let index = Index::new(name, [column]).unique();
            Operation::AddIndex(AddIndex { table: "note".to_owned(), index })
        };
        // One in the middle of a migration is refused before its first statement.
        let outcome = live.apply(&[add_column("note", long("more")), index("by_body", "body")]).await;
        let mut may = true;
        if let Err(error) = &outcome {
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
            may = false;
        }
        let of = |length: u32| Column::new(format!("v{length}"), SqlType::Varchar(length)).nullable();
        for length in [768, 769] {
            let name = format!("v{length}");
            let outcome =
                live.apply(&[add_column("note", of(length)), index(&format!("by_{name}"), &name)]).await;
            if length == 769 && !may {
                let error = outcome.unwrap_err();
                assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
                continue;
            }
            outcome.unwrap_or_else(|error| panic!("{length}: {error:?}"));
            let value = "🦀".repeat(length as usize);
            // An entry of PostgreSQL's indexes has a third of a page: shorter, and not compressed away.
            let value = if may { value.chars().take(600).collect() } else { value };
            live.execute(&format!("UPDATE note SET {name} = '{value}' WHERE id = 1")).await;
            let again = format!("INSERT INTO note (id, text, {name}) VALUES (2, 'x', '{value}')");
            let error = live.driver.execute(Statement::new(again)).await.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
        }
    });
}
