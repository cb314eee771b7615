//! What SQLite's own ALTER TABLE cannot do, on tables with rows and with things on them that no migration made.

use super::*;
use umbral::ErrorKind;
use umbral::migrations::operations::DropIndex;
use umbral_testkit::TestDatabase;

fn author() -> Table {
    table("author", &[("name", "varchar(80)")])
}

fn book() -> Table {
    table("book", &[("title", "varchar(200)"), ("pages", "integer?"), ("author_id", "bigint")])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_constraint(references("book", "author_id", "author"))
}

/// A database with authors, books and rows, and the migrations of which the first is applied.
async fn shop(second: Vec<Operation>) -> (TestDatabase, Box<dyn Driver>, MigrationSet) {
    let set = chain([vec![create(author()), create(book())], second]);
    let database = TestDatabase::sqlite();
    let driver = database.connect().await;
    migrate(driver.as_ref(), &set, &to("0001")).await.unwrap();
    execute(driver.as_ref(), "INSERT INTO author (id, name) VALUES (1, 'Ann'), (2, 'Bob')").await;
    execute(
        driver.as_ref(),
        "INSERT INTO book (id, title, pages, author_id) VALUES (1, 'A', 10, 1), (2, 'B', NULL, 1), (3, 'C', 30, 2)",
    )
    .await;
    (database, driver, set)
}

/// Text of SQLite's own schema table.
async fn text_of(driver: &dyn Driver, name: &str) -> String {
    rows(driver, &format!("SELECT sql FROM sqlite_schema WHERE name = '{name}'")).await.join("")
}

/// What a migration sets on its connection does not outlive it.
async fn settings_are_restored(driver: &dyn Driver) {
    for _ in 0..3 {
        assert_eq!(rows(driver, "PRAGMA foreign_keys").await, ["1"]);
        assert_eq!(rows(driver, "PRAGMA legacy_alter_table").await, ["0"]);
    }
}

/// Cases: 1, 2.
#[tokio::test]
async fn a_rebuild_deletes_no_child_and_leaves_their_keys_where_they_point() {
    let change = alter_column("author", column("name", "varchar(80)"), column("name", "varchar(90)"));
    let (_database, driver, set) = shop(vec![change]).await;
    let driver = driver.as_ref();
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    assert_eq!(rows(driver, "SELECT count(*) FROM book").await, ["3"]);
    assert!(text_of(driver, "book").await.contains("REFERENCES \"author\""));
    settings_are_restored(driver).await;
    let orphan = driver.execute(Statement::new("INSERT INTO book VALUES (9, 'X', 1, 99)")).await;
    assert!(orphan.unwrap_err().is_foreign_key_violation());
}

