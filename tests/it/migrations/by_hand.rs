//! What stands in a database and no migration made.

use super::*;
use crate::mysql::on_mysql;
use umbral::ErrorKind;

/// MySQL would take the column out of the index, over which rows may then agree; MariaDB stops half-way. A plain index
/// demands nothing of the rows: it goes on over what is left.
///
/// Cases: 24.
#[test]
fn a_column_of_a_unique_index_is_dropped_when_the_index_is_gone() {
    let book = table("book", &[("title", "varchar(20)"), ("isbn", "varchar(20)"), ("shelf", "integer")]);
    let change = |before: Vec<Operation>| {
        let drop = vec![
            add_column("book", column("pages", "integer?"), None),
            rename_column("book", "isbn", "code"),
            rename_table("book", "work"),
            drop_column("work", "code"),
        ];
        chain([vec![create(book.clone())], [before, drop].concat()])
    };
    on_mysql(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let set = change(Vec::new());
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(
            driver,
            "INSERT INTO book (id, title, isbn, shelf) VALUES (1, 'A', '1', 7), (2, 'A', '2', 7)",
        )
        .await;
        execute(driver, "CREATE UNIQUE INDEX `by ``hand``` ON book (title, isbn)").await;
        execute(driver, "CREATE UNIQUE INDEX alone ON book (isbn)").await;
        execute(driver, "CREATE INDEX plain ON book (isbn, shelf)").await;
        let before = shape(driver).await;

        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        for part in ["Drop column code from work", "`by `hand``", "work(title, code)", "(title) is unique"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert!(error.hint().unwrap_or_default().contains("DROP INDEX `by ``hand``` ON `work`"), "{error:?}");
        assert_eq!(shape(driver).await, before);

        // As the hint says; the server drops the index of that column alone itself.
        let drop = RunSql {
            description: String::new(),
            forward: BTreeMap::from([("any".into(), "DROP INDEX `by ``hand``` ON book".into())]),
            backward: BTreeMap::new(),
            transactional: false,
        };
        let set = change(vec![Operation::RunSql(drop)]);
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check_beside(driver, &set, &["plain"]).await;
        let keys = "SELECT index_name, column_name FROM information_schema.statistics \
                    WHERE table_schema = DATABASE() AND table_name = 'work' ORDER BY 1";
        assert_eq!(rows(driver, keys).await, ["plain|shelf", "PRIMARY|id"]);
        assert_eq!(
            rows(driver, "SELECT id, title, shelf, pages FROM work").await,
            ["1|A|7|NULL", "2|A|7|NULL"]
        );
        driver.close().await;
    });
}
