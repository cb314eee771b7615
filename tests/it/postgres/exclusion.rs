//! Exclusion constraints on tables that hold rows.

use super::on_postgres;
use crate::live::{Live, refused};
use umbral::backend::{Statement, TransactionOptions};
use umbral::error::ViolationKind;
use umbral::migrations::operations::{
    AddColumn, AddConstraint, AlterColumn, CreateTable, DropConstraint, RenameColumn, RenameConstraint,
};
use umbral::migrations::{
    Migration, MigrationExecutor, MigrationId, MigrationSet, Operation, Renames, Target, diff,
};
use umbral::model::{Entity, Registry};
use umbral::prelude::*;
use umbral::schema::{
    Column, Constraint, Deferrable, EnumType, ExclusionConstraint, IndexMethod, Schema, SqlType, Table,
};
use umbral::{Error, ErrorKind};
use umbral_testkit::create_tables;

fn exclusion(method: IndexMethod, elements: &[&str]) -> ExclusionConstraint {
    let elements = elements.iter().map(|element| element.parse().unwrap());
    ExclusionConstraint { method, ..ExclusionConstraint::new(elements) }
}

fn add(name: &str, exclusion: ExclusionConstraint) -> Operation {
    let constraint = Constraint::exclusion(name, exclusion);
    Operation::AddConstraint(AddConstraint { table: "subnet".into(), constraint })
}

fn overlap() -> ExclusionConstraint {
    exclusion(IndexMethod::Gist, &["network inet_ops with &&"])
}

fn subnet() -> Table {
    Table::new("subnet")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("site", SqlType::Integer))
        .with_column(Column::new("network", SqlType::Inet))
        .with_column(Column::new("label", SqlType::Varchar(20)))
        .with_column(Column::new("retired", SqlType::Boolean))
        .with_primary_key(["id"])
}

/// Three networks at two sites, of which the last lies in the first.
async fn subnets(live: &mut Live) {
    live.apply(&[Operation::CreateTable(CreateTable { table: subnet() })]).await.unwrap();
    live.execute(
        "INSERT INTO subnet (id, site, network, label, retired) VALUES (1, 1, '10.0.0.0/16', 'One', false), \
         (2, 1, '10.1.0.0/16', 'Two', false), (3, 2, '10.0.7.0/24', 'three', true)",
    )
    .await;
}

async fn attempt(live: &Live, sql: &str) -> umbral::Result<()> {
    live.driver.execute(Statement::new(sql)).await.map(|_| ())
}

/// The constraint that an error says to be violated.
fn violated(error: &Error) -> Option<&str> {
    let violation = error.constraint_violation().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(violation.kind, ViolationKind::Exclusion, "{error:?}");
    violation.constraint.as_deref()
}

#[test]
fn rows_that_overlap_are_refused_before_and_after_the_constraint_is_there() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        let error = live.apply(&[add("apart", overlap())]).await.unwrap_err();
        let refused = refused(&error).refusal.clone();
        assert!(
            refused.message.contains("apart") && refused.message.contains("inet_ops with &&"),
            "{refused:?}"
        );
        let find = refused.find.unwrap();
        assert_eq!(live.column(&find).await, [Some("1".to_owned())], "{find}");

        live.execute("DELETE FROM subnet WHERE id = 3").await;
        live.apply(&[add("apart", overlap())]).await.unwrap();
        let insert =
            "INSERT INTO subnet (id, site, network, label, retired) VALUES (4, 2, '10.1.9.0/24', '', false)";
        let error = attempt(&live, insert).await.unwrap_err();
        assert_eq!((error.kind(), violated(&error)), (ErrorKind::Violation, Some("apart")));
        assert_eq!(error.constraint_violation().unwrap().table.as_deref(), Some("subnet"));

        let (from, to) = ("network".to_owned(), "Net work".to_owned());
        let constraint =
            RenameConstraint { table: "subnet".into(), from: "apart".into(), to: "Apart".into() };
        live.apply(&[
            Operation::RenameColumn(RenameColumn { table: "subnet".into(), from, to }),
            Operation::RenameConstraint(constraint),
        ])
        .await
        .unwrap();
        let insert = insert.replace("network", "\"Net work\"");
        assert_eq!(violated(&attempt(&live, &insert).await.unwrap_err()), Some("Apart"));
        let drop = DropConstraint { table: "subnet".into(), constraint: "Apart".into() };
        live.apply(&[Operation::DropConstraint(drop)]).await.unwrap();
        attempt(&live, &insert).await.unwrap();
        live.driver.close().await;
    });
}

