//! JSON documents: what is kept of them, and conditions over what is inside.

use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt::Write;
use std::sync::Arc;
use umbral::ErrorKind;
use umbral::backend::{BackendFeature, Statement};
use umbral::db::QueryCounter;
use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cover {
    colour: String,
    #[serde(default)]
    pages: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "json_book")]
struct Book {
    #[umbral(primary_key, auto = false)]
    id: i64,
    meta: Option<Json<serde_json::Value>>,
    cover: Option<Json<Cover>>,
    more: Json<Option<Cover>>,
}

fn book(id: i64, meta: Option<serde_json::Value>) -> Book {
    Book { id, meta: meta.map(Json), cover: None, more: Json(None) }
}

async fn filled(database: &TestDatabase) -> Db {
    let db = database.db().await;
    create_tables(&db, &Registry::new().with::<Book>()).await.unwrap();
    let rows = vec![
        book(1, Some(json!({ "a": { "b": 5, "c": ["x", { "d": true }] }, "s": "red", "n": null }))),
        book(2, Some(json!({ "a": { "b": 5.0, "c": [] }, "s": "Red ", "dotted.key": 1, "flag": false }))),
        book(3, Some(json!({ "a": { "b": "5" }, "s": "é🦀", "flag": true, "big": 9007199254740993_i64 }))),
        book(4, Some(json!([1, 2.5, "three", null]))),
        book(5, Some(json!(null))),
        book(6, None),
    ];
    Book::bulk_create(rows).exec(&db).await.unwrap();
    db
}

async fn kept(db: &Db, condition: impl Fn(Fields<Book>) -> Predicate<Book>) -> Vec<i64> {
    let keys = |rows: Vec<Book>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let all = || Book::objects().order_by(|b| b.id.asc());
    let kept = keys(all().filter(&condition).all(db).await.unwrap());
    let mut both = [kept.clone(), keys(all().exclude(&condition).all(db).await.unwrap())].concat();
    both.sort_unstable();
    assert_eq!(both, [1, 2, 3, 4, 5, 6], "a condition and its opposite give all rows");
    kept
}

/// Cases: 51.
#[test]
fn a_place_in_a_document_is_compared() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.meta.at("a.b").eq(5)).await, [1, 2], "as numbers");
        assert_eq!(kept(&db, |b| b.meta.at("a.b").eq(5.0)).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.meta.at("a.b").eq("5")).await, [3], "as text");
        assert_eq!(kept(&db, |b| b.meta.at("a.b").ne(5)).await, [3], "and there is one");
        assert_eq!(kept(&db, |b| b.meta.at("a.b").gt(4)).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.meta.at("a.b").ge(5)).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.meta.at("a.b").lt(5.5)).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.meta.at("a.b").le(4)).await, [0i64; 0]);
        assert_eq!(kept(&db, |b| b.meta.at("a.b").lt("6")).await, [3], "texts with texts");
        assert_eq!(kept(&db, |b| b.meta.at("s").eq("red")).await, [1], "case and spaces matter");
        assert_eq!(kept(&db, |b| b.meta.at("s").eq("Red ")).await, [2]);
        assert_eq!(kept(&db, |b| b.meta.at("s").eq("é🦀")).await, [3]);
        assert_eq!(kept(&db, |b| b.meta.at("s").gt("Red ")).await, [1, 3], "by code points");
        assert_eq!(kept(&db, |b| b.meta.at("flag").eq(true)).await, [3]);
        assert_eq!(kept(&db, |b| b.meta.at("flag").eq(false)).await, [2]);
        assert_eq!(kept(&db, |b| b.meta.at("flag").ne(true)).await, [2]);
        assert_eq!(kept(&db, |b| b.meta.at("flag").gt(false)).await, [0i64; 0]);
        assert_eq!(kept(&db, |b| b.meta.at("a.c[0]").eq("x")).await, [1]);
        assert_eq!(kept(&db, |b| b.meta.at("a.c[1].d").eq(true)).await, [1]);
        assert_eq!(kept(&db, |b| b.meta.at("[1]").eq(2.5)).await, [4]);
        assert_eq!(kept(&db, |b| b.meta.document().key("dotted.key").eq(1)).await, [2]);
        assert_eq!(kept(&db, |b| b.meta.at("a").at("b").eq(5) & b.meta.at("s").eq("red")).await, [1]);
        let big = 9_007_199_254_740_993_i64;
        assert_eq!(kept(&db, |b| b.meta.at("big").eq(big)).await, [3], "past 2^53");
        assert_eq!(kept(&db, |b| b.meta.at("big").eq(big - 1)).await, [0i64; 0]);
        assert_eq!(kept(&db, |b| b.meta.at("big").gt(big - 1)).await, [3]);
    });
}

