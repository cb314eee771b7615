//! Enums of the database's own whose labels come, go and change places, over tables with rows.

use super::*;
use umbral::ErrorKind;
use umbral::migrations::{Renames, diff};
use umbral::schema::EnumType;
use umbral_testkit::{TestDatabase, each_engine};

pub(super) fn mood(labels: &[&str]) -> SqlType {
    EnumType::new("mood", labels.iter().copied()).into()
}

pub(super) fn of_mood(name: &str, labels: &[&str]) -> Column {
    Column::new(name, mood(labels))
}

/// Two tables with the enum: as a default, in a check, in a partial index where there is one, and without any of these.
fn state(labels: &[&str], partial: bool) -> Schema {
    let person = table("person", &[])
        .with_column(of_mood("mood", labels).with_default(expr("'calm'")))
        .with_column(of_mood("former", labels).nullable())
        .with_constraint(Constraint::check("person_mood_check", expr("mood <> former")))
        .with_constraint(Constraint::check("person_wild_check", expr("mood <> 'wild' OR id > 1")));
    let index = Index {
        predicate: partial.then(|| expr("mood = 'calm'")),
        ..Index::new("person_mood_idx", ["mood"])
    };
    let pet = table("pet", &[]).with_column(of_mood("mood", labels));
    Schema::new([person.with_index(index), pet])
}

fn change(from: &Schema, to: &Schema) -> Vec<Operation> {
    diff(from, to, &Renames::default()).unwrap()
}

/// On every engine that has enums of its own.
pub(super) fn each_with_enums(test: impl AsyncFn(&dyn Driver) + Sync) {
    each_engine(async |database: &TestDatabase| {
        let driver = database.connect().await;
        if driver.backend().map_type(&mood(&["calm"])).is_ok() {
            test(driver.as_ref()).await;
        }
        driver.close().await;
    });
}

const PERSONS: &str = "SELECT id, mood, former FROM person ORDER BY mood, id";