#[test]
fn only_rows_of_the_condition_exclude_each_other() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        let active = ExclusionConstraint { predicate: Some("NOT retired".parse().unwrap()), ..overlap() };
        live.apply(&[add("apart", active)]).await.unwrap();
        let error = attempt(&live, "UPDATE subnet SET retired = false WHERE id = 3").await.unwrap_err();
        assert_eq!(violated(&error), Some("apart"));
        live.execute("UPDATE subnet SET retired = true WHERE id = 1").await;
        live.execute("UPDATE subnet SET retired = false WHERE id = 3").await;
        live.driver.close().await;
    });
}

#[test]
fn a_deferred_one_is_checked_at_commit() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        live.execute("DELETE FROM subnet WHERE id = 3").await;
        let deferred = ExclusionConstraint { deferrable: Some(Deferrable::InitiallyDeferred), ..overlap() };
        live.apply(&[add("apart", deferred)]).await.unwrap();
        let mut connection = live.driver.acquire().await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        for (id, network) in [(1, "10.1.0.0/16"), (2, "10.0.0.0/16")] {
            let sql = format!("UPDATE subnet SET network = '{network}' WHERE id = {id}");
            connection.execute(Statement::new(sql)).await.unwrap();
        }
        connection.commit().await.unwrap();
        connection.begin(TransactionOptions::default()).await.unwrap();
        let same = "UPDATE subnet SET network = '10.1.0.0/16' WHERE id = 2";
        connection.execute(Statement::new(same)).await.unwrap();
        assert_eq!(violated(&connection.commit().await.unwrap_err()), Some("apart"));
        if connection.depth() > 0 {
            connection.rollback().await.unwrap();
        }
        drop(connection);
        assert_eq!(live.one("SELECT count(*) FROM subnet WHERE network && '10.1.0.0/16'").await, "1");
        live.driver.close().await;
    });
}

#[test]
fn equality_needs_no_extension_with_a_sorted_or_a_hash_index() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        live.apply(&[
            add(
                "sorted",
                exclusion(IndexMethod::BTree, &["lower(label) desc nulls last with =", "site with ="]),
            ),
            add("hashed", exclusion(IndexMethod::Hash, &["label text_pattern_ops with ="])),
            add("usual", exclusion(IndexMethod::BTree, &["site int4_ops with =", "id with ="])),
        ])
        .await
        .unwrap();
        let insert = |label: &str| {
            format!(
                "INSERT INTO subnet (id, site, network, label, retired) VALUES (9, 1, '::1', '{label}', true)"
            )
        };
        assert_eq!(violated(&attempt(&live, &insert("ONE")).await.unwrap_err()), Some("sorted"));
        assert_eq!(violated(&attempt(&live, &insert("three")).await.unwrap_err()), Some("hashed"));
        live.execute(&insert("THREE")).await;
        live.driver.close().await;
    });
}