/// Cases: 51.
#[test]
fn keys_and_nulls_are_told_apart() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.meta.has_key("n")).await, [1], "a null is there");
        assert_eq!(kept(&db, |b| b.meta.has_key("dotted.key")).await, [2]);
        assert_eq!(kept(&db, |b| b.meta.at("a").has_key("c")).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.meta.at("a.c[0]").exists()).await, [1]);
        assert_eq!(kept(&db, |b| b.meta.at("n").is_null()).await, [1]);
        assert_eq!(kept(&db, |b| b.meta.at("[3]").is_null()).await, [4]);
        assert_eq!(kept(&db, |b| b.meta.document().exists()).await, [1, 2, 3, 4, 5]);
        assert_eq!(kept(&db, |b| b.meta.document().is_null()).await, [5], "JSON's null");
        assert_eq!(kept(&db, |b| b.meta.is_null()).await, [6], "SQL's NULL");
        let read = |id| Book::by_key(&db, id);
        assert_eq!(read(5).await.unwrap().meta, Some(Json(serde_json::Value::Null)));
        assert_eq!(read(6).await.unwrap().meta, None);
        assert_eq!(read(6).await.unwrap().more, Json(None), "JSON's null in a column that has no NULL");
    });
}

#[test]
fn a_document_contains_another_or_the_database_says_that_it_cannot_tell() {
    each_engine(async |database| {
        let db = filled(database).await;
        let red = Book::objects().filter(|b| b.meta.document().contains(json!({ "s": "red" })));
        match red.count(&db).await {
            Ok(count) => {
                assert_eq!(count, 1);
                let contains = |document: serde_json::Value| {
                    move |b: Fields<Book>| b.meta.document().contains(document.clone())
                };
                assert_eq!(kept(&db, contains(json!({ "a": { "c": ["x"] } }))).await, [1]);
                assert_eq!(kept(&db, contains(json!(["three", 1]))).await, [4]);
                assert_eq!(kept(&db, |b| b.meta.at("a.c").contains(json!([{ "d": true }]))).await, [1]);
                assert_eq!(kept(&db, |b| b.meta.at("nothing").contains(json!({}))).await, [0i64; 0]);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
                assert!(error.hint().is_some());
                assert!(!db.backend().supports(BackendFeature::DecimalNative), "only SQLite cannot: {error}");
            }
        }
    });
}

#[test]
fn a_path_that_is_none_is_refused_before_any_sql() {
    each_engine(async |database| {
        let db = filled(database).await;
        for path in ["", "a..b", "a[x]", "a\"b", "a\\"] {
            let error = Book::objects().filter(|b| b.meta.at(path).exists()).all(&db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{path}: {error:?}");
        }
        let injected =
            Book::objects().filter(|b| b.meta.at("a' OR '1'='1").exists() | b.meta.at("$.a").exists());
        assert_eq!(injected.count(&db).await.unwrap(), 0, "taken literally");
    });
}

#[test]
fn types_of_serde_are_kept() {
    each_engine(async |database| {
        let db = filled(database).await;
        let cover = Cover { colour: "bl\"ue\n".to_owned(), pages: Some(9_007_199_254_740_993) };
        let row = Book {
            cover: Some(Json(cover.clone())),
            more: Json(Some(cover.clone())),
            ..book(7, Some(json!({ "n": [u64::MAX, i64::MIN, 0.1, 1e300, "\u{1}"] })))
        };
        Book::bulk_create(vec![row.clone()]).exec(&db).await.unwrap();
        assert_eq!(Book::by_key(&db, 7).await.unwrap(), row, "numbers past 2^53 too");
        let blue = |b: Fields<Book>| {
            b.cover.at("colour").eq("bl\"ue\n") & b.cover.at("pages").gt(9_007_199_254_740_992_i64)
        };
        assert_eq!(Book::objects().filter(blue).get(&db).await.unwrap().id, 7);
        let set =
            Book::objects().filter(|b| b.id.eq(7)).update(|b| (b.cover.set(None), b.more.set(Json(None))));
        assert_eq!(set.exec(&db).await.unwrap(), 1);
        let read = Book::by_key(&db, 7).await.unwrap();
        assert_eq!((read.cover, read.more), (None, Json(None)));

        let sql = "UPDATE json_book SET cover = '{\"colour\": 5}' WHERE id = 7";
        db.driver().execute(Statement::new(sql)).await.unwrap();
        let error = Book::by_key(&db, 7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value);
        let message = "reading Book.cover from column cover: the stored JSON does not fit: ";
        assert!(error.to_string().starts_with(message), "{error}");
    });
}

#[test]
fn the_sql_of_lookups_in_documents() {
    each_engine(async |database| {
        let db = filled(database).await;
        let mut text = String::new();
        for (title, condition) in [
            ("eq number", (|b| b.meta.at("a.b").eq(5)) as fn(Fields<Book>) -> Predicate<Book>),
            ("lt float", |b| b.meta.at("a.b").lt(5.5)),
            ("ge text", |b| b.meta.at("s").ge("red")),
            ("eq boolean", |b| b.meta.at("flag").eq(true)),
            ("ne", |b| b.meta.at("s").ne("red")),
            ("exists", |b| b.meta.at("a.c[0]").exists()),
            ("null", |b| b.meta.at("n").is_null()),
            ("not", |b| !b.meta.at("n").is_null()),
            ("contains", |b| b.meta.document().contains(json!({ "s": "red" }))),
        ] {
            let counter = Arc::new(QueryCounter::new());
            let done = Book::objects().filter(condition).count(&db.instrument(counter.clone())).await;
            writeln!(text, "# {title}").unwrap();
            for sql in counter.statements() {
                writeln!(text, "{sql}").unwrap();
            }
            if let Err(error) = done {
                writeln!(text, "{:?}", error.kind()).unwrap();
            }
        }
        let name = db.backend().name().to_owned();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("json_{name}"), text);
        });
    });
}