/// Cases: 3.
#[tokio::test]
async fn whatever_stands_on_a_table_is_still_there_after_its_rebuild() {
    let check_pages = Constraint::check("book_pages_check", expr("pages > 0"));
    let (_database, driver, set) = shop(vec![add_constraint("book", check_pages)]).await;
    let driver = driver.as_ref();
    for sql in [
        "DROP TABLE book",
        "CREATE TABLE book (id bigint NOT NULL PRIMARY KEY, title varchar(200) NOT NULL COLLATE NOCASE \
         CHECK (length(\"title\") <= 200), pages integer CHECK (\"pages\" BETWEEN -2147483648 AND 2147483647), \
         author_id bigint NOT NULL, twice INTEGER GENERATED ALWAYS AS (pages * 2) STORED, CHECK (title <> 'forbidden'), \
         CONSTRAINT book_author_id_fk FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE \
         DEFERRABLE INITIALLY DEFERRED)",
        "CREATE INDEX book_author_id_idx ON book (author_id)",
        "CREATE INDEX book_long ON book (title COLLATE RTRIM DESC) WHERE pages > 100",
        "CREATE UNIQUE INDEX book_lower ON book (lower(title), author_id)",
        "CREATE TABLE log (line text)",
        "CREATE TRIGGER book_log AFTER INSERT ON book BEGIN INSERT INTO log VALUES ('+' || new.title); END",
        "CREATE VIEW titles AS SELECT title FROM book",
        "INSERT INTO book (id, title, pages, author_id) VALUES (1, 'A', 10, 1), (2, 'B', NULL, 1)",
        "DELETE FROM log",
    ] {
        execute(driver, sql).await;
    }
    let objects = "SELECT name, sql FROM sqlite_schema WHERE tbl_name IN ('book', 'titles') AND type <> 'table' \
                   AND sql IS NOT NULL ORDER BY name";
    let before = rows(driver, objects).await;
    migrate(driver, &set, &Target::Latest).await.unwrap();
    assert_eq!(rows(driver, objects).await, before);
    assert_eq!(
        rows(driver, "SELECT id, title, pages, twice FROM book ORDER BY id").await,
        ["1|A|10|20", "2|B|NULL|NULL"]
    );
    assert_eq!(rows(driver, "SELECT * FROM titles WHERE title = 'a'").await, ["A"]);
    assert!(text_of(driver, "book").await.contains("DEFERRABLE INITIALLY DEFERRED"));
    assert_eq!(rows(driver, "SELECT count(*) FROM log").await, ["0"], "copying is no inserting");
    execute(driver, "INSERT INTO book (id, title, pages, author_id) VALUES (4, 'D', 1, 1)").await;
    assert_eq!(rows(driver, "SELECT line FROM log").await, ["+D"]);
    for (sql, why) in [
        (
            "INSERT INTO book (id, title, pages, author_id) VALUES (5, 'forbidden', 1, 1)",
            "the check without a name",
        ),
        ("INSERT INTO book (id, title, pages, author_id) VALUES (5, 'X', 0, 1)", "the new check"),
        (
            "INSERT INTO book (id, title, pages, author_id) VALUES (5, 'd', 1, 1)",
            "the index over an expression",
        ),
    ] {
        assert!(driver.execute(Statement::new(sql)).await.is_err(), "{why}");
    }
}

/// Cases: 3.
#[tokio::test]
async fn options_of_a_table_and_its_last_key_live_on() {
    let counted = Table::new("ticket")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(column("note", "text"))
        .with_primary_key(["id"]);
    let pair = table("pair", &[("a", "bigint"), ("b", "text?")]);
    let set = chain([
        vec![create(counted), create(pair)],
        vec![
            add_constraint("ticket", Constraint::check("ticket_note_check", expr("note <> 'x'"))),
            add_constraint("pair", Constraint::unique("pair_a_uniq", ["a"])),
        ],
    ]);
    let database = TestDatabase::sqlite();
    let driver = database.connect().await;
    let driver = driver.as_ref();
    migrate(driver, &set, &to("0001")).await.unwrap();
    for sql in [
        "INSERT INTO ticket (note) VALUES ('a'), ('b'), ('c')",
        "DELETE FROM ticket WHERE id = 3",
        "DROP TABLE pair",
        "CREATE TABLE pair (id INTEGER NOT NULL PRIMARY KEY, a INTEGER NOT NULL, b TEXT) STRICT, WITHOUT ROWID",
        "INSERT INTO pair VALUES (1, 2, 'x')",
    ] {
        execute(driver, sql).await;
    }
    migrate(driver, &set, &Target::Latest).await.unwrap();
    execute(driver, "INSERT INTO ticket (note) VALUES ('d')").await;
    assert_eq!(rows(driver, "SELECT max(id) FROM ticket").await, ["4"], "key 3 was given out before");
    let pair = text_of(driver, "pair").await;
    assert!(pair.contains("STRICT") && pair.contains("WITHOUT ROWID"), "{pair}");
    assert_eq!(rows(driver, "SELECT * FROM pair").await, ["1|2|x"]);
    assert!(
        driver
            .execute(Statement::new("INSERT INTO pair VALUES (2, 2, 'y')"))
            .await
            .unwrap_err()
            .is_unique_violation()
    );
}

