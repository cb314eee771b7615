//! The process ends at every boundary between two statements, and the next run brings it to the same end.

use super::*;
use std::collections::BTreeSet;

/// Migrates with a death at every boundary in turn, then again without one.
async fn dies_everywhere(transactional: bool, set: &MigrationSet) {
    let whole = Fake::new(transactional);
    migrate(&whole, set, &Target::Latest).await.unwrap();
    let boundaries = whole.control().boundaries;
    let expected = whole.effects();
    for boundary in 1..=boundaries {
        let fake = Fake::new(transactional);
        fake.control().die_at = Some(boundary);
        let died = migrate(&fake, set, &Target::Latest).await;
        assert_eq!(died.map_err(|error| error.kind()), Err(ErrorKind::Connection), "boundary {boundary}");
        fake.control().die_at = None;
        assert!(!fake.control().locked);
        let again = migrate(&fake, set, &Target::Latest).await;
        again.unwrap_or_else(|error| panic!("boundary {boundary} of {boundaries}: {error:?}"));
        let mut effects = fake.effects();
        let mut seen = BTreeSet::new();
        effects.retain(|effect| seen.insert(effect.clone()) || !effect.contains("repeatable"));
        assert_eq!(effects, expected, "boundary {boundary}");
        assert_eq!(fake.rows("umbral_migrations"), set.len(), "boundary {boundary}");
        assert_eq!(fake.rows("umbral_journal"), 0, "boundary {boundary}");
        assert!(!fake.control().leaked, "boundary {boundary}");
        assert!(migrate(&fake, set, &Target::Latest).await.unwrap().is_empty());
    }
}

fn indexed(name: &str) -> Operation {
    let table = table(name).with_index(Index::new(format!("{name}_1"), ["id"]));
    Operation::CreateTable(CreateTable { table })
}

fn add_index(table: &str) -> Operation {
    Operation::AddIndex(AddIndex { table: table.into(), index: Index::new(format!("{table}_a"), ["a"]) })
}

#[tokio::test]
async fn in_one_transaction() {
    let set = set([
        migration("a/0001_x", &[], vec![indexed("t"), run_sql("fill", true), add_index("t"), exclude("t")]),
        migration("a/0002_x", &["a/0001_x"], vec![add_column("t", "b")]),
    ]);
    dies_everywhere(true, &set).await;
}

#[tokio::test]
async fn in_parts() {
    let operations =
        vec![create("t"), run_sql("fill", true), drop_column("t", "a"), run_sql("mend", true), create("u")];
    dies_everywhere(true, &set([migration("a/0001_x", &[], operations)])).await;
}

#[tokio::test]
async fn with_a_part_that_no_transaction_can_hold() {
    let operations = vec![create("t"), run_sql("repeatable", false), drop_column("t", "a")];
    dies_everywhere(true, &set([migration("a/0001_x", &[], operations)])).await;
    let last = vec![create("t"), run_sql("repeatable", false)];
    dies_everywhere(true, &set([migration("a/0001_x", &[], last)])).await;
}

/// Statements that commit by themselves: the journal tells which are done, and the catalogue whether the one under
/// way took effect.
#[tokio::test]
async fn without_transactions() {
    let set = set([
        migration("a/0001_x", &[], vec![create("t"), create("u")]),
        migration("a/0002_x", &["a/0001_x"], vec![create("v"), create("w")]),
    ]);
    dies_everywhere(false, &set).await;
}

#[tokio::test]
async fn an_interrupted_migration_goes_on_first() {
    let fake = Fake::new(true);
    let first =
        migration("b/0001_x", &[], vec![create("t"), run_sql("repeatable", false), run_sql("end", true)]);
    let set = set([first, migration("a/0001_x", &[], vec![create("u")])]);
    fake.control().refuse.push("end".into());
    migrate(&fake, &set, &Target::LatestOf("b".into())).await.unwrap_err();
    assert_eq!(executor(&fake, &set).status().await.unwrap().interrupted, Some("b/0001_x".parse().unwrap()));

    let error = migrate(&fake, &set, &Target::LatestOf("a".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert_eq!(error.to_string(), "b/0001_x was interrupted half-way while it was to apply");
    assert_eq!(error.hint(), Some("let it come to its end first: run `migrate b 0001_x`"));

    fake.control().refuse.clear();
    let done = migrate(&fake, &set, &Target::Latest).await.unwrap();
    assert_eq!(done, ["apply b/0001_x", "apply a/0001_x"]);
    assert_eq!(fake.effects(), ["create t", "repeatable", "end", "create u"]);
}

#[tokio::test]
async fn what_is_done_of_an_interrupted_migration_cannot_be_changed() {
    let half = |first: &str, script: &str, last: &str| {
        let operations = vec![create(first), run_sql(script, false), run_sql(last, true)];
        set([migration("a/0001_x", &[], operations)])
    };
    let fake = Fake::new(true);
    fake.control().refuse.push("wrong".into());
    migrate(&fake, &half("t", "repeatable", "wrong"), &Target::Latest).await.unwrap_err();
    for edited in [half("u", "repeatable", "right"), half("t", "repeatable too", "right")] {
        let error = migrate(&fake, &edited, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    }
    migrate(&fake, &half("t", "repeatable", "right"), &Target::Latest).await.unwrap();
    assert_eq!(fake.effects(), ["create t", "repeatable", "right"]);
}