#[test]
fn an_operator_of_an_extension_that_is_missing_is_found_before_anything_changes() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        let per_site = || exclusion(IndexMethod::Gist, &["site with =", "network inet_ops with &&"]);
        let error = live.apply(&[add("apart", per_site())]).await.unwrap_err();
        let missing = refused(&error);
        assert!(missing.refusal.message.contains("the operator = of integer"), "{missing}");
        assert!(missing.refusal.hint.contains("CREATE EXTENSION btree_gist"), "{}", missing.refusal.hint);
        for (element, hint) in [
            ("network with &&", "`network inet_ops with &&`"),
            ("label with &&", "name an operator class"),
            ("label inet_ops with &&", "name an operator class"),
            ("network gist_missing_ops with &&", "correct the name"),
        ] {
            let error =
                live.apply(&[add("apart", exclusion(IndexMethod::Gist, &[element]))]).await.unwrap_err();
            let hints = &refused(&error).refusal.hint;
            assert!(hints.contains(hint), "{element}: {hints}");
        }
        // A table that is made with one is refused as well.
        let table = Table { name: "other".into(), ..subnet() };
        let table = table.with_constraint(Constraint::exclusion("other_apart", per_site()));
        let error =
            live.apply(&[Operation::CreateTable(CreateTable { table: table.clone() })]).await.unwrap_err();
        assert!(refused(&error).refusal.hint.contains("btree_gist"), "{error:?}");

        if attempt(&live, "CREATE EXTENSION btree_gist").await.is_err() {
            eprintln!("not tested: constraints of btree_gist, which this server does not have");
            return;
        }
        let usual = ["site gist_int4_ops with =", "label gist_text_ops with <>"];
        let one_label_each = add("one_label_each", exclusion(IndexMethod::Gist, &usual));
        let error = live.apply(&[add("apart", per_site()), one_label_each]).await.unwrap_err();
        assert!(refused(&error).refusal.message.contains("one_label_each"), "{error:?}");
        live.execute("UPDATE subnet SET label = 'same'").await;
        live.apply(&[
            add("apart", per_site()),
            add("one_label_each", exclusion(IndexMethod::Gist, &usual)),
            Operation::CreateTable(CreateTable { table }),
        ])
        .await
        .unwrap();
        let insert =
            "INSERT INTO subnet (id, site, network, label, retired) VALUES (4, 2, '10.0.7.1', 'same', true)";
        assert_eq!(violated(&attempt(&live, insert).await.unwrap_err()), Some("apart"));
        let insert = insert.replace("same", "other").replace("10.0.7.1", "11.0.0.1");
        assert_eq!(violated(&attempt(&live, &insert).await.unwrap_err()), Some("one_label_each"));
        live.driver.close().await;
    });
}

fn alter(table: &Table, name: &str, change: impl FnOnce(&mut Column)) -> Operation {
    let from = table.columns[name].clone();
    let mut to = from.clone();
    change(&mut to);
    Operation::AlterColumn(AlterColumn { table: table.name.clone(), from, to, backfill: None })
}

#[test]
fn columns_that_it_compares_and_reads_change() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        subnets(&mut live).await;
        let mood =
            |labels: &[&str]| Column::new("mood", EnumType::new("mood", labels.iter().copied()).into());
        let add_mood = AddColumn {
            table: "subnet".into(),
            column: mood(&["calm", "wild"]).with_default("'calm'".parse().unwrap()),
            backfill: None,
        };
        let wild = ExclusionConstraint {
            predicate: Some("mood = 'wild'".parse().unwrap()),
            ..exclusion(IndexMethod::BTree, &["site with =", "label text_pattern_ops with ="])
        };
        let by_mood = exclusion(IndexMethod::BTree, &["mood with =", "id with ="]);
        live.apply(&[Operation::AddColumn(add_mood), add("wild", wild), add("by_mood", by_mood)])
            .await
            .unwrap();
        let before = live.schema.tables["subnet"].clone();
        live.apply(&[
            alter(&before, "site", |column| column.ty = SqlType::BigInt),
            alter(&before, "label", |column| column.ty = SqlType::Text),
            alter(&before, "mood", |column| column.ty = mood(&["wild", "odd", "calm"]).ty),
        ])
        .await
        .unwrap();
        live.execute("UPDATE subnet SET mood = 'wild', label = 'x', site = id").await;
        let error = attempt(&live, "UPDATE subnet SET site = 1").await.unwrap_err();
        assert_eq!(violated(&error), Some("wild"));
        let now = live.schema.tables["subnet"].clone();
        let error =
            live.apply(&[alter(&now, "label", |column| column.ty = SqlType::BigInt)]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
        assert!(error.hint().unwrap().contains("drop wild"), "{error:?}");
        live.driver.close().await;
    });
}