/// Cases: 4.
#[tokio::test]
async fn values_that_the_new_type_cannot_keep_refuse_the_migration_before_it() {
    let change = alter_column("book", column("title", "varchar(200)"), column("title", "integer"));
    let (_database, driver, set) = shop(vec![change]).await;
    let driver = driver.as_ref();
    execute(driver, "UPDATE book SET title = '12' WHERE id = 1").await;
    let before = text_of(driver, "book").await;
    let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().contains("book.title") && error.to_string().contains("2 found"), "{error}");
    let hint = error.hint().unwrap();
    let find = &hint[hint.find("SELECT").unwrap()..];
    assert_eq!(rows(driver, find).await.len(), 2, "{find}");
    assert_eq!(text_of(driver, "book").await, before);
    settings_are_restored(driver).await;
    execute(driver, "UPDATE book SET title = id * 7").await;
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    assert_eq!(
        rows(driver, "SELECT title, typeof(title) FROM book").await,
        ["7|integer", "14|integer", "21|integer"]
    );
}

/// Cases: 5.
#[tokio::test]
async fn columns_that_add_column_refuses_are_added_by_a_rebuild() {
    let (_database, driver, set) = shop(vec![
        add_column("book", column("added", "timestamptz").with_default(Expr::Now), None),
        add_column("book", column("code", "bigint?"), Some("id * 10")),
        add_constraint("book", Constraint::unique("book_code_uniq", ["code"])),
        add_column("author", column("country", "text"), Some("'unknown'")),
    ])
    .await;
    let driver = driver.as_ref();
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    let read = "SELECT code, length(added), added GLOB '20*.???000' FROM book ORDER BY id";
    assert_eq!(rows(driver, read).await, ["10|26|1", "20|26|1", "30|26|1"]);
    assert_eq!(rows(driver, "SELECT country FROM author").await, ["unknown", "unknown"]);

    let (_database, driver, set) = shop(vec![add_column("book", column("isbn", "text"), None)]).await;
    let error = migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap_err();
    assert!(error.to_string().contains("3 found") && error.hint().unwrap().contains("backfill"), "{error:?}");
}

#[tokio::test]
async fn duplicates_orphans_and_nulls_are_counted_first() {
    let pages = |ty: &str| column("pages", ty);
    for (operation, said) in [
        (
            add_constraint("book", Constraint::unique("book_author_id_uniq", ["author_id"])),
            "agree in author_id",
        ),
        (add_index("book", Index::new("book_one", ["author_id"]).unique()), "agree in author_id"),
        (add_constraint("book", references("book", "pages", "author")), "is not in author"),
        (alter_column("book", pages("integer?"), pages("integer")), "holds NULL"),
        (add_constraint("book", Constraint::check("book_few", expr("pages < 20"))), "book_few"),
    ] {
        let (_database, driver, set) = shop(vec![operation]).await;
        let before = text_of(driver.as_ref(), "book").await;
        let error = migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        assert!(error.to_string().contains(said), "{error}");
        let hint = error.hint().unwrap();
        let find = &hint[hint.find("SELECT").unwrap()..];
        assert!(!rows(driver.as_ref(), find).await.is_empty(), "{find}");
        assert_eq!(text_of(driver.as_ref(), "book").await, before);
        settings_are_restored(driver.as_ref()).await;
    }
}

/// Cases: 6.
#[tokio::test]
async fn a_column_is_not_dropped_from_under_a_trigger_or_a_view() {
    for (sql, name) in [
        ("CREATE TRIGGER page_log AFTER UPDATE OF pages ON book BEGIN SELECT new.pages; END", "page_log"),
        ("CREATE VIEW long AS SELECT id FROM book WHERE pages > 100", "long"),
    ] {
        let (_database, driver, set) = shop(vec![drop_column("book", "pages")]).await;
        let driver = driver.as_ref();
        execute(driver, sql).await;
        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert!(error.to_string().contains(name) && error.hint().is_some(), "{error:?}");
        execute(driver, &format!("DROP {} {name}", if name == "long" { "VIEW" } else { "TRIGGER" })).await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT * FROM book WHERE id = 1").await, ["1|A|1"]);
    }
    let (_database, driver, set) = shop(vec![
        Operation::DropIndex(DropIndex { table: "book".into(), index: "book_author_id_idx".into() }),
        Operation::DropConstraint(umbral::migrations::operations::DropConstraint {
            table: "book".into(),
            constraint: "book_author_id_fk".into(),
        }),
        drop_column("book", "author_id"),
    ])
    .await;
    execute(driver.as_ref(), "CREATE TRIGGER title_log AFTER INSERT ON book BEGIN SELECT new.title; END")
        .await;
    migrate(driver.as_ref(), &set, &Target::Latest).await.unwrap();
    check(driver.as_ref(), &set).await;
    assert!(!text_of(driver.as_ref(), "title_log").await.is_empty());
}

