//! Labels of enums that get other names: the rows keep them.

use super::enums::{each_with_enums, mood, of_mood};
use super::*;
use umbral::ErrorKind;
use umbral::backend::BackendFeature;
use umbral::migrations::operations::RenameLabel;
use umbral::migrations::{AutodetectOptions, Models, NoInput, Renames, autodetect, diff};
use umbral::model::Registry;
use umbral::prelude::{Choices, Model};
use umbral_testkit::{TestDatabase, each_engine};

fn rename(table: &str, column: &str, from: &str, to: &str) -> Operation {
    let [table, column, from, to] = [table, column, from, to].map(str::to_owned);
    Operation::RenameLabel(RenameLabel { table, column, from, to })
}

const NEW: &str = "it's \\ happy";

/// Two tables with the enum: as a key on both sides, as a default, in checks, in a generated column, in a partial index and in arrays,
/// where there are these.
fn state(driver: &dyn Driver, labels: &[&str]) -> Schema {
    let has = |feature| driver.backend().supports(feature);
    let glad = Expr::text(labels[0]).to_string();
    let index = Index {
        predicate: has(BackendFeature::PartialIndexes).then(|| expr(&format!("mood = {glad}"))),
        ..Index::new("person_mood_idx", ["mood"])
    };
    let key = ForeignKey {
        columns: vec!["mood".into()],
        table: "temper".into(),
        references: vec!["mood".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    let mut person = table("person", &[])
        .with_column(of_mood("mood", labels).with_default(Expr::text(labels[0])))
        .with_column(of_mood("former", labels).nullable())
        .with_column(
            Column::new("smiles", SqlType::Integer)
                .stored_as(expr(&format!("CASE WHEN former = {glad} THEN 2 ELSE 1 END"))),
        )
        .with_constraint(Constraint::check("person_mood_check", expr(&format!("mood <> {glad} OR id < 10"))))
        .with_constraint(Constraint::check("person_both_check", expr("mood <> former")))
        .with_constraint(Constraint::foreign_key("person_mood_fk", key))
        .with_index(index);
    person.columns["smiles"].nullable = true;
    if has(BackendFeature::ArrayColumns) {
        let default = Expr::text(format!(
            "{{sad,{}}}",
            if labels[0] == NEW { r#""it's \\ happy""# } else { labels[0] }
        ));
        let many = Column::new("moods", SqlType::Array(Box::new(mood(labels)))).with_default(default);
        person = person.with_column(many);
    }
    let temper = Table::new("temper").with_column(of_mood("mood", labels)).with_primary_key(["mood"]);
    Schema::new([temper, person])
}

/// Cases: 12.
#[test]
fn rows_keys_defaults_and_checks_follow_a_label() {
    each_with_enums(async |driver| {
        let (first, second) = (state(driver, &["glad", "sad"]), state(driver, &[NEW, "sad"]));
        let columns: Vec<(String, String)> = first
            .tables
            .values()
            .flat_map(|table| table.columns.values().map(|column| (table.name.clone(), column)))
            .filter(|(_, column)| column.ty.enum_of().is_some())
            .map(|(table, column)| (table, column.name.clone()))
            .collect();
        let renames = columns
            .iter()
            .fold(Renames::none(), |renames, (table, column)| renames.label(table, column, "glad", NEW));
        let change = diff(&first, &second, &renames).unwrap();
        assert_eq!(change.len(), columns.len(), "{change:?}");
        let set = chain([diff(&Schema::default(), &first, &Renames::none()).unwrap(), change]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        execute(driver, "INSERT INTO temper (mood) VALUES ('glad'), ('sad')").await;
        execute(driver, "INSERT INTO person (id, former) VALUES (1, 'sad'), (2, NULL)").await;
        execute(driver, "INSERT INTO person (id, mood, former) VALUES (3, 'sad', 'glad')").await;
        let persons = "SELECT id, mood, former, smiles FROM person ORDER BY mood, id";
        let as_before = ["1|glad|sad|1", "2|glad|NULL|1", "3|sad|glad|2"];
        let as_after = ["1|it's \\ happy|sad|1", "2|it's \\ happy|NULL|1", "3|sad|it's \\ happy|2"];
        assert_eq!(rows(driver, persons).await, as_before);
        for _ in 0..2 {
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, persons).await, as_after);
            execute(driver, "INSERT INTO person (id) VALUES (4)").await;
            assert_eq!(rows(driver, "SELECT mood FROM person WHERE id = 4").await, [NEW], "the default");
            for refused in [
                "INSERT INTO person (id) VALUES (10)",
                "DELETE FROM temper",
                "UPDATE person SET former = mood",
            ] {
                assert!(driver.execute(Statement::new(refused)).await.is_err(), "{refused}");
            }
            let old = driver.execute(Statement::new("UPDATE person SET former = 'glad' WHERE id = 1")).await;
            assert!(old.is_err(), "there is no such label");
            if driver.backend().supports(BackendFeature::ArrayColumns) {
                let arrays = rows(driver, "SELECT DISTINCT moods::text FROM person").await;
                assert_eq!(arrays, [r#"{sad,"it's \\ happy"}"#]);
            }
            execute(driver, "DELETE FROM person WHERE id = 4").await;
            migrate(driver, &set, &to("0001")).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, persons).await, as_before);
        }
        migrate(driver, &set, &to("zero")).await.unwrap();
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
    });
}

/// A label takes the name of another one that gets a new name itself; two of them take each other's.
#[test]
fn labels_take_names_that_get_free() {
    let pairs = [("small", "large"), ("large", "small"), ("one", "two"), ("two", "three")];
    let (before, after) =
        (["small", "medium", "large", "one", "two"], ["large", "medium", "small", "two", "three"]);
    let state = |labels: &[&str]| {
        let default = Expr::text(labels[0]);
        let coat = table("coat", &[]).with_column(of_mood("size", labels).with_default(default));
        Schema::new([coat, table("shoe", &[]).with_column(of_mood("size", labels))])
    };
    each_with_enums(async |driver| {
        let (first, second) = (state(&before), state(&after));
        // Each column says it in an order of its own.
        let turned = pairs.iter().rev().copied().collect::<Vec<_>>();
        let renames = pairs.iter().map(|pair| ("coat", *pair));
        let renames = renames.chain(turned.into_iter().map(|pair| ("shoe", pair)));
        let renames = renames
            .fold(Renames::none(), |renames, (table, (from, to))| renames.label(table, "size", from, to));
        let change = diff(&first, &second, &renames).unwrap();
        let set = chain([diff(&Schema::default(), &first, &Renames::none()).unwrap(), change]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO coat (id) VALUES (1)").await;
        let values: Vec<String> =
            before.iter().enumerate().map(|(id, label)| format!("({id}, '{label}')")).collect();
        execute(driver, &format!("INSERT INTO shoe (id, size) VALUES {}", values.join(", "))).await;
        let shoes = "SELECT size FROM shoe ORDER BY id";
        for _ in 0..2 {
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT size FROM coat").await, ["large"]);
            assert_eq!(rows(driver, shoes).await, after);
            migrate(driver, &set, &to("0001")).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT size FROM coat").await, ["small"]);
            assert_eq!(rows(driver, shoes).await, before);
        }
        migrate(driver, &set, &to("zero")).await.unwrap();
    });
}

/// What holds for the rows would not hold with the new name.
#[test]
fn a_name_that_breaks_a_check_changes_nothing() {
    each_with_enums(async |driver| {
        let short = Constraint::check("pet_short_check", expr("length(CAST(mood AS varchar(20))) < 6"));
        let pet = table("pet", &[]).with_column(of_mood("mood", &["calm", "wild"])).with_constraint(short);
        let set = chain([vec![create(pet)], vec![rename("pet", "mood", "wild", "untamed")]]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO pet (id, mood) VALUES (1, 'wild'), (2, 'calm')").await;
        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        assert!(error.to_string().ends_with("(1 found)"), "{error}");
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT mood FROM pet ORDER BY id").await, ["wild", "calm"]);
        execute(driver, "DELETE FROM pet WHERE id = 1").await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
    });
}

mod before {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Choices)]
    #[umbral(native)]
    pub(super) enum Temper {
        Glad,
        Sad,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "labelled", app = "labels", backends(postgres, mysql, mariadb))]
    pub(super) struct Labelled {
        #[umbral(primary_key)]
        id: i64,
        #[umbral(default = "glad")]
        temper: Temper,
        #[umbral(check = "former = 'glad'")]
        former: Option<Temper>,
    }
}

mod after {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Choices)]
    #[umbral(native)]
    pub(super) enum Temper {
        New,
        #[umbral(renamed_from = ["merry", "glad"])]
        Happy,
        #[umbral(value = "it's sad", renamed_from = "sad")]
        Sad,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "labelled", app = "labels", backends(postgres, mysql, mariadb))]
    pub(super) struct Labelled {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(default = "happy")]
        pub(super) temper: Temper,
        #[umbral(check = "former = 'happy'")]
        pub(super) former: Option<Temper>,
    }
}

