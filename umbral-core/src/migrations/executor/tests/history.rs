//! What was applied and what the files say now.

use super::*;

#[tokio::test]
async fn an_edited_file_is_found_and_nothing_is_done() {
    let fake = Fake::new(true);
    migrate(&fake, &shop(), &Target::Latest).await.unwrap();
    let edited = set(shop().iter().cloned().map(|mut migration| {
        if migration.id.name == "0002_isbn" {
            migration.operations = vec![add_column("book", "ean")];
        }
        migration
    }));
    for target in [Target::Latest, Target::Zero("users".into())] {
        let error = migrate(&fake, &edited, &target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert_eq!(error.to_string(), "shop/0002_isbn was changed after it had been applied");
    }
    let status = executor(&fake, &edited).status().await.unwrap();
    assert_eq!(status.edited, ["shop/0002_isbn".parse().unwrap()]);
}

/// Every rolling deploy: the database is newer than this program.
#[tokio::test]
async fn a_newer_database_has_nothing_for_an_older_program_to_do() {
    let fake = Fake::new(true);
    migrate(&fake, &shop(), &Target::Latest).await.unwrap();
    let older = set(shop().iter().filter(|migration| migration.id.number() == Some(1)).cloned());
    let report = executor(&fake, &older).migrate(&Target::Latest).await.unwrap();
    assert!(report.done.is_empty());
    let mut ahead: Vec<String> = report.ahead.iter().map(MigrationId::to_string).collect();
    ahead.sort();
    assert_eq!(ahead, ["shop/0002_isbn", "users/0002_name"]);
    let error = migrate(&fake, &older, &Target::Zero("shop".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn an_applied_migration_behind_one_that_is_not_is_found() {
    let fake = Fake::new(true);
    migrate(&fake, &shop(), &Target::Latest).await.unwrap();
    fake.control().stored.rows.get_mut("umbral_migrations").unwrap().retain(|row| {
        row["name"] != crate::value::Value::Text("0001_initial".into())
            || row["app"] != crate::value::Value::Text("shop".into())
    });
    let error = migrate(&fake, &shop(), &Target::Latest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert_eq!(
        error.to_string(),
        "shop/0002_isbn is applied, and shop/0001_initial, on which it stands, is not"
    );
}

#[tokio::test]
async fn two_ends_are_refused_before_anything_is_done() {
    let branches = set([
        migration("a/0001_x", &[], vec![create("t")]),
        migration("a/0002_x", &["a/0001_x"], vec![]),
        migration("a/0002_y", &["a/0001_x"], vec![]),
    ]);
    let fake = Fake::new(true);
    let error = migrate(&fake, &branches, &Target::Latest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(fake.effects().is_empty());
}

/// A branch that is merged late brings a migration that stands beside newer ones of another application.
#[tokio::test]
async fn a_late_migration_is_applied_after_newer_ones() {
    let fake = Fake::new(true);
    let early = set(shop().iter().filter(|migration| migration.id.name != "0002_name").cloned());
    migrate(&fake, &early, &Target::Latest).await.unwrap();
    assert_eq!(migrate(&fake, &shop(), &Target::Latest).await.unwrap(), ["apply users/0002_name"]);
}

/// Another process may make the own tables between two statements of one that reads them without the lock.
#[tokio::test]
async fn tables_that_come_up_while_they_are_read_are_read_again() {
    let fake = Fake::new(true);
    migrate(&fake, &shop(), &Target::Latest).await.unwrap();
    for table in ["umbral_migrations", "umbral_journal"] {
        fake.control().late = Some(table.to_owned());
        let status = executor(&fake, &shop()).status().await.unwrap();
        assert!(status.pending.is_empty() && fake.control().late.is_none(), "{table}");
    }
}
