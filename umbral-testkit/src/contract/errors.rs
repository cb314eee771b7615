//! What errors tell.

use super::live::Live;
use crate::TestDatabase;
use umbral_core::error::{Error, ErrorKind, Violation, ViolationKind};
use umbral_core::schema::{
    Column, Constraint, Expr, ForeignKey, ReferentialAction, SqlType, Table, constraint_name,
};

/// A driver carries the backend bound to the version that it found.
pub(super) async fn versions_are_told(database: &TestDatabase) {
    let live = Live::on(database).await;
    let backend = live.backend();
    assert_eq!(backend.name(), database.backend().name());
    assert!(*backend.version() >= backend.minimum_version(), "{} is too old to test on", backend.version());
    let oldest = backend.at(&backend.minimum_version());
    assert_eq!(*oldest.version(), backend.minimum_version());
    assert_eq!(oldest.name(), backend.name());
    assert!(backend.url_schemes().contains(&database.url().scheme().as_str()));
    assert!(backend.limits().bind_parameters >= 999);
    live.close().await;
}

fn authors() -> Table {
    Table::new("author")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("email", SqlType::Varchar(80)).nullable())
        .with_column(Column::new("name", SqlType::Text))
        .with_column(Column::new("age", SqlType::Integer).nullable())
        .with_primary_key(["id"])
        .with_constraint(Constraint::unique(constraint_name("author", &["email"], "uniq"), ["email"]))
        .with_constraint(Constraint::check(
            constraint_name("author", &["age"], "check"),
            "age >= 0".parse::<Expr>().expect("an expression of the grammar"),
        ))
}

fn books() -> Table {
    let key = ForeignKey {
        columns: vec!["author_id".to_owned()],
        table: "author".to_owned(),
        references: vec!["id".to_owned()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Table::new("book")
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_column(Column::new("number", SqlType::BigInt))
        .with_primary_key(["author_id", "number"])
        .with_constraint(Constraint::foreign_key(constraint_name("book", &["author_id"], "fk"), key))
}

/// What is expected of a violation: its kind, and everything that it reports.
struct Expected {
    kind: ViolationKind,
    table: &'static str,
    constraint: Option<String>,
    columns: &'static [&'static str],
    /// Whether it must tell which constraint it was, by name or by columns.
    told: bool,
}

/// The kind of a violation is right, and so is all that is told about it.
pub(super) async fn violations_name_what_was_violated(database: &TestDatabase) {
    let live = Live::on(database).await;
    live.create(authors()).await.unwrap();
    live.create(books()).await.unwrap();
    live.execute("INSERT INTO author (email, name) VALUES ('ann@example.com', 'Ann')").await.unwrap();
    live.execute("INSERT INTO book VALUES (1, 1)").await.unwrap();

    let unique = Expected {
        kind: ViolationKind::Unique,
        table: "author",
        constraint: Some(constraint_name("author", &["email"], "uniq")),
        columns: &["email"],
        told: true,
    };
    refused(&live, "INSERT INTO author (email, name) VALUES ('ann@example.com', 'Bob')", &unique).await;
    let key = Expected {
        kind: ViolationKind::Unique,
        table: "book",
        constraint: None,
        columns: &["author_id", "number"],
        told: true,
    };
    refused(&live, "INSERT INTO book VALUES (1, 1)", &key).await;
    let missing = Expected {
        kind: ViolationKind::NotNull,
        table: "author",
        constraint: None,
        columns: &["name"],
        told: true,
    };
    refused(&live, "INSERT INTO author (email) VALUES ('bob@example.com')", &missing).await;
    let check = Expected {
        kind: ViolationKind::Check,
        table: "author",
        constraint: Some(constraint_name("author", &["age"], "check")),
        columns: &["age"],
        told: true,
    };
    refused(&live, "UPDATE author SET age = -1", &check).await;
    let orphan = Expected {
        kind: ViolationKind::ForeignKey,
        table: "book",
        constraint: Some(constraint_name("book", &["author_id"], "fk")),
        columns: &["author_id"],
        // SQLite keeps to itself which foreign key it was.
        told: false,
    };
    refused(&live, "INSERT INTO book VALUES (2, 1)", &orphan).await;
    refused(&live, "DELETE FROM author", &orphan).await;

    assert_eq!(live.count("author").await, 1);
    assert_eq!(live.count("book").await, 1);
    live.close().await;
}

async fn refused(live: &Live, sql: &str, expected: &Expected) {
    let error = live.execute(sql).await.expect_err(sql);
    assert_eq!(error.kind(), ErrorKind::Violation, "{sql}: {error:?}");
    assert!(error.code().is_some(), "{sql}: the database's own code is missing");
    let violation = error.constraint_violation().unwrap_or_else(|| panic!("{sql}: {error:?}"));
    assert_eq!(violation.kind, expected.kind, "{sql}");
    matches_as_far_as_told(violation, expected, sql);
    check_predicates(&error, expected.kind);
}

fn matches_as_far_as_told(violation: &Violation, expected: &Expected, sql: &str) {
    if let Some(table) = &violation.table {
        assert_eq!(table, expected.table, "{sql}");
    }
    if let (Some(told), Some(expected)) = (&violation.constraint, &expected.constraint) {
        assert_eq!(told, expected, "{sql}");
    }
    if !violation.columns.is_empty() {
        assert_eq!(violation.columns, expected.columns, "{sql}");
    }
    let told = violation.constraint.is_some() || !violation.columns.is_empty();
    assert!(told || !expected.told, "{sql}: neither the constraint nor its columns are told: {violation:?}");
}

fn check_predicates(error: &Error, kind: ViolationKind) {
    assert_eq!(error.is_unique_violation(), kind == ViolationKind::Unique);
    assert_eq!(error.is_foreign_key_violation(), kind == ViolationKind::ForeignKey);
    assert_eq!(error.is_not_null_violation(), kind == ViolationKind::NotNull);
    assert_eq!(error.is_check_violation(), kind == ViolationKind::Check);
}

/// Errors that are no violations have their own kinds.
pub(super) async fn have_their_kind(database: &TestDatabase) {
    let live = Live::on(database).await;
    live.create(authors()).await.unwrap();
    for sql in [
        "SELEC 1",
        "SELECT * FROM nowhere",
        "SELECT nothing FROM author",
        "INSERT INTO author (nothing) VALUES (1)",
    ] {
        let error = live.execute(sql).await.expect_err(sql);
        assert_eq!(error.kind(), ErrorKind::Statement, "{sql}: {error:?}");
    }
    let elsewhere = Live::on(database).await;
    let taken = elsewhere.create(authors()).await.expect_err("the table exists");
    assert_eq!(taken.kind(), ErrorKind::Statement, "{taken:?}");
    elsewhere.close().await;
    live.close().await;
}
