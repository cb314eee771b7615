//! Applied migrations without files, beside which others are to be applied: two branches on one database.

use super::*;
use umbral::ErrorKind;
use umbral_testkit::each_engine;

fn first() -> Vec<Operation> {
    vec![create(table("note", &[("text", "varchar(9)")]))]
}

/// `0001`, and behind it a migration of this name.
fn branch(name: &str, operations: Vec<Operation>) -> MigrationSet {
    let mut second = Migration::new("shop", name).depends_on(MigrationId::new("shop", "0001"));
    second.operations = operations;
    MigrationSet::new(chain([first()]).iter().cloned().chain([second])).unwrap()
}

#[test]
fn what_the_other_left_alone_can_be_changed() {
    let other = branch("0002_tag", vec![create(table("tag", &[]))]);
    let longer = alter_column("note", column("text", "varchar(9)"), column("text", "varchar(10)"));
    let own = branch("0002_more", vec![longer, add_column("note", column("more", "text?"), None)]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &other, &Target::Latest).await.unwrap();
        execute(driver, "INSERT INTO note (id, text) VALUES (1, 'a')").await;
        execute(driver, "INSERT INTO tag (id) VALUES (7)").await;
        assert_eq!(MigrationExecutor::new(driver, &own).plan(&Target::Latest).await.unwrap().len(), 1);
        let report = MigrationExecutor::new(driver, &own).migrate(&Target::Latest).await.unwrap();
        assert_eq!((report.done.len(), report.ahead.len()), (1, 1));
        assert_eq!(rows(driver, "SELECT id, text, more FROM note").await, ["1|a|NULL"]);
        assert_eq!(rows(driver, "SELECT id FROM tag").await, ["7"]);
        assert!(migrate(driver, &own, &Target::Latest).await.unwrap().is_empty());
        driver.close().await;
    });
}

#[test]
fn what_the_other_changed_or_nobody_can_tell_is_refused() {
    let other = branch("0002_other", vec![add_column("note", column("other", "text?"), None)]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &other, &Target::Latest).await.unwrap();
        execute(driver, "INSERT INTO note (id, text) VALUES (1, 'a')").await;
        let before = shape(driver).await;
        let table_differs = "the table `note` is not as the files make it";
        for (operation, why) in [
            (add_column("note", column("more", "text?"), None), table_differs),
            // The same under another name.
            (add_column("note", column("other", "text?"), None), table_differs),
            (
                run_sql("UPDATE note SET text = 'x'", "SELECT 1"),
                "it runs SQL that may need what is not there",
            ),
        ] {
            let own = branch("0003_own", vec![operation]);
            let executor = MigrationExecutor::new(driver, &own);
            let refused = executor.migrate(&Target::Latest).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Integrity);
            let expected = format!(
                "shop/0002_other is applied but its file is not there, and shop/0003_own is to be applied beside it: {why}"
            );
            assert_eq!(refused.to_string(), expected, "{}", database.label());
            let planned = executor.plan(&Target::Latest).await.unwrap_err();
            assert_eq!(planned.to_string(), expected);
            assert_eq!(shape(driver).await, before);
            assert_eq!(rows(driver, "SELECT id, text, other FROM note").await, ["1|a|NULL"]);
        }
        driver.close().await;
    });
}
