//! What becomes of rows, forwards and backwards.

use super::*;
use umbral::ErrorKind;
use umbral::migrations::operations::{RenameColumn, RenameTable};
use umbral_testkit::each_engine;

fn author() -> Table {
    table("author", &[("name", "varchar(80)")])
}

fn book() -> Table {
    table("book", &[("title", "varchar(200)"), ("pages", "integer?"), ("author_id", "bigint")])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_constraint(references("book", "author_id", "author"))
}

async fn with_rows(driver: &dyn Driver) {
    execute(driver, "INSERT INTO author (id, name) VALUES (1, 'Ann'), (2, 'Bob')").await;
    execute(
        driver,
        "INSERT INTO book (id, title, pages, author_id) VALUES (1, 'A', 10, 1), (2, 'B', NULL, 1), (3, 'C', 30, 2)",
    )
    .await;
}

#[test]
fn rows_live_through_changes_forwards_and_backwards() {
    let rename = Operation::RenameColumn(RenameColumn {
        table: "book".into(),
        from: "pages".into(),
        to: "length".into(),
    });
    let writer = Operation::RenameTable(RenameTable { from: "author".into(), to: "writer".into() });
    let set = chain([
        vec![create(author()), create(book())],
        vec![
            rename,
            alter_column("book", column("length", "integer?"), column("length", "bigint?")),
            add_column("book", column("isbn", "varchar(13)"), Some("'none'")),
            add_column("book", column("stock", "integer").with_default(expr("7")), None),
            add_index("book", Index::new("book_isbn_idx", ["isbn", "stock"])),
            add_constraint("book", Constraint::check("book_stock_check", expr("stock >= 0"))),
        ],
        vec![
            writer,
            run_sql("UPDATE book SET isbn = concat('i', id) WHERE id < 3", "UPDATE book SET isbn = 'back'"),
            add_constraint("book", Constraint::unique("book_isbn_uniq", ["isbn"])),
        ],
    ]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        with_rows(driver).await;

        assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0002", "apply 0003"]);
        check(driver, &set).await;
        let read = "SELECT id, title, length, isbn, stock, author_id FROM book ORDER BY id";
        assert_eq!(rows(driver, read).await, ["1|A|10|i1|7|1", "2|B|NULL|i2|7|1", "3|C|30|none|7|2"]);
        assert_eq!(rows(driver, "SELECT id, name FROM writer ORDER BY id").await, ["1|Ann", "2|Bob"]);

        assert_eq!(migrate(driver, &set, &to("0001")).await.unwrap(), ["unapply 0003", "unapply 0002"]);
        check(driver, &set).await;
        let read = "SELECT id, title, pages, author_id FROM book ORDER BY id";
        assert_eq!(rows(driver, read).await, ["1|A|10|1", "2|B|NULL|1", "3|C|30|2"]);
        assert_eq!(rows(driver, "SELECT id, name FROM author ORDER BY id").await, ["1|Ann", "2|Bob"]);

        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        // Foreign keys are enforced, and follow.
        execute(driver, "DELETE FROM writer WHERE id = 1").await;
        assert_eq!(rows(driver, "SELECT id FROM book").await, ["3"]);

        migrate(driver, &set, &to("zero")).await.unwrap();
        assert_eq!(shape(driver).await, Schema::default());
        driver.close().await;
    });
}

/// Cases: 31.
#[test]
fn tables_that_reference_each_other_come_and_go() {
    let left = table("left_part", &[("right_id", "bigint?")]);
    let right = table("right_part", &[("left_id", "bigint?"), ("next_id", "bigint?")])
        .with_constraint(references("right_part", "left_id", "left_part"))
        .with_constraint(references("right_part", "next_id", "right_part"));
    let circle = add_constraint("left_part", references("left_part", "right_id", "right_part"));
    let set = chain([
        vec![create(left), create(right), circle],
        vec![add_column("left_part", column("a", "text?"), None)],
    ]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        execute(driver, "INSERT INTO left_part (id) VALUES (1)").await;
        execute(driver, "INSERT INTO right_part (id, left_id) VALUES (1, 1)").await;
        execute(driver, "UPDATE right_part SET next_id = 1").await;
        execute(driver, "UPDATE left_part SET right_id = 1").await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        assert_eq!(rows(driver, "SELECT id, right_id, a FROM left_part").await, ["1|1|NULL"]);
        migrate(driver, &set, &to("zero")).await.unwrap();
        assert_eq!(shape(driver).await, Schema::default());
        driver.close().await;
    });
}

