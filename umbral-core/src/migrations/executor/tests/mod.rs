mod crashes;
mod fake;
mod history;

use super::*;
use crate::error::{Error, ErrorKind};
use crate::migrations::operations::{AddColumn, AddConstraint, AddIndex, CreateTable, DropColumn, RunSql};
use crate::migrations::{Migration, Operation};
use crate::schema::{Column, Constraint, ExclusionConstraint, ExclusionElement, Expr, Index, SqlType};
use fake::{Fake, PATIENCE, table};
use std::sync::Mutex;

fn create(name: &str) -> Operation {
    Operation::CreateTable(CreateTable { table: table(name) })
}

fn add_column(table: &str, column: &str) -> Operation {
    let column = Column::new(column, SqlType::Text).nullable();
    Operation::AddColumn(AddColumn { table: table.into(), column, backfill: None })
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn(DropColumn { table: table.into(), column: column.into() })
}

fn unique(table: &str) -> Operation {
    let constraint = Constraint::unique(format!("{table}_uniq"), ["a"]);
    Operation::AddConstraint(AddConstraint { table: table.into(), constraint })
}

fn exclude(table: &str) -> Operation {
    let element = ExclusionElement::new(Expr::column("a"), "=".parse().unwrap());
    let exclusion = ExclusionConstraint::new([element]);
    let constraint = Constraint::exclusion(format!("{table}_excl"), exclusion);
    Operation::AddConstraint(AddConstraint { table: table.into(), constraint })
}

fn run_sql(sql: &str, transactional: bool) -> Operation {
    let forward = [("any".to_owned(), sql.to_owned())].into();
    let backward = [("any".to_owned(), format!("undo {sql}"))].into();
    Operation::RunSql(RunSql { description: String::new(), forward, backward, transactional })
}

fn migration(id: &str, dependencies: &[&str], operations: Vec<Operation>) -> Migration {
    let dependencies = dependencies.iter().map(|id| id.parse().unwrap()).collect();
    Migration { id: id.parse().unwrap(), dependencies, operations }
}

fn set(migrations: impl IntoIterator<Item = Migration>) -> MigrationSet {
    MigrationSet::new(migrations).unwrap()
}

/// Two applications, one of which stands on the other.
fn shop() -> MigrationSet {
    set([
        migration("users/0001_initial", &[], vec![create("person")]),
        migration("users/0002_name", &["users/0001_initial"], vec![add_column("person", "name")]),
        migration("shop/0001_initial", &["users/0001_initial"], vec![create("book"), create("tag")]),
        migration("shop/0002_isbn", &["shop/0001_initial"], vec![add_column("book", "isbn")]),
    ])
}

fn executor<'a>(fake: &'a Fake, set: &'a MigrationSet) -> MigrationExecutor<'a> {
    MigrationExecutor::new(fake, set)
        .with_options(MigrateOptions { lock_timeout: PATIENCE, ..MigrateOptions::default() })
}

async fn migrate(fake: &Fake, set: &MigrationSet, target: &Target) -> Result<Vec<String>> {
    let report = executor(fake, set).migrate(target).await?;
    Ok(report.done.iter().map(|(id, direction, _)| format!("{direction} {id}")).collect())
}

fn to(id: &str) -> Target {
    Target::To(id.parse().unwrap())
}