/// Cases: 7.
#[tokio::test]
async fn broken_views_and_triggers_do_not_stop_a_rename_and_stay_as_they_are() {
    let (_database, driver, set) = shop(vec![
        rename_column("book", "pages", "length"),
        alter_column("author", column("name", "varchar(80)"), column("name", "text")),
    ])
    .await;
    let driver = driver.as_ref();
    for sql in [
        "CREATE VIEW broken AS SELECT missing FROM nowhere",
        "CREATE TRIGGER broken_too AFTER INSERT ON author BEGIN INSERT INTO nowhere VALUES (1); END",
        "CREATE VIEW whole AS SELECT pages FROM book",
    ] {
        execute(driver, sql).await;
    }
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    assert!(text_of(driver, "broken").await.contains("SELECT missing FROM nowhere"));
    assert!(text_of(driver, "broken_too").await.contains("INSERT INTO nowhere"));
    assert_eq!(rows(driver, "SELECT * FROM whole").await, ["10", "NULL", "30"]);
}

/// Cases: 8.
#[tokio::test]
async fn a_column_of_an_index_and_a_key_is_renamed_and_retyped_at_once() {
    let author_key = |ty: &str| column("id", ty);
    let (_database, driver, set) = shop(vec![
        rename_column("book", "author_id", "writer_id"),
        alter_column("book", column("writer_id", "bigint"), column("writer_id", "text")),
        alter_column("author", author_key("bigint"), author_key("text")),
        rename_column("author", "id", "key"),
    ])
    .await;
    let driver = driver.as_ref();
    for sql in [
        "CREATE TRIGGER moved AFTER UPDATE OF author_id ON book \
         BEGIN UPDATE book SET pages = 100 + old.author_id WHERE id = new.id; END",
        "CREATE VIEW written AS SELECT book.title, author.name FROM book JOIN author ON author.id = book.author_id",
    ] {
        execute(driver, sql).await;
    }
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    assert_eq!(rows(driver, "SELECT * FROM written ORDER BY title").await, ["A|Ann", "B|Ann", "C|Bob"]);
    execute(driver, "UPDATE book SET writer_id = '2' WHERE id = 1").await;
    assert_eq!(rows(driver, "SELECT pages FROM book WHERE id = 1").await, ["101"]);
    migrate(driver, &set, &to("0001")).await.unwrap();
    check(driver, &set).await;
    let types =
        "SELECT DISTINCT typeof(author.id), typeof(author_id) FROM book JOIN author ON author.id = author_id";
    assert_eq!(rows(driver, types).await, ["integer|integer"]);
    assert_eq!(rows(driver, "SELECT * FROM written ORDER BY title").await, ["A|Bob", "B|Ann", "C|Bob"]);
}

#[tokio::test]
async fn names_may_be_exchanged_while_a_table_is_rebuilt() {
    let (_database, driver, set) = shop(vec![
        rename_column("book", "title", "between"),
        rename_column("book", "pages", "title"),
        rename_column("book", "between", "pages"),
        alter_column("book", column("title", "integer?"), column("title", "text?")),
        rename_column("book", "author_id", "old"),
        add_column("book", column("author_id", "bigint"), Some("0")),
        add_constraint("book", Constraint::check("book_pages_check", expr("pages <> '' AND author_id = 0"))),
    ])
    .await;
    let driver = driver.as_ref();
    execute(driver, "CREATE TRIGGER kept AFTER INSERT ON book BEGIN SELECT new.title, new.author_id; END")
        .await;
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    let read = "SELECT title, typeof(title), pages, old, author_id FROM book ORDER BY id";
    assert_eq!(rows(driver, read).await, ["10|text|A|1|0", "NULL|null|B|1|0", "30|text|C|2|0"]);
    let trigger = text_of(driver, "kept").await.replace('"', "");
    assert!(trigger.contains("new.pages, new.old"), "{trigger}");
}

