//! Migrations that are recorded as run, and were not.

use super::*;
use umbral::migrations::{Direction, MigrateOptions, sql_text};
use umbral_testkit::each_engine;

async fn fake(driver: &dyn Driver, set: &MigrationSet, target: &Target) -> umbral::Result<Vec<String>> {
    let mut options = MigrateOptions::default();
    options.fake = true;
    let report = MigrationExecutor::new(driver, set).with_options(options).migrate(target).await?;
    Ok(report.done.iter().map(|(id, direction, _)| format!("{direction} {}", id.name)).collect())
}

fn set() -> MigrationSet {
    let tag = || column("tag", "varchar(9)").with_default(expr("'none'"));
    chain([
        vec![create(table("note", &[("text", "varchar(20)")]))],
        vec![
            add_column("note", tag(), None),
            add_index("note", Index::new("note_tag_idx", ["tag"])),
            add_constraint("note", Constraint::check("note_text_check", expr("text <> ''"))),
            alter_column("note", column("text", "varchar(20)"), column("text", "varchar(200)")),
        ],
        vec![add_column("note", column("last", "integer?"), None)],
    ])
}

/// The SQL of a migration as text, run by hand and recorded, leads to what running the migration leads to: rows, shape,
/// what comes after it and what undoes it.
#[test]
fn the_sql_of_a_migration_may_be_run_by_hand() {
    let set = set();
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO note (id, text) VALUES (1, 'kept'), (2, 'too')").await;
        let second = MigrationId::new("shop", "0002");
        let sql = sql_text(&set, &second, Direction::Forward, driver.backend().as_ref()).unwrap();
        driver.acquire().await.unwrap().execute_script(&sql).await.unwrap();
        assert_eq!(fake(driver, &set, &to("0002")).await.unwrap(), ["apply 0002"]);
        check(driver, &set).await;
        let read = "SELECT id, text, tag FROM note ORDER BY id";
        assert_eq!(rows(driver, read).await, ["1|kept|none", "2|too|none"]);

        assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0003"]);
        check(driver, &set).await;
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, text FROM note ORDER BY id").await, ["1|kept", "2|too"]);
        driver.close().await;
    });
}

#[test]
fn nothing_is_run_of_what_is_recorded() {
    let set = set();
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        assert_eq!(fake(driver, &set, &to("0002")).await.unwrap(), ["apply 0001", "apply 0002"]);
        assert_eq!(shape(driver).await, Schema::default());
        assert_eq!(fake(driver, &set, &to("0002")).await.unwrap(), [""; 0]);
        assert_eq!(fake(driver, &set, &to("zero")).await.unwrap(), ["unapply 0002", "unapply 0001"]);

        migrate(driver, &set, &Target::Latest).await.unwrap();
        execute(driver, "INSERT INTO note (id, text) VALUES (1, 'kept')").await;
        assert_eq!(fake(driver, &set, &to("0001")).await.unwrap(), ["unapply 0003", "unapply 0002"]);
        assert_eq!(rows(driver, "SELECT text, tag FROM note").await, ["kept|none"]);
        // The history is still held to the files.
        let changed = chain([vec![create(table("note", &[("text", "varchar(21)")]))], vec![]]);
        let error = fake(driver, &changed, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), umbral::ErrorKind::Integrity, "{error:?}");
        driver.close().await;
    });
}
