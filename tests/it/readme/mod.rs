//! The program that the README shows.

mod program;

use umbral::backend::BackendFeature;
use umbral::model::Registry;
use umbral_testkit::{create_tables, each_engine, expect_queries};

#[test]
fn the_readme_shows_a_program_that_runs() {
    let shown = include_str!("program.rs");
    let readme = include_str!("../../../README.md");
    assert!(
        readme.contains(&format!("```rust\n{shown}```\n")),
        "the README shows another program than this test runs"
    );

    each_engine(async |database| {
        let db = database.db().await;
        let models = Registry::new().with::<program::Author>().with::<program::Book>();
        create_tables(&db, &models).await.unwrap();
        // Three new rows are read by their keys where an INSERT does not return them.
        let queries = if db.backend().supports(BackendFeature::InsertReturning) { 5 } else { 8 };
        let books = expect_queries(&db, queries, async |db| program::program(db).await).await.unwrap();
        let titles: Vec<(&str, String)> =
            books.iter().map(|book| (book.title.as_str(), book.price.to_string())).collect();
        assert_eq!(titles, [("Rust", "60.00".to_owned()), ("Rust again", "0.00".to_owned())]);
        assert!(books.iter().all(|book| book.author.get().is_some_and(|author| author.name == "Ann")));
        db.close().await;
    });
}