#[tokio::test]
async fn constants_follow_the_scale_of_a_decimal() {
    let priced = table("item", &[("price", "decimal(10, 2)")])
        .with_constraint(Constraint::check("item_price_check", expr("price >= 0.5")));
    let price = |ty: &str| column("price", ty);
    let set = chain([
        vec![create(priced)],
        vec![alter_column(
            "item",
            price("decimal(10, 2)"),
            price("decimal(12, 4)").with_default(expr("0.75")),
        )],
        vec![alter_column("item", price("decimal(12, 4)").with_default(expr("0.75")), price("double"))],
    ]);
    let database = TestDatabase::sqlite();
    let driver = database.connect().await;
    let driver = driver.as_ref();
    migrate(driver, &set, &to("0001")).await.unwrap();
    execute(driver, "INSERT INTO item (id, price) VALUES (1, 50), (2, 99999999)").await;
    migrate(driver, &set, &to("0002")).await.unwrap();
    check(driver, &set).await;
    execute(driver, "INSERT INTO item (id) VALUES (3)").await;
    assert_eq!(rows(driver, "SELECT price FROM item ORDER BY id").await, ["5000", "9999999900", "7500"]);
    assert!(
        driver
            .execute(Statement::new("INSERT INTO item (id, price) VALUES (4, 4999)"))
            .await
            .unwrap_err()
            .is_check_violation()
    );
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
    assert_eq!(
        rows(driver, "SELECT CAST(price AS text) FROM item ORDER BY id").await,
        ["0.5", "999999.99", "0.75"]
    );
    migrate(driver, &set, &to("0001")).await.unwrap();
    check(driver, &set).await;
    assert_eq!(rows(driver, "SELECT price FROM item ORDER BY id").await, ["50", "99999999", "75"]);
}

/// Cases: 1.
#[tokio::test]
async fn a_failure_after_a_rebuild_leaves_nothing_of_it() {
    let change = alter_column("author", column("name", "varchar(80)"), column("name", "text"));
    let (_database, driver, set) = shop(vec![change]).await;
    let driver = driver.as_ref();
    // An orphan from before: the check before COMMIT finds it.
    let mut connection = driver.acquire().await.unwrap();
    connection.set_discard(true);
    let orphan = "PRAGMA foreign_keys = OFF; INSERT INTO book VALUES (9, 'X', 1, 99)";
    connection.execute_script(orphan).await.unwrap();
    drop(connection);
    let before = rows(driver, "SELECT name, sql FROM sqlite_schema ORDER BY name").await;
    let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
    assert!(error.to_string().contains("1 found"), "{error}");
    assert_eq!(rows(driver, "SELECT name, sql FROM sqlite_schema ORDER BY name").await, before);
    settings_are_restored(driver).await;
    execute(driver, "DELETE FROM book WHERE id = 9").await;
    migrate(driver, &set, &Target::Latest).await.unwrap();
    check(driver, &set).await;
}

/// Cases: 4.
#[tokio::test]
async fn a_strict_table_changes_its_types_or_says_which_rows_cannot() {
    let change = alter_column("book", column("title", "varchar(200)"), column("title", "integer"));
    let (_database, driver, set) = shop(vec![change]).await;
    let driver = driver.as_ref();
    for sql in [
        "DROP TABLE book",
        "CREATE TABLE book (id INTEGER NOT NULL PRIMARY KEY, title TEXT NOT NULL, pages INTEGER, author_id INTEGER NOT NULL, \
         CONSTRAINT book_author_id_fk FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE) STRICT",
        "CREATE INDEX book_author_id_idx ON book (author_id)",
        "INSERT INTO book VALUES (1, '12', 10, 1), (2, 'twelve', 1, 1), (3, '1.5', 1, 2), (4, '0012', 1, 2)",
    ] {
        execute(driver, sql).await;
    }
    let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
    assert!(error.to_string().contains("(3 found)"), "{error}");
    let hint = error.hint().unwrap();
    assert_eq!(rows(driver, &hint[hint.find("SELECT").unwrap()..]).await.len(), 3, "{hint}");
    assert_eq!(rows(driver, "SELECT DISTINCT typeof(title) FROM book").await, ["text"]);
    execute(driver, "DELETE FROM book WHERE id > 1").await;
    migrate(driver, &set, &Target::Latest).await.unwrap();
    assert_eq!(rows(driver, "SELECT title, typeof(title) FROM book").await, ["12|integer"]);
    assert!(text_of(driver, "book").await.contains("STRICT"));
    let wrong = driver.execute(Statement::new("INSERT INTO book VALUES (5, 'x', 1, 1)")).await;
    assert!(wrong.is_err(), "it is as strict as before");
}