#[tokio::test]
async fn everything_is_applied_once_in_order() {
    let (fake, set) = (Fake::new(true), shop());
    let planned = executor(&fake, &set).plan(&Target::Latest).await.unwrap();
    assert!(fake.effects().is_empty() && fake.rows("umbral_migrations") == 0);
    assert_eq!(planned[2].operations, ["Add column isbn to book"]);

    let done = migrate(&fake, &set, &Target::Latest).await.unwrap();
    assert_eq!(
        done,
        [
            "apply users/0001_initial",
            "apply shop/0001_initial",
            "apply shop/0002_isbn",
            "apply users/0002_name"
        ]
    );
    assert_eq!(planned.iter().map(|work| format!("apply {}", work.id)).collect::<Vec<_>>(), done);
    assert!(migrate(&fake, &set, &Target::Latest).await.unwrap().is_empty());

    let status = executor(&fake, &set).status().await.unwrap();
    assert!(status.pending.is_empty() && status.ahead.is_empty() && status.edited.is_empty());
    assert_eq!(status.applied.len(), 4);
    assert_eq!(status.applied[0].umbral_version, env!("CARGO_PKG_VERSION"));
    assert_eq!((fake.rows("umbral_migrations"), fake.rows("umbral_journal")), (4, 0));
}

#[tokio::test]
async fn one_transaction_holds_a_migration_and_its_record() {
    let (fake, set) = (Fake::new(true), shop());
    migrate(&fake, &set, &to("shop/0001_initial")).await.unwrap();
    let sent = fake.control().sent.clone();
    let at = sent.iter().position(|sql| sql == "create book").unwrap();
    assert_eq!(sent[at - 1], "BEGIN");
    assert_eq!(sent[at + 1], "create tag");
    assert!(sent[at + 2].starts_with("INSERT INTO umbral_migrations"), "{}", sent[at + 2]);
    assert_eq!(sent[at + 3], "COMMIT");
}

#[tokio::test]
async fn targets_go_forwards_and_backwards() {
    let (fake, set) = (Fake::new(true), shop());
    let latest_of_shop = Target::LatestOf("shop".into());
    let done = migrate(&fake, &set, &latest_of_shop).await.unwrap();
    assert_eq!(done, ["apply users/0001_initial", "apply shop/0001_initial", "apply shop/0002_isbn"]);

    assert_eq!(migrate(&fake, &set, &to("shop/0001_initial")).await.unwrap(), ["unapply shop/0002_isbn"]);
    assert!(migrate(&fake, &set, &to("shop/0001_initial")).await.unwrap().is_empty());
    // What stands on it in another application goes first.
    let done = migrate(&fake, &set, &Target::Zero("users".into())).await.unwrap();
    assert_eq!(done, ["unapply shop/0001_initial", "unapply users/0001_initial"]);
    assert_eq!(fake.rows("umbral_migrations"), 0);
    let effects = fake.effects();
    assert_eq!(effects[effects.len() - 3..], ["Drop table tag", "Drop table book", "Drop table person"]);
}