/// A migration adds it and another changes it, each forward and backward; between types, the differ takes it away and puts
/// it back.
#[test]
fn migrations_add_change_and_undo_it() {
    on_postgres(async |database| {
        let driver = database.connect().await;
        let with = |exclusion| subnet().with_constraint(Constraint::exclusion("apart", exclusion));
        let predicate = "NOT retired AND site > 0".parse().unwrap();
        let active = ExclusionConstraint { predicate: Some(predicate), ..overlap() };
        let mut widened = with(active.clone());
        widened.columns.get_mut("site").unwrap().ty = SqlType::BigInt;
        let states = [subnet(), with(overlap()), with(active), widened].map(|table| Schema::new([table]));
        let mut migrations: Vec<Migration> = Vec::new();
        let mut from = Schema::default();
        for (number, to) in states.iter().enumerate() {
            let mut migration = Migration::new("net", format!("000{number}"));
            migration.operations = diff(&from, to, &Renames::none()).unwrap();
            if let Some(last) = migrations.last() {
                migration = migration.depends_on(last.id.clone());
            }
            migrations.push(Migration::from_toml(&migration.to_toml(), "net").unwrap());
            from = to.clone();
        }
        let kinds: Vec<usize> = migrations.iter().map(|migration| migration.operations.len()).collect();
        assert_eq!(kinds, [1, 1, 2, 3], "{migrations:#?}");
        let set = MigrationSet::new(migrations).unwrap();
        let executor = MigrationExecutor::new(driver.as_ref(), &set);
        let to = |number: usize| Target::To(MigrationId::new("net", format!("000{number}")));
        let expect = async |number: usize| {
            let mut connection = driver.acquire().await.unwrap();
            let found = driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
            let expected = driver.backend().normalize(&states[number]);
            assert_eq!(found.tables["subnet"], expected.tables["subnet"]);
        };
        executor.migrate(&to(0)).await.unwrap();
        let insert =
            "INSERT INTO subnet VALUES (1, 1, '10.0.0.0/16', '', false), (2, 1, '10.0.1.0/24', '', true)";
        driver.execute(Statement::new(insert)).await.unwrap();
        let error = executor.migrate(&to(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        assert!(error.to_string().contains("exclude each other by the new constraint apart"), "{error}");
        assert!(error.hint().unwrap().contains("find them with: WITH compared"), "{error:?}");
        expect(0).await;
        driver
            .execute(Statement::new("UPDATE subnet SET network = '10.1.0.0/16' WHERE id = 2"))
            .await
            .unwrap();
        for number in [1, 2, 3, 2, 1, 0, 3] {
            executor.migrate(&to(number)).await.unwrap();
            expect(number).await;
        }
        driver.close().await;
    });
}

/// A generated column that changes is added anew, and what reads it with it.
#[test]
fn a_condition_over_a_generated_column_lives_through_its_change() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        let ends = |number: &str| Column::new("open", SqlType::Boolean).stored_as(number.parse().unwrap());
        let before = subnet().with_column(ends("site > 1"));
        live.apply(&[Operation::CreateTable(CreateTable { table: before })]).await.unwrap();
        let open = ExclusionConstraint { predicate: Some("open".parse().unwrap()), ..overlap() };
        live.apply(&[add("apart", open)]).await.unwrap();
        live.execute(
            "INSERT INTO subnet (id, site, network, label, retired) VALUES (1, 1, '10.0.0.0/16', '', false), \
             (2, 1, '10.0.7.0/24', '', true)",
        )
        .await;
        let alter = |to: &str, from: &str| {
            let (table, from, to) = ("subnet".to_owned(), ends(from), ends(to));
            Operation::AlterColumn(AlterColumn { table, from, to, backfill: None })
        };
        live.apply(&[alter("site > 2", "site > 1")]).await.unwrap();
        // Some versions set the expression, and the server finds it by the constraint itself.
        let error = live.apply(&[alter("site > 0", "site > 2")]).await.unwrap_err();
        assert!([ErrorKind::Migration, ErrorKind::Violation].contains(&error.kind()), "{error:?}");
        live.execute("DELETE FROM subnet WHERE id = 2").await;
        live.apply(&[alter("site > 0", "site > 2")]).await.unwrap();
        let insert =
            "INSERT INTO subnet (id, site, network, label, retired) VALUES (4, 2, '10.0.9.0/24', '', false)";
        assert_eq!(violated(&attempt(&live, insert).await.unwrap_err()), Some("apart"));
        live.driver.close().await;
    });
}