/// From the variants of today to a migration file, and from there to the rows.
#[test]
fn a_variant_says_what_its_label_was() {
    let detect = |set: &MigrationSet, models: Registry| {
        let models = Models::of(&models).unwrap();
        autodetect(set, &models, &mut NoInput, &AutodetectOptions::default()).unwrap()
    };
    let first = detect(&MigrationSet::default(), Registry::new().with::<before::Labelled>());
    let set = MigrationSet::new(first.clone()).unwrap();
    let second = detect(&set, Registry::new().with::<after::Labelled>());
    let described: Vec<String> = second[0].operations.iter().map(Operation::describe).collect();
    assert_eq!(
        described[..4],
        [
            "Rename label glad of labelled.former to happy",
            "Rename label sad of labelled.former to it's sad",
            "Rename label glad of labelled.temper to happy",
            "Rename label sad of labelled.temper to it's sad",
        ]
    );
    let text = second[0].to_toml();
    assert!(text.contains("op = \"rename_label\""), "{text}");
    let read = Migration::from_toml(&text, "labels.toml").unwrap();
    assert_eq!(read, Migration { id: read.id.clone(), ..second[0].clone() });
    let set = MigrationSet::new(first.into_iter().chain(second)).unwrap();
    assert!(detect(&set, Registry::new().with::<after::Labelled>()).is_empty());
    each_with_enums(async |driver| {
        let executor = MigrationExecutor::new(driver, &set);
        let ids: Vec<MigrationId> = set.iter().map(|migration| migration.id.clone()).collect();
        executor.migrate(&Target::To(ids[0].clone())).await.unwrap();
        execute(
            driver,
            "INSERT INTO labelled (id, temper, former) VALUES (1, 'sad', 'glad'), (2, 'glad', NULL)",
        )
        .await;
        executor.migrate(&Target::Latest).await.unwrap();
        check(driver, &set).await;
        let read = rows(driver, "SELECT id, temper, former FROM labelled ORDER BY temper, id").await;
        assert_eq!(read, ["2|happy|NULL", "1|it's sad|happy"], "in the order of the variants");
        executor.migrate(&Target::To(ids[0].clone())).await.unwrap();
        let read = rows(driver, "SELECT id, temper, former FROM labelled ORDER BY temper, id").await;
        assert_eq!(read, ["2|glad|NULL", "1|sad|glad"]);
    });
}

/// SQLite has no enums, and says so of their labels too.
#[test]
fn a_database_without_enums_refuses() {
    each_engine(async |database: &TestDatabase| {
        let driver = database.connect().await;
        if driver.backend().map_type(&mood(&["calm"])).is_err() {
            let from = Schema::new([table("pet", &[]).with_column(of_mood("mood", &["calm"]))]);
            let planner = driver.backend().planner();
            let error = planner.plan(&[rename("pet", "mood", "calm", "still")], &from, &Default::default());
            let error = error.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
        }
        driver.close().await;
    });
}