/// Rows that stand against a change are counted, and found by a query; nothing is changed.
#[test]
fn rows_that_stand_against_a_change_refuse_it() {
    let loose = || table("note", &[("pages", "integer?"), ("author_id", "bigint?")]);
    let changes = [
        (add_constraint("note", Constraint::unique("note_pages_uniq", ["pages"])), 1),
        (alter_column("note", column("pages", "integer?"), column("pages", "integer")), 2),
        (add_constraint("note", references("note", "author_id", "author")), 3),
        (add_constraint("note", Constraint::check("note_pages_check", expr("pages > 5"))), 4),
        (add_column("note", column("isbn", "text"), None), 6),
    ];
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        for (change, found) in &changes {
            let first = vec![create(author()), create(loose())];
            let before = add_column("note", column("extra", "text?"), None);
            let set = chain([first, vec![before, change.clone()]]);
            migrate(driver, &set, &to("0001")).await.unwrap();
            execute(driver, "INSERT INTO author (id, name) VALUES (1, 'Ann')").await;
            execute(
                driver,
                "INSERT INTO note (id, pages, author_id) VALUES (1, 1, 1), (2, 2, 7), (3, 3, 8), (4, 4, 9), (5, NULL, 1)",
            )
            .await;
            let six = if *found == 1 { "4" } else { "NULL" };
            execute(driver, &format!("INSERT INTO note (id, pages) VALUES (6, {six})")).await;

            let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
            assert!(error.to_string().starts_with("applying shop/0002: "), "{error}");
            assert!(error.to_string().ends_with(&format!("({found} found)")), "{error}");
            let (_, find) = error.hint().unwrap().split_once("find them with: ").unwrap();
            assert!(!rows(driver, find).await.is_empty());
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT count(*) FROM note").await, ["6"]);

            execute(driver, "DELETE FROM note").await;
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            migrate(driver, &set, &to("zero")).await.unwrap();
        }
        driver.close().await;
    });
}

/// A table whose rows others reference is changed without them being touched, whatever a database does for that.
///
/// Cases: 1.
#[test]
fn children_outlive_a_change_of_their_parent() {
    let set = chain([
        vec![create(author()), create(book())],
        vec![
            alter_column("author", column("name", "varchar(80)"), column("name", "varchar(200)")),
            add_constraint("author", Constraint::unique("author_name_uniq", ["name"])),
            run_sql("DELETE FROM author WHERE id = 2", "DELETE FROM author WHERE id = 5"),
        ],
    ]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        with_rows(driver).await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        // The user's own DELETE cascades: foreign keys are in force while it runs.
        assert_eq!(rows(driver, "SELECT id FROM book ORDER BY id").await, ["1", "2"]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id FROM book ORDER BY id").await, ["1", "2"]);
        driver.close().await;
    });
}

/// Cases: 35.
#[test]
fn odd_names_are_names() {
    // Not every database takes characters beyond the basic plane in names.
    for odd_column in ["Größe 🦀", "Größe ß"] {
        odd_names(odd_column);
    }
}

fn odd_names(odd_column: &str) {
    let odd = Table::new("Order \"by\" 'x'; --")
        .with_column(Column::new("select", SqlType::BigInt))
        .with_column(column(odd_column, "text?"))
        .with_column(column("a b", "integer?"))
        .with_primary_key(["select"]);
    let name = odd.name.clone();
    let set = chain([
        vec![create(odd)],
        vec![
            add_column(&name, column("from", "varchar(5)").with_default(expr("'it''s'")), None),
            add_index(&name, Index::new("an index", ["a b", "from"])),
            add_constraint(&name, Constraint::check("a \"check\"", expr("\"a b\" > 0"))),
            drop_column(&name, odd_column),
        ],
    ]);
    each_engine(async |database| {
        let driver = database.connect().await;
        if driver.backend().check_name(odd_column).is_err() {
            let refused = migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap_err();
            assert!(refused.is_unsupported() && refused.hint().is_some(), "{refused:?}");
            assert_eq!(shape(driver.as_ref()).await, Schema::default());
            return driver.close().await;
        }
        migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap();
        check(driver.as_ref(), &set).await;
        migrate(driver.as_ref(), &set, &to("zero")).await.unwrap();
        assert_eq!(shape(driver.as_ref()).await, Schema::default());
        driver.close().await;
    });
}

/// A table that is built anew has its new columns from the start, and renames one after the other: between two of them a
/// column must not find its name taken.
#[test]
fn a_new_column_takes_a_name_that_another_had_between_two_renames() {
    let rename = |from: &str, to: &str| {
        Operation::RenameColumn(RenameColumn { table: "author".into(), from: from.into(), to: to.into() })
    };
    let set = chain([
        vec![create(author())],
        vec![
            alter_column("author", column("name", "varchar(80)"), column("name", "varchar(80)?")),
            rename("name", "label"),
            rename("label", "title"),
            add_column("author", column("label", "varchar(9)?"), Some("'new'")),
            rename("label", "mark"),
            rename("title", "label"),
            add_column("author", column("title", "integer?"), Some("7")),
        ],
    ]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO author (id, name) VALUES (1, 'Ann'), (2, 'Bob')").await;
        for _ in 0..2 {
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            let read = "SELECT id, label, mark, title FROM author ORDER BY id";
            assert_eq!(rows(driver, read).await, ["1|Ann|new|7", "2|Bob|new|7"]);
            migrate(driver, &set, &to("0001")).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT id, name FROM author ORDER BY id").await, ["1|Ann", "2|Bob"]);
        }
        driver.close().await;
    });
}