/// Cases: 9.
#[tokio::test]
async fn a_table_is_copied_once_in_a_migration() {
    #[derive(Default)]
    struct Copies(std::sync::Mutex<Vec<String>>);
    impl umbral::migrations::MigrationObserver for Copies {
        fn statement(&self, boundary: umbral::migrations::Boundary, sql: &str) {
            if boundary == umbral::migrations::Boundary::After && sql.starts_with("INSERT INTO \"umbral_new_")
            {
                self.0.lock().unwrap().push(sql.split(' ').nth(2).unwrap_or_default().to_owned());
            }
        }
    }
    let (_database, driver, set) = shop(vec![
        alter_column("book", column("title", "varchar(200)"), column("title", "text")),
        add_constraint("book", Constraint::unique("book_title_uniq", ["title"])),
        add_column("book", column("added", "timestamptz").with_default(Expr::Now), None),
        drop_column("book", "pages"),
        rename_column("book", "title", "name"),
        alter_column("author", column("name", "varchar(80)"), column("name", "varchar(90)")),
        add_constraint("book", Constraint::check("book_name_check", expr("name <> ''"))),
        add_constraint("author", Constraint::check("author_name_check", expr("name <> ''"))),
    ])
    .await;
    let copies = Copies::default();
    let executor = MigrationExecutor::new(driver.as_ref(), &set).with_observer(&copies);
    executor.migrate(&Target::Latest).await.unwrap();
    check(driver.as_ref(), &set).await;
    let mut copied = copies.0.lock().unwrap().clone();
    copied.sort();
    assert_eq!(copied, ["\"umbral_new_author\"", "\"umbral_new_book\""]);
    assert_eq!(
        rows(driver.as_ref(), "SELECT id, name, author_id FROM book ORDER BY id").await,
        ["1|A|1", "2|B|1", "3|C|2"]
    );
}

/// A name in quotes that no column has is a text to SQLite.
#[tokio::test]
async fn what_a_new_column_holds_is_asked_of_what_is_computed_from_it() {
    let computed = |of: &str| column("sum", "bigint").stored_as(expr(of));
    let table = || Table::new("t").with_column(column("code", "text"));
    let replaced = |number: Column, of: &str| {
        vec![
            add_column("t", number, None),
            add_column("t", computed(of), None),
            add_constraint("t", Constraint::check("t_sum_check", expr("number < 9"))),
            drop_column("t", "code"),
        ]
    };
    let number = column("number", "bigint");
    for (filled, change, refused) in [
        (false, replaced(number.clone(), "number + 2"), None),
        (true, replaced(number.clone(), "number + 2"), Some("t.number is NOT NULL and has no default")),
        (true, replaced(number.clone().with_default(expr("5")), "number + 2"), None),
        (
            true,
            replaced(number.clone().with_default(expr("5")), "nullif(number, 5)"),
            Some("computed as NULL"),
        ),
        (true, replaced(number.clone().with_default(expr("9")), "number + 2"), Some("t_sum_check")),
        (true, replaced(number.nullable(), "number + 2"), Some("computed as NULL")),
    ] {
        let set = chain([vec![create(table())], change]);
        let database = TestDatabase::sqlite();
        let driver = database.connect().await;
        migrate(driver.as_ref(), &set, &to("0001")).await.unwrap();
        if filled {
            execute(driver.as_ref(), "INSERT INTO t VALUES ('a'), ('b')").await;
        }
        let done = migrate(driver.as_ref(), &set, &Target::Latest).await;
        match refused {
            None => check(driver.as_ref(), &set).await,
            Some(why) => {
                let error = done.unwrap_err();
                assert!(error.to_string().contains(why), "{error:?}");
                assert_eq!(rows(driver.as_ref(), "SELECT code FROM t").await, ["a", "b"]);
            }
        }
    }
}