/// Labels are added, put elsewhere and taken away, of two columns at once.
///
/// Cases: 12, 27.
#[test]
fn labels_come_go_and_change_places_with_rows_in_the_tables() {
    each_with_enums(async |driver| {
        let partial = driver.backend().supports(umbral::backend::BackendFeature::PartialIndexes);
        let first = state(&["wild", "calm"], partial);
        let more = state(&["wild", "it's \\ odd", "calm", "new"], partial);
        let moved = state(&["new", "calm", "it's \\ odd", "wild"], partial);
        let fewer = state(&["calm", "new", "wild"], partial);
        let set = chain([
            change(&Schema::default(), &first),
            change(&first, &more),
            change(&more, &moved),
            change(&moved, &fewer),
            change(&fewer, &Schema::default()),
        ]);
        assert_eq!(change(&more, &moved).len(), 3, "each column by itself");
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        execute(driver, "INSERT INTO person (id, former) VALUES (1, 'wild'), (2, NULL)").await;
        execute(driver, "INSERT INTO person (id, mood, former) VALUES (3, 'wild', 'calm')").await;
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'wild')").await;
        assert_eq!(rows(driver, PERSONS).await, ["3|wild|calm", "1|calm|wild", "2|calm|NULL"]);

        migrate(driver, &set, &to("0002")).await.unwrap();
        check(driver, &set).await;
        execute(driver, "INSERT INTO person (id, mood) VALUES (4, 'new')").await;
        execute(driver, "UPDATE pet SET mood = 'new'").await;
        assert_eq!(rows(driver, PERSONS).await, ["3|wild|calm", "1|calm|wild", "2|calm|NULL", "4|new|NULL"]);
        migrate(driver, &set, &to("0003")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, PERSONS).await, ["4|new|NULL", "1|calm|wild", "2|calm|NULL", "3|wild|calm"]);
        let refused = driver.execute(Statement::new("INSERT INTO person (id, mood) VALUES (1, 'wild')"));
        assert!(refused.await.is_err(), "the check is still there");

        // Rows hold what goes away, in the last of the columns: counted, and nothing is changed.
        let odd = quoted(driver, "it's \\ odd");
        execute(driver, &format!("INSERT INTO pet (id, mood) VALUES (2, {odd}), (3, {odd})")).await;
        let error = migrate(driver, &set, &to("0004")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        assert!(error.to_string().ends_with("(2 found)"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("SELECT * FROM")), "{error:?}");
        check(driver, &set).await;
        execute(driver, &format!("UPDATE pet SET mood = 'wild' WHERE mood = {odd}")).await;
        assert_eq!(migrate(driver, &set, &to("0004")).await.unwrap(), ["apply 0004"]);
        check(driver, &set).await;
        assert_eq!(rows(driver, PERSONS).await, ["1|calm|wild", "2|calm|NULL", "4|new|NULL", "3|wild|calm"]);

        // The way back asks the same of the rows.
        let error = migrate(driver, &set, &to("0001")).await.unwrap_err();
        assert!(error.to_string().ends_with("(1 found)"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        execute(driver, "UPDATE person SET mood = 'calm' WHERE mood = 'new'").await;
        execute(driver, "UPDATE pet SET mood = 'calm' WHERE mood = 'new'").await;
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        let persons = ["3|wild|calm", "1|calm|wild", "2|calm|NULL", "4|calm|NULL"];
        assert_eq!(rows(driver, PERSONS).await, persons);
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        // Nothing of the enum is left: everything can be made again.
        migrate(driver, &set, &to("zero")).await.unwrap();
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
    });
}

/// What compares with a label that goes is changed with it, or the migration is refused before its first statement.
#[test]
fn a_check_does_not_name_a_label_that_goes() {
    each_with_enums(async |driver| {
        let pet = |labels: &[&str], condition: &str| {
            let pet = table("pet", &[]).with_column(of_mood("mood", labels));
            let pet = pet.with_constraint(Constraint::check("pet_mood_check", expr(condition)));
            Schema::new([pet.with_index(Index::new("pet_mood_idx", ["mood"]))])
        };
        let (both, one) = (["wild", "calm"], ["calm"]);
        let first = pet(&both, "id > 0 OR mood IN ('calm', 'wild')");
        let gone = alter_column("pet", of_mood("mood", &both), of_mood("mood", &one));
        let more = add_column("pet", column("more", "text?"), None);
        let set = chain([change(&Schema::default(), &first), vec![more, gone]]);
        assert!(set.state().is_err(), "the files say what cannot be");
        let set = chain([change(&Schema::default(), &first)]);
        migrate(driver, &set, &Target::Latest).await.unwrap();
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'calm')").await;
        let wrong = pet(&one, "id > 0 OR mood IN ('calm', 'wild')");
        let error = diff(&first, &wrong, &Renames::none()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        for part in ["`pet_mood_check`", "`pet.mood` with 'wild'", "its labels: calm"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        let right = pet(&one, "id > 0 OR mood = 'calm'");
        let set = chain([change(&Schema::default(), &first), change(&first, &right)]);
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, mood FROM pet").await, ["1|calm"]);
    });
}

fn quoted(driver: &dyn Driver, text: &str) -> String {
    driver.backend().dialect().quote_text(text)
}

/// A label that is renamed: the new one comes, the rows follow, the old one goes, in one migration.
#[test]
fn a_label_is_renamed_in_one_migration() {
    each_with_enums(async |driver| {
        let (old, both, new) = (["calm", "wild"], ["calm", "wild", "fierce"], ["calm", "fierce"]);
        let step =
            |from: &[&str], to: &[&str]| alter_column("pet", of_mood("mood", from), of_mood("mood", to));
        let set = chain([
            vec![create(table("pet", &[]).with_column(of_mood("mood", &old)))],
            vec![
                step(&old, &both),
                run_sql(
                    "UPDATE pet SET mood = 'fierce' WHERE mood = 'wild'",
                    "UPDATE pet SET mood = 'wild' WHERE mood = 'fierce'",
                ),
                step(&both, &new),
            ],
        ]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'wild'), (2, 'calm')").await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, mood FROM pet ORDER BY id").await, ["1|fierce", "2|calm"]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, mood FROM pet ORDER BY id").await, ["1|wild", "2|calm"]);
    });
}

/// To and from text, to an enum of another name, and with the names of table and column.
#[test]
fn columns_become_enums_and_texts_again() {
    each_with_enums(async |driver| {
        let text = || column("mood", "varchar(20)");
        let labels = ["calm", "wild"];
        let named: SqlType = EnumType::new("Temper of it", ["wild", "calm"]).into();
        let set = chain([
            vec![create(table("pet", &[]).with_column(text()))],
            vec![alter_column("pet", text(), of_mood("mood", &labels))],
            vec![alter_column("pet", of_mood("mood", &labels), Column::new("mood", named.clone()))],
            vec![rename_table("pet", "animal"), rename_column("animal", "mood", "temper")],
            vec![alter_column("animal", Column::new("temper", named), column("temper", "text?"))],
        ]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'wild'), (2, 'calm'), (3, 'Calm')").await;
        let error = migrate(driver, &set, &to("0002")).await.unwrap_err();
        assert!(error.to_string().ends_with("(1 found)"), "{error}");
        check(driver, &set).await;
        execute(driver, "UPDATE pet SET mood = 'calm' WHERE id = 3").await;
        for step in ["0002", "0003"] {
            migrate(driver, &set, &to(step)).await.unwrap();
            check(driver, &set).await;
            assert_eq!(
                rows(driver, "SELECT id, mood FROM pet ORDER BY id").await,
                ["1|wild", "2|calm", "3|calm"]
            );
        }
        for step in ["0004", "0005"] {
            migrate(driver, &set, &to(step)).await.unwrap();
            check(driver, &set).await;
            let read = rows(driver, "SELECT id, temper FROM animal ORDER BY id").await;
            assert_eq!(read, ["1|wild", "2|calm", "3|calm"]);
        }
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(
            rows(driver, "SELECT id, mood FROM pet ORDER BY id").await,
            ["1|wild", "2|calm", "3|calm"]
        );
    });
}

/// Keys on both sides of a foreign key, and arrays where there are any.
#[test]
fn keys_and_arrays_follow_their_enum() {
    each_with_enums(async |driver| {
        let arrays = driver.backend().supports(umbral::backend::BackendFeature::ArrayColumns);
        let state = |labels: &[&str]| {
            let of = Table::new("temper").with_column(of_mood("mood", labels)).with_primary_key(["mood"]);
            let key = ForeignKey {
                columns: vec!["mood".into()],
                table: "temper".into(),
                references: vec!["mood".into()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::NoAction,
                deferrable: None,
            };
            let mut pet = table("pet", &[])
                .with_column(of_mood("mood", labels))
                .with_constraint(Constraint::foreign_key("pet_mood_fk", key));
            if arrays {
                let many = SqlType::Array(Box::new(mood(labels)));
                pet = pet.with_column(Column::new("moods", many).nullable());
            }
            Schema::new([of, pet])
        };
        let (first, second) = (state(&["wild", "calm"]), state(&["calm", "new", "wild"]));
        let set = chain([change(&Schema::default(), &first), change(&first, &second)]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO temper (mood) VALUES ('calm'), ('wild')").await;
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'wild')").await;
        if arrays {
            execute(driver, "UPDATE pet SET moods = '{wild,NULL,calm}'").await;
        }
        for step in ["0002", "0001", "0002"] {
            migrate(driver, &set, &to(step)).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT mood FROM pet").await, ["wild"]);
            let orphan = driver.execute(Statement::new("DELETE FROM temper WHERE mood = 'calm'")).await;
            assert_eq!(orphan.unwrap().rows_affected, 1, "no pet has it");
            execute(driver, "INSERT INTO temper (mood) VALUES ('calm')").await;
        }
        if arrays {
            assert_eq!(rows(driver, "SELECT moods::text FROM pet").await, ["{wild,NULL,calm}"]);
            execute(driver, "UPDATE pet SET moods = '{new}'").await;
            let error = migrate(driver, &set, &to("0001")).await.unwrap_err();
            assert!(error.to_string().ends_with("(1 found)"), "{error}");
            check(driver, &set).await;
        }
    });
}

/// One of two columns alone: two types of one name is what no database with names of types holds.
#[test]
fn a_change_that_leaves_a_column_behind_is_refused_whole() {
    each_with_enums(async |driver| {
        let named = driver.backend().normalize(&state(&["calm"], false));
        let shares = named.tables["pet"].columns["mood"].ty.enum_of().is_some_and(|of| !of.name.is_empty());
        if !shares {
            return;
        }
        let first = state(&["wild", "calm"], true);
        let set = chain([
            change(&Schema::default(), &first),
            vec![alter_column("pet", of_mood("mood", &["wild", "calm"]), of_mood("mood", &["calm", "wild"]))],
        ]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert!(
            error.is_unsupported() && error.to_string().contains("person.mood, person.former"),
            "{error:?}"
        );
        check(driver, &set).await;

        // A type that is there already is none that may be changed or dropped.
        execute(driver, "CREATE TYPE size AS ENUM ('s', 'm')").await;
        let size: SqlType = EnumType::new("size", ["s"]).into();
        for name in ["size", "person", "int4"] {
            let ty = SqlType::from(EnumType { name: name.to_owned(), ..size.enum_of().unwrap().clone() });
            let again = chain([
                change(&Schema::default(), &first),
                vec![add_column("pet", Column::new("size", ty).nullable(), None)],
            ]);
            let error = migrate(driver, &again, &Target::Latest).await.unwrap_err();
            assert!(error.to_string().contains("already, which the enum would be called"), "{error}");
            check(driver, &again).await;
        }
    });
}