#[tokio::test]
async fn what_cannot_be_undone_is_refused_before_anything_changes() {
    let irreversible = RunSql {
        description: "Lose it".into(),
        forward: [("any".to_owned(), "lose".to_owned())].into(),
        backward: Default::default(),
        transactional: true,
    };
    let set = set([
        migration("a/0001_x", &[], vec![create("t"), Operation::RunSql(irreversible)]),
        migration("a/0002_x", &["a/0001_x"], vec![add_column("t", "b")]),
    ]);
    let fake = Fake::new(true);
    migrate(&fake, &set, &Target::Latest).await.unwrap();
    let before = fake.effects();
    let error = migrate(&fake, &set, &Target::Zero("a".into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().starts_with("a/0001_x cannot be undone: "), "{error}");
    assert_eq!((fake.effects(), fake.rows("umbral_migrations")), (before, 2));
}

#[tokio::test]
async fn rows_that_stand_against_it_are_counted_and_nothing_changes() {
    let set = set([migration("a/0001_x", &[], vec![create("t"), unique("t")])]);
    let fake = Fake::new(true);
    fake.control().offending = 3;
    let error = migrate(&fake, &set, &Target::Latest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert_eq!(error.to_string(), "applying a/0001_x: t has duplicates (3 found)");
    assert_eq!(error.hint(), Some("remove them; find them with: find them"));
    assert_eq!((fake.effects().len(), fake.rows("umbral_migrations")), (0, 0));
    fake.control().offending = 0;
    migrate(&fake, &set, &Target::Latest).await.unwrap();
}

/// Rows that only the statement itself can find are told of in the plan's words, and what else goes wrong with it is not.
#[tokio::test]
async fn rows_that_a_statement_finds_itself_are_told_of_and_nothing_of_it_is_done() {
    let set = set([migration("a/0001_x", &[], vec![create("t"), exclude("t")])]);
    for transactional in [true, false] {
        let fake = Fake::new(transactional);
        let before: &[&str] = if transactional { &[] } else { &["create t"] };
        fake.control().violate.push("exclude t_excl".into());
        let error = migrate(&fake, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert_eq!(error.to_string(), "applying a/0001_x: t has rows that exclude each other");
        assert_eq!(error.hint(), Some("move them; find them with: find them"));
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<Error>());
        assert_eq!(source.map(Error::kind), Some(ErrorKind::Violation));
        assert_eq!(fake.effects(), before);
        assert_eq!(fake.rows("umbral_migrations"), 0);

        fake.control().violate.clear();
        fake.control().refuse.push("exclude t_excl".into());
        let error = migrate(&fake, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Statement);
        let message = "applying a/0001_x: step 2 of 2, `exclude t_excl`: `exclude t_excl` is refused";
        assert_eq!(error.to_string(), message);
        assert_eq!(fake.effects(), before);

        fake.control().refuse.clear();
        migrate(&fake, &set, &Target::Latest).await.unwrap();
        assert_eq!(fake.effects(), ["create t", "exclude t_excl"]);
        assert_eq!((fake.rows("umbral_migrations"), fake.rows("umbral_journal")), (1, 0));
    }
}

#[tokio::test]
async fn a_failed_step_is_named_and_rolled_back() {
    let set = set([migration("a/0001_x", &[], vec![create("t"), create("u")])]);
    let fake = Fake::new(true);
    fake.control().refuse.push("create u".into());
    let error = migrate(&fake, &set, &Target::Latest).await.unwrap_err();
    assert_eq!(error.to_string(), "applying a/0001_x: step 2 of 2, `create u`: `create u` is refused");
    assert!(fake.effects().is_empty());
    fake.control().refuse.clear();
    migrate(&fake, &set, &Target::Latest).await.unwrap();
    assert_eq!(fake.effects(), ["create t", "create u"]);
}

/// What is set for one part of a migration, such as foreign keys that are not enforced, does not hold for the SQL of
/// the user.
#[tokio::test]
async fn sql_of_the_user_runs_as_on_a_fresh_connection() {
    let operations = vec![
        create("t"),
        run_sql("one", true),
        drop_column("t", "a"),
        run_sql("two", true),
        add_column("t", "b"),
    ];
    let set = set([migration("a/0001_x", &[], operations)]);
    let fake = Fake::new(true);
    migrate(&fake, &set, &Target::Latest).await.unwrap();
    assert_eq!(fake.effects(), ["create t", "one", "Drop column a from t (set)", "two", "Add column b to t"]);
    assert_eq!((fake.rows("umbral_migrations"), fake.rows("umbral_journal")), (1, 0));
    assert!(!fake.control().leaked);
}

/// A plan that needs more than was foreseen, since `run_sql` changed what the state does not know, is found in the
/// transaction, which is rolled back for another attempt.
#[tokio::test]
async fn what_run_sql_changes_is_planned_with() {
    let operations = vec![create("t"), run_sql("make view", true), add_column("t", "b")];
    let set = set([migration("a/0001_x", &[], operations)]);
    let fake = Fake::new(true);
    migrate(&fake, &set, &Target::Latest).await.unwrap();
    assert_eq!(fake.effects(), ["create t", "make view", "Add column b to t (set)"]);
    assert_eq!(fake.control().sent.iter().filter(|sql| *sql == "create t").count(), 2);
}

#[tokio::test]
async fn a_dropped_future_leaves_no_lock_and_no_strange_connection() {
    let set = set([migration("a/0001_x", &[], vec![create("t"), drop_column("t", "a"), create("u")])]);
    for word in ["set", "BEGIN", "create t", "create u", "COMMIT", "unset"] {
        let fake = Fake::new(true);
        // The own tables first: their transaction is not the one to be cut.
        let none = MigrationSet::new([migration("b/0001_x", &[], vec![])]).unwrap();
        migrate(&fake, &none, &Target::Latest).await.unwrap();
        fake.control().hang_on = Some(word.into());
        let cut = tokio::time::timeout(PATIENCE, migrate(&fake, &set, &Target::Latest)).await;
        assert!(cut.is_err(), "{word}");
        assert!(!fake.control().locked && !fake.control().leaked, "{word}");
        fake.control().hang_on = None;
        let done = migrate(&fake, &set, &Target::Latest).await.unwrap();
        assert_eq!(done.is_empty(), word == "unset", "{word}");
        assert_eq!(fake.effects(), ["create t (set)", "Drop column a from t (set)", "create u (set)"]);
    }
}

#[tokio::test]
async fn a_lock_that_is_not_given_up_is_an_error() {
    let (fake, set) = (Fake::new(true), shop());
    fake.control().locked = true;
    let error = migrate(&fake, &set, &Target::Latest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.hint().unwrap().contains("--lock-timeout"));
    assert!(fake.control().sent.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_migrators_one_works() {
    let fake = Fake::new(true);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let fake = fake.clone();
            tokio::spawn(async move {
                let set = shop();
                let options =
                    MigrateOptions { lock_timeout: Duration::from_secs(30), ..MigrateOptions::default() };
                let executor = MigrationExecutor::new(&fake, &set).with_options(options);
                executor.migrate(&Target::Latest).await.map(|report| report.done.len())
            })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap().unwrap());
    }
    done.sort_unstable();
    assert_eq!(done, [0, 0, 0, 0, 0, 0, 0, 4]);
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl MigrationObserver for Log {
    fn migration_started(&self, id: &MigrationId, direction: Direction, number: usize, total: usize) {
        self.0.lock().unwrap().push(format!("{direction} {id} {number}/{total}"));
    }

    fn step_started(&self, _: &MigrationId, step: usize, steps: usize, sql: &str) {
        self.0.lock().unwrap().push(format!("{step}/{steps} {sql}"));
    }

    fn migration_done(&self, id: &MigrationId, _: Direction, _: Duration) {
        self.0.lock().unwrap().push(format!("done {id}"));
    }
}

#[tokio::test]
async fn observers_are_told() {
    let (fake, set, log) = (Fake::new(true), shop(), Log::default());
    executor(&fake, &set).with_observer(&log).migrate(&to("shop/0001_initial")).await.unwrap();
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "apply users/0001_initial 1/2",
            "1/1 create person",
            "done users/0001_initial",
            "apply shop/0001_initial 2/2",
            "1/2 create book",
            "2/2 create tag",
            "done shop/0001_initial",
        ]
    );
}

#[test]
fn sql_text_needs_no_database() {
    let operations = vec![
        create("t"),
        unique("t"),
        run_sql("one\ntwo", true),
        add_column("t", "b"),
        drop_column("t", "b"),
        run_sql("vacuum", false),
    ];
    let set = set([migration("a/0001_x", &[], operations)]);
    let fake = Fake::new(true);
    let backend = fake.backend().as_ref();
    let text =
        crate::migrations::sql_text(&set, &"a/0001_x".parse().unwrap(), Direction::Forward, backend).unwrap();
    insta::assert_snapshot!(text);
    let error: Error =
        crate::migrations::sql_text(&set, &"a/0009".parse().unwrap(), Direction::Forward, backend)
            .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
