//! The SQL of relations to many rows, as each backend is sent it.

use super::many::{Author, Book, Person, Tag, filled};
use std::fmt::Write;
use std::sync::Arc;
use umbral::db::QueryCounter;
use umbral::prelude::*;
use umbral_testkit::each_engine;

/// Adds what a piece of code sends, under its title.
async fn sent(text: &mut String, db: &Db, title: &str, work: impl AsyncFnOnce(&Db) -> umbral::Result<()>) {
    let counter = Arc::new(QueryCounter::new());
    work(&db.instrument(counter.clone())).await.unwrap();
    writeln!(text, "# {title}").unwrap();
    for sql in counter.statements() {
        writeln!(text, "{sql}").unwrap();
    }
}

#[test]
fn the_sql_of_relations_to_many_rows() {
    each_engine(async |database| {
        let db = filled(database).await;
        let mut text = String::new();
        reads(&mut text, &db).await;
        changes(&mut text, &db).await;
        let name = db.backend().name().to_owned();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("many_{name}"), text);
        });
    });
}

async fn reads(text: &mut String, db: &Db) {
    let books = async |db: &Db, books: QuerySet<Book>| books.all(db).await.map(drop);
    let all = Book::objects;
    sent(text, db, "one", async |db| books(db, all().filter(|b| b.tags().name.eq("x"))).await).await;
    let same = |b: Fields<Book>| b.tags().name.eq("x") & b.tags().colour.eq("y") & b.id.gt(1);
    sent(text, db, "the same", async |db| books(db, all().filter(same)).await).await;
    let two = all().filter(|b| b.tags().name.eq("x")).filter(|b| b.tags().name.eq("y"));
    sent(text, db, "two", async |db| books(db, two).await).await;
    let either = |b: Fields<Book>| b.tags().name.eq("x") | b.author().name.eq("Ann");
    sent(text, db, "either", async |db| books(db, all().filter(either)).await).await;
    sent(text, db, "none", async |db| books(db, all().exclude(|b| b.tags().name.eq("x"))).await).await;
    sent(text, db, "any", async |db| books(db, all().filter(|b| Predicate::any(b.tags()))).await).await;
    let far = |b: Fields<Book>| b.author().books().editor().name.eq("Bob");
    sent(text, db, "far", async |db| books(db, all().filter(far)).await).await;
    let loaded = all().prefetch_related(|b| b.tags().books());
    sent(text, db, "loaded", async |db| books(db, loaded).await).await;
    let book = all().filter(|b| b.title.eq("Rust")).get(db).await.unwrap();
    sent(text, db, "tags of one", async |db| book.tags().all(db).await.map(drop)).await;
    sent(text, db, "count", async |db| book.tags().count(db).await.map(drop)).await;
    let author = Author::by_key(db, 1).await.unwrap();
    sent(text, db, "books of one", async |db| books(db, author.books()).await).await;
}

async fn changes(text: &mut String, db: &Db) {
    let book = Book::objects().filter(|b| b.title.eq("Rust")).get(db).await.unwrap();
    sent(text, db, "add", async |db| book.tags().add(db, ["old", "new"]).await).await;
    sent(text, db, "remove", async |db| book.tags().remove(db, ["old"]).await.map(drop)).await;
    sent(text, db, "set", async |db| book.tags().set(db, ["old"]).await).await;
    sent(text, db, "clear", async |db| book.tags().clear(db).await.map(drop)).await;
    let tags = || Tag::objects().filter(|t| t.books().title.eq("SQL"));
    let update = async |db: &Db| tags().update(|t| t.colour.set("red")).exec(db).await.map(drop);
    sent(text, db, "update", update).await;
    sent(text, db, "delete", async |db| tags().delete().exec(db).await.map(drop)).await;
    let own = Person::objects().filter(|p| p.follows().name.eq("Ann"));
    sent(text, db, "delete over itself", async |db| own.delete().exec(db).await.map(drop)).await;
}
