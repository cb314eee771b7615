//! Operator classes of indexes.

use super::on_postgres;
use crate::live::{Live, refused};
use umbral::ErrorKind;
use umbral::migrations::Operation;
use umbral::migrations::operations::{AddIndex, AlterColumn, CreateTable, RenameColumn};
use umbral::model::Registry;
use umbral::prelude::*;
use umbral::schema::{Column, Index, IndexMethod, SqlType, Table};
use umbral_testkit::create_tables;

async fn notes(live: &mut Live) {
    let table = Table::new("note")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("title", SqlType::Varchar(40)))
        .with_column(Column::new("document", SqlType::Json))
        .with_primary_key(["id"]);
    live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
    live.execute("INSERT INTO note SELECT n, 'title ' || n, '{\"n\": 1}' FROM generate_series(1, 2000) AS n")
        .await;
}

fn add(index: Index) -> Operation {
    Operation::AddIndex(AddIndex { table: "note".into(), index })
}

fn over(name: &str, key: &str, method: IndexMethod) -> Index {
    Index { columns: vec![key.parse().unwrap()], method, ..Index::new(name, [""; 0]) }
}

#[test]
fn an_index_is_used_by_the_operators_of_its_class() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        notes(&mut live).await;
        live.apply(&[
            add(over("by_beginning", "title text_pattern_ops", IndexMethod::BTree)),
            add(over("by_path", "document jsonb_path_ops", IndexMethod::Gin)),
        ])
        .await
        .unwrap();
        live.script("ANALYZE note; SET enable_seqscan = off").await;
        let plan = live.column("EXPLAIN SELECT id FROM note WHERE title LIKE 'title 77%'").await;
        let used = plan.iter().flatten().any(|line| line.contains("by_beginning"));
        assert!(used, "{plan:?}");
        // The names of columns may change under it, and its type between those of text.
        let rename = RenameColumn { table: "note".into(), from: "title".into(), to: "heading".into() };
        live.apply(&[Operation::RenameColumn(rename)]).await.unwrap();
        let from = live.schema.tables["note"].columns["heading"].clone();
        let retype = |ty: SqlType| {
            let (table, to) = ("note".to_owned(), Column { ty, ..from.clone() });
            Operation::AlterColumn(AlterColumn { table, from: from.clone(), to, backfill: None })
        };
        let error = live.apply(&[retype(SqlType::BigInt)]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
        live.apply(&[retype(SqlType::Text)]).await.unwrap();
        live.driver.close().await;
    });
}

#[test]
fn a_class_of_an_extension_that_is_missing_is_found_before_anything_changes() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        notes(&mut live).await;
        let index = over("by_words", "title gin_trgm_ops", IndexMethod::Gin);
        let error = live.apply(&[add(index.clone())]).await.unwrap_err();
        let refused = refused(&error);
        assert!(refused.refusal.message.contains("gin_trgm_ops"), "{refused}");
        assert!(refused.refusal.hint.contains("pg_trgm"), "{}", refused.refusal.hint);
        if live.driver.execute(umbral::backend::Statement::new("CREATE EXTENSION pg_trgm")).await.is_ok() {
            live.apply(&[add(index)]).await.unwrap();
        } else {
            eprintln!("not tested: an index of pg_trgm, which this server does not have");
        }
        live.driver.close().await;
    });
}

#[derive(Debug, Model)]
#[umbral(table = "classed", index(expr = "heading text_pattern_ops desc", name = "classed_heading"))]
struct Classed {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40, column = "title")]
    heading: String,
}

#[test]
fn a_model_names_a_class_in_the_text_of_a_key() {
    on_postgres(async |database| {
        let models = Registry::new().with::<Classed>();
        let db = database.db().await;
        create_tables(&db, &models).await.unwrap();
        let made = create!(Classed { heading: "One" }).exec(&db).await.unwrap();
        assert_eq!((made.id, made.heading.as_str()), (1, "One"));
        let driver = database.connect().await;
        let mut connection = driver.acquire().await.unwrap();
        let found = driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        let key = &found.tables["classed"].indexes["classed_heading"].columns[0];
        assert_eq!(key.to_string(), "title text_pattern_ops desc");
    });
}
