//! The SQL of every shape of query, as each backend is sent it.

use super::shelf::{Author, Book, book, filled};
use std::fmt::Write;
use std::sync::Arc;
use umbral::db::QueryCounter;
use umbral::prelude::*;
use umbral_testkit::each_engine;

/// What a piece of code sends, under its title.
struct Golden {
    db: Db,
    text: String,
}

impl Golden {
    async fn of<T>(&mut self, title: &str, work: impl AsyncFnOnce(&Db) -> umbral::Result<T>) {
        let counter = Arc::new(QueryCounter::new());
        let failed = work(&self.db.instrument(counter.clone())).await.err();
        writeln!(self.text, "# {title}").unwrap();
        for sql in counter.statements() {
            writeln!(self.text, "{sql}").unwrap();
        }
        if let Some(error) = failed {
            writeln!(self.text, "{:?}", error.kind()).unwrap();
        }
    }
}

#[test]
fn every_shape_of_query() {
    each_engine(async |database| {
        let mut golden = Golden { db: filled(database).await, text: String::new() };
        reads(&mut golden).await;
        lookups(&mut golden).await;
        changes(&mut golden).await;
        let name = golden.db.backend().name().to_owned();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("queries_{name}"), golden.text);
        });
    });
}

async fn reads(golden: &mut Golden) {
    let all = Book::objects;
    golden.of("all", async |db| all().all(db).await).await;
    golden.of("first", async |db| all().first(db).await).await;
    golden.of("first without an order", async |db| Author::objects().first(db).await).await;
    golden.of("get", async |db| all().filter(|b| b.title.eq("SQL")).get(db).await).await;
    golden.of("get of a slice", async |db| all().limit(1).get(db).await).await;
    golden.of("by_key", async |db| Book::by_key(db, 1).await).await;
    golden.of("count", async |db| all().order_by(|b| b.editor().name.asc()).count(db).await).await;
    golden.of("count of a slice", async |db| all().limit(2).offset(1).count(db).await).await;
    golden.of("exists", async |db| all().exists(db).await).await;
    golden.of("limit and offset", async |db| all().limit(2).offset(1).all(db).await).await;
    golden.of("offset", async |db| all().offset(1).all(db).await).await;
    let by = |b: Fields<Book>| (b.rating.desc(), b.author().name.asc(), b.editor().name.asc().nulls_last());
    golden.of("order", async |db| all().order_by(by).all(db).await).await;
    golden.of("reversed", async |db| all().order_by(by).reverse().all(db).await).await;
    golden
        .of("select_related", async |db| all().select_related(|b| b.author().publisher()).all(db).await)
        .await;
    golden.of("for_update", async |db| all().for_update().skip_locked().limit(1).all(db).await).await;
    golden
        .of("for_update with joins", async |db| {
            let anns = all().filter(|b| b.author().name.eq("Ann")).select_related(|b| b.editor());
            anns.for_update().all(db).await
        })
        .await;
}

async fn lookups(golden: &mut Golden) {
    for (title, condition) in [
        ("eq", (|b| b.title.eq("a")) as fn(Fields<Book>) -> Predicate<Book>),
        ("eq None", |b| b.rating.eq(None)),
        ("ne", |b| b.title.ne("a")),
        ("not eq", |b| !b.title.eq("a")),
        ("not eq of NULL", |b| !b.rating.eq(1.0)),
        ("between", |b| b.pages.between(1, 5)),
        ("range", |b| b.pages.range(1..5)),
        ("in_", |b| b.pages.in_([1, 2, 3])),
        ("in_ of texts", |b| b.title.in_(["a", "b"])),
        ("in_ of doubles and NULL", |b| b.rating.in_([Some(1.0), Some(2.0), Some(3.0), None])),
        ("in_ of nothing", |b| b.pages.in_(Vec::<i32>::new())),
        ("contains", |b| b.title.contains("5%")),
        ("icontains", |b| b.title.icontains("5%")),
        ("startswith and iendswith", |b| b.title.startswith("a") & b.title.iendswith("b")),
        ("iexact", |b| b.title.iexact("a")),
        ("or, and, not", |b| (b.pages.lt(1) | b.pages.gt(5)) & !(b.price.le(1) | b.rating.ge(2.0))),
        ("over relations", |b| b.author().publisher().country().name.eq("CH") & b.editor().name.ne("x")),
        ("not over an optional relation", |b| !b.editor().name.eq("x")),
        ("key of a relation", |b| b.author().id.eq(1) & b.editor.is_null()),
        ("arithmetic", |b| (b.price * 2 + dec!(0.5)).gt(dec!(1.25)) & (b.pages + 1).lt(b.pages * 2)),
        ("a decimal and an integer", |b| (b.price - b.pages).lt(b.price)),
    ] {
        golden.of(title, async |db| Book::objects().filter(condition).count(db).await).await;
    }
}

async fn changes(golden: &mut Golden) {
    let one = || Book::objects().filter(|b| b.id.eq(1));
    golden.of("create!", async |db| create!(Book { title: "New", author: 1 }).exec(db).await).await;
    golden
        .of("bulk_create", async |db| {
            Book::bulk_create((0..5).map(|number| book(&format!("bulk {number}"), 1)).collect())
                .exec(db)
                .await
        })
        .await;
    golden
        .of("update", async |db| {
            one()
                .update(|b| (b.price.set(b.price * dec!(1.5)), b.editor.set(None), b.pages.set(5)))
                .exec(db)
                .await
        })
        .await;
    golden
        .of("update over a relation", async |db| {
            Book::objects().filter(|b| b.editor().name.eq("Ann")).update(|b| b.pages.set(1)).exec(db).await
        })
        .await;
    golden
        .of("update of a slice", async |db| {
            Book::objects().order_by(|b| b.price.desc()).limit(1).update(|b| b.pages.set(1)).exec(db).await
        })
        .await;
    golden.of("update of nothing", async |db| one().update(|_| Vec::new()).exec(db).await).await;
    golden.of("save", async |db| Book::by_key(db, 2).await?.save(db).await).await;
    golden.of("delete", async |db| one().delete().exec(db).await).await;
    golden
        .of("delete over a relation", async |db| {
            Book::objects().exclude(|b| b.editor().name.eq("Ann")).delete().exec(db).await
        })
        .await;
    golden.of("delete of everything", async |db| Book::objects().all_rows().delete().exec(db).await).await;
}
