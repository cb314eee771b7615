//! Servers to which a table has one name in capitals and in small letters: MySQL and MariaDB as they are set on Windows.

use super::*;
use crate::mysql::crashes::migrate_until;
use umbral::ErrorKind;
use umbral_testkit::servers::ServerKind;
use umbral_testkit::{TestDatabase, TestEngine, on_databases};

/// Runs `body` on a new database of a server of either family that folds the names of tables.
fn on_folding(body: impl AsyncFn(&TestDatabase) + Sync) {
    let chosen = TestEngine::chosen();
    let kinds = [(TestEngine::MariaDb, ServerKind::MariaDb), (TestEngine::MySql, ServerKind::MySql)];
    let kinds = kinds.iter().filter(|(engine, _)| chosen.contains(engine));
    let servers: Vec<_> = kinds
        .filter_map(|(_, kind)| Some((kind.name(), TestDatabase::server_folding_names(*kind)?)))
        .collect();
    on_databases(servers.iter().map(|(name, server)| TestDatabase::on_server(name, server.url())), body);
}

fn first() -> Vec<Operation> {
    let work = table("Work", &[("title", "varchar(20)"), ("author_id", "bigint")])
        .with_index(Index::new("work_title_idx", ["title"]))
        .with_constraint(references("Work", "author_id", "Author"))
        .with_constraint(Constraint::check("work_id_check", expr("id > 0")));
    vec![create(table("Author", &[("name", "varchar(20)")])), create(work)]
}

/// Changes of every kind that has a table's name in it, and of its case alone.
fn second() -> Vec<Operation> {
    vec![
        alter_column("Work", column("title", "varchar(20)"), column("title", "varchar(30)")),
        add_column("Work", column("pages", "integer"), Some("id * 10")),
        rename_table("Author", "AUTHOR"),
        alter_column("AUTHOR", column("name", "varchar(20)"), column("name", "text")),
        create(table("Shelf", &[])),
        rename_table("Work", "Opus"),
        add_column("Opus", column("shelf_id", "bigint?"), None),
        add_constraint("Opus", references("Opus", "shelf_id", "Shelf")),
        add_constraint("Opus", Constraint::unique("opus_pages_uniq", ["pages"])),
    ]
}

async fn fill(driver: &dyn Driver) {
    execute(driver, "INSERT INTO `Author` (id, name) VALUES (1, 'Ann'), (2, 'Bob')").await;
    execute(driver, "INSERT INTO `Work` (id, title, author_id) VALUES (1, 'One', 1), (2, 'Two', 2)").await;
}

const WORKS: &str =
    "SELECT o.id, o.title, o.pages, a.name FROM `Opus` o JOIN `Author` a ON a.id = o.author_id ORDER BY o.id";

/// Cases: 29.
#[test]
fn tables_with_capitals_change_and_keep_their_rows() {
    let set = chain([first(), second()]);
    on_folding(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert!(shape(driver).await.tables.keys().eq(["author", "work"]), "the server folds names");
        fill(driver).await;
        // What no migration knows of a column is found under the folded name.
        let comment = "ALTER TABLE `Work` MODIFY title varchar(20) COLLATE utf8mb4_general_ci NOT NULL";
        execute(driver, comment).await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        let collation = "SELECT collation_name FROM information_schema.columns \
                         WHERE table_schema = DATABASE() AND table_name = 'opus' AND column_name = 'title'";
        assert_eq!(rows(driver, collation).await, ["utf8mb4_general_ci"]);
        execute(driver, "ALTER TABLE `Opus` MODIFY title varchar(30) NOT NULL").await;
        check(driver, &set).await;
        assert_eq!(rows(driver, WORKS).await, ["1|One|10|Ann", "2|Two|20|Bob"]);
        assert!(migrate(driver, &set, &Target::Latest).await.unwrap().is_empty());
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, title FROM `Work` ORDER BY id").await, ["1|One", "2|Two"]);
        migrate(driver, &set, &to("zero")).await.unwrap();
        assert_eq!(shape(driver).await, Schema::default());
        driver.close().await;
    });
}

/// Whether a step took effect is found under the name that the server has for its table.
///
/// Cases: 29.
#[test]
fn a_run_that_was_cut_off_goes_on_with_tables_of_capitals() {
    let pages = add_column("Work", column("pages", "integer"), Some("id * 10"));
    let set = chain([first(), vec![pages, rename_table("Work", "Opus"), create(table("Shelf", &[]))]]);
    on_folding(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let mut boundaries = 0;
        // Before a statement and behind one, by turns.
        for at in (1..).step_by(3) {
            migrate(driver, &set, &to("0001")).await.unwrap();
            fill(driver).await;
            if !migrate_until(database.url().clone(), set.clone(), at).await {
                break;
            }
            boundaries = at;
            migrate(driver, &set, &Target::Latest).await.unwrap_or_else(|error| panic!("{at}: {error:?}"));
            check(driver, &set).await;
            assert_eq!(rows(driver, WORKS).await, ["1|One|10|Ann", "2|Two|20|Bob"], "boundary {at}");
            migrate(driver, &set, &to("zero")).await.unwrap();
        }
        assert!(boundaries > 15, "{boundaries} are too few to be true");
        driver.close().await;
    });
}

/// Cases: 29.
#[test]
fn two_tables_that_the_server_takes_for_one_are_refused_before_anything_is_made() {
    on_folding(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &chain([first()]), &Target::Latest).await.unwrap();
        fill(driver).await;
        let before = shape(driver).await;
        let note = || create(table("note", &[]));
        for (operations, other) in [
            (vec![note(), create(table("WORK", &[]))], "`WORK` and `Work`"),
            (vec![note(), rename_table("Author", "work")], "`work` and `Work`"),
            (vec![note(), create(table("Note", &[]))], "`Note` and `note`"),
        ] {
            let error = migrate(driver, &chain([first(), operations]), &Target::Latest).await.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
            assert!(error.to_string().contains(other), "{error}");
            assert_eq!(shape(driver).await, before);
        }
        assert_eq!(rows(driver, "SELECT count(*) FROM `Work`").await, ["2"]);
        driver.close().await;
    });
}

/// What a migration of another branch did is looked for under the folded name too.
///
/// Cases: 29.
#[test]
fn a_table_with_capitals_that_another_branch_changed_is_found() {
    let branch = |name: &str, operations| {
        let mut second = Migration::new("shop", name).depends_on(MigrationId::new("shop", "0001"));
        second.operations = operations;
        MigrationSet::new(chain([first()]).iter().cloned().chain([second])).unwrap()
    };
    let add = |name: &str| vec![add_column("Work", column(name, "text?"), None)];
    on_folding(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &branch("0002_other", add("other")), &Target::Latest).await.unwrap();
        let refused = migrate(driver, &branch("0002_own", add("own")), &Target::Latest).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Integrity, "{refused:?}");
        let longer = alter_column("Author", column("name", "varchar(20)"), column("name", "varchar(30)"));
        migrate(driver, &branch("0002_own", vec![longer]), &Target::Latest).await.unwrap();
        driver.close().await;
    });
}