#[test]
fn what_others_made_is_found_as_far_as_there_are_words_for_it() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.script(
            "CREATE TABLE t (id integer PRIMARY KEY, during int4multirange, network inet, note text,
                CONSTRAINT ranges EXCLUDE USING gist (during WITH &&),
                CONSTRAINT carrying EXCLUDE USING gist (network inet_ops WITH &&) INCLUDE (id) WHERE (id > 0),
                CONSTRAINT spelled EXCLUDE USING gist (network inet_ops WITH OPERATOR(pg_catalog.&&)) DEFERRABLE)",
        )
        .await;
        let mut connection = live.driver.acquire().await.unwrap();
        let found = live.driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        let t = &found.tables["t"];
        assert_eq!(t.indexes.len(), 0, "{:?}", t.indexes);
        let of_ids = ExclusionConstraint { predicate: Some("id > 0".parse().unwrap()), ..overlap() };
        let deferrable =
            ExclusionConstraint { deferrable: Some(Deferrable::InitiallyImmediate), ..overlap() };
        let expected = [("carrying", &of_ids), ("spelled", &deferrable)];
        assert_eq!(t.exclusions().collect::<Vec<_>>(), expected);
    });
}

#[derive(Debug, Model)]
#[umbral(
    table = "booking",
    exclude(room with "=", expr = "lower(guest) text_pattern_ops" with "=", where = "NOT cancelled", name = "once_each"),
    exclude(seat with "=", deferrable = deferred)
)]
struct Booking {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(column = "room_number")]
    room: i32,
    #[umbral(max_length = 40)]
    guest: String,
    seat: Option<i32>,
    cancelled: bool,
}

#[test]
fn a_model_says_what_rows_exclude_each_other() {
    on_postgres(async |database| {
        let models = Registry::new().with::<Booking>();
        let db = database.db().await;
        create_tables(&db, &models).await.unwrap();
        let book = async |guest: &str, seat: Option<i32>, cancelled: bool| {
            create!(Booking { room: 1, guest: guest, seat: seat, cancelled: cancelled }).exec(&db).await
        };
        let first = book("Ann", None, false).await.unwrap();
        book("ANN", None, true).await.unwrap();
        let error = book("ann", None, false).await.unwrap_err();
        assert_eq!(violated(&error), Some("once_each"));
        book("Bob", Some(7), false).await.unwrap();
        let error = book("Cid", Some(7), false).await.unwrap_err();
        assert_eq!(violated(&error), Some("booking_seat_excl"));
        assert_eq!((first.room, first.guest.as_str(), first.seat, first.cancelled), (1, "Ann", None, false));
        let driver = database.connect().await;
        let mut connection = driver.acquire().await.unwrap();
        let found = driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        let declared = models.lower(Booking::meta()).unwrap();
        let declared = driver.backend().normalize(&Schema::new([declared]));
        assert_eq!(found.tables["booking"].constraints, declared.tables["booking"].constraints);
    });
}
