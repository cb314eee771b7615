//! Tables that stand on some backends only, in migrations that every backend runs.

use super::*;
use umbral::backend::BackendRegistry;
use umbral::check::{CheckContext, Checks};
use umbral::migrations::autodetect::Models;
use umbral::migrations::{Direction, Renames, diff, sql_text};
use umbral::model::{Entity as _, ForeignKey, Registry};
use umbral::query::Records as _;
use umbral::{Model, create};
use umbral_testkit::each_engine;

#[derive(Model)]
#[umbral(table = "only_book")]
struct Book {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    title: String,
}

/// Has a type that only PostgreSQL has.
#[derive(Model)]
#[umbral(table = "only_search", backends(postgres))]
struct Search {
    #[umbral(primary_key)]
    id: i64,
    words: Vec<String>,
    book: ForeignKey<Book>,
}

/// Points at what is not everywhere.
#[derive(Model)]
#[umbral(table = "only_hit")]
struct Hit {
    #[umbral(primary_key)]
    id: i64,
    search: ForeignKey<Search>,
}

fn set(steps: &[Schema]) -> MigrationSet {
    let mut from = Schema::default();
    chain(steps.iter().map(|to| {
        let operations = diff(&from, to, &Renames::none()).unwrap();
        from = to.clone();
        operations
    }))
}

#[test]
fn a_model_for_one_backend_is_in_the_migration_of_all_and_made_there_alone() {
    let models = Models::of(&Registry::new().with::<Book>().with::<Search>()).unwrap();
    let set = set(std::slice::from_ref(&models.schema));
    let file = set.get(&MigrationId::new("shop", "0001")).unwrap().to_toml();
    assert!(file.contains("table = \"only_search\"\nbackends = [\"postgres\"]"), "{file}");
    assert_eq!(file.matches("backends").count(), 1, "{file}");
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let here = Search::META.backends.contains(&driver.backend().name());
        let sql = |direction| {
            sql_text(&set, &MigrationId::new("shop", "0001"), direction, driver.backend().as_ref()).unwrap()
        };
        assert_eq!(sql(Direction::Forward).contains("only_search"), here);
        assert_eq!(sql(Direction::Backward).contains("only_search"), here);
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check_tables(driver, if here { &["only_book", "only_search"] } else { &["only_book"] }).await;
        super::check(driver, &set).await;

        let db = database.db().await;
        let book = create!(Book { title: "Rust" }).exec(&db).await.unwrap();
        if here {
            let words = vec!["a".to_owned(), "b".to_owned()];
            let found = create!(Search { words: words.clone(), book: &book }).exec(&db).await.unwrap();
            assert_eq!(Search::by_key(&db, found.id).await.unwrap().words, words);
        }
        migrate(driver, &set, &to("zero")).await.unwrap();
        check_tables(driver, &[]).await;
        driver.close().await;
    });
}

#[test]
fn a_table_comes_to_stand_on_a_backend_and_leaves_it() {
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let name = driver.backend().name();
        let book = || table("book", &[("title", "varchar(40)")]);
        let note = || {
            table("note", &[("text", "varchar(40)"), ("book_id", "bigint")])
                .with_index(Index::new("note_book_id_idx", ["book_id"]))
                .with_constraint(references("note", "book_id", "book"))
        };
        let named = || {
            let column = Column::new("name", "varchar(10)".parse().unwrap()).with_default(expr("'x'"));
            note().with_column(column)
        };
        let set = set(&[
            Schema::new([book(), note()]),
            Schema::new([book(), note().with_backends(["elsewhere"])]),
            Schema::new([book(), named().with_backends(["elsewhere"])]),
            Schema::new([book(), named().with_backends(["elsewhere", name])]),
            Schema::new([book(), named()]),
        ]);
        migrate(driver, &set, &to("0001")).await.unwrap();
        super::check(driver, &set).await;
        execute(driver, "INSERT INTO book (id, title) VALUES (1, 'A')").await;
        execute(driver, "INSERT INTO note (id, text, book_id) VALUES (1, 'n', 1)").await;

        migrate(driver, &set, &to("0002")).await.unwrap();
        check_tables(driver, &["book"]).await;
        assert_eq!(migrate(driver, &set, &to("0003")).await.unwrap(), ["apply 0003"], "with nothing to do");
        super::check(driver, &set).await;

        migrate(driver, &set, &to("0004")).await.unwrap();
        super::check(driver, &set).await;
        check_tables(driver, &["book", "note"]).await;
        execute(driver, "INSERT INTO note (id, text, book_id) VALUES (1, 'n', 1)").await;
        // On a backend that has it before and after, nothing happens to its rows.
        migrate(driver, &set, &Target::Latest).await.unwrap();
        assert_eq!(rows(driver, "SELECT id, text, book_id, name FROM note").await, ["1|n|1|x"]);
        migrate(driver, &set, &to("0004")).await.unwrap();
        assert_eq!(rows(driver, "SELECT id, text, book_id, name FROM note").await, ["1|n|1|x"]);
        migrate(driver, &set, &to("0002")).await.unwrap();
        check_tables(driver, &["book"]).await;
        migrate(driver, &set, &to("0001")).await.unwrap();
        super::check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT id, title FROM book").await, ["1|A"]);
        driver.close().await;
    });
}

#[test]
fn a_model_for_all_backends_does_not_point_at_one_for_some() {
    let (registry, backends) =
        (Registry::new().with::<Book>().with::<Search>().with::<Hit>(), BackendRegistry::built_in());
    each_engine(async |database| {
        let context = CheckContext::new(&registry, &backends).against(database.backend().as_ref());
        let checks = Checks::built_in();
        let messages = |context: &CheckContext<'_>| -> Vec<String> {
            checks.run(context).0.into_iter().map(|finding| finding.message).collect()
        };
        let found = messages(&context);
        let expected = "`Hit.search` points at `Search`, which is meant for postgres only, and `Hit` for every backend too";
        assert!(found.iter().any(|message| message == expected), "{found:?}");
        let fine = Registry::new().with::<Book>().with::<Search>();
        let context = CheckContext::new(&fine, &backends).against(database.backend().as_ref());
        assert_eq!(messages(&context), [""; 0]);
    });
}

async fn check_tables(driver: &dyn Driver, expected: &[&str]) {
    let tables: Vec<String> = shape(driver).await.tables.into_keys().collect();
    assert_eq!(tables, expected);
}
