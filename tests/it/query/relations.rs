//! Conditions over related rows, and rows that are loaded along.

use super::shelf::{Author, Book, Node, empty, filled, kept, keys};
use umbral::error::ErrorKind;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

#[test]
fn conditions_over_one_relation() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.author().name.eq("Ann")).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.author().email.is_null()).await, [3, 5, 6]);
        assert_eq!(kept(&db, |b| b.author().email.eq("c@x")).await, [4]);
        assert_eq!(kept(&db, |b| b.author().email.ne("c@x")).await, [1, 2], "NULL is not unequal");
        assert_eq!(kept(&db, |b| b.author().name.icontains("A")).await, [1, 2, 5]);
        assert_eq!(kept(&db, |b| b.author().name.in_(["Bob", "Cleo", "Eve"])).await, [3, 4, 6]);
    });
}

#[test]
fn conditions_over_a_relation_that_may_be_null() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.editor.is_null()).await, [2, 5]);
        assert_eq!(kept(&db, |b| b.editor().name.eq("Bob")).await, [1]);
        assert_eq!(kept(&db, |b| b.editor().name.ne("Bob")).await, [3, 4, 6], "no editor is not another one");
        assert_eq!(kept(&db, |b| !b.editor().name.eq("Bob")).await, [2, 3, 4, 5, 6]);
        assert_eq!(kept(&db, |b| b.editor().email.is_null()).await, [1, 2, 3, 5], "no editor has no email");
        assert_eq!(kept(&db, |b| b.editor().email.is_not_null()).await, [4, 6]);
        assert_eq!(kept(&db, |b| b.editor().name.contains("o")).await, [1, 4]);
        assert_eq!(kept(&db, |b| b.editor().name.in_(["Dan", "Ann"])).await, [3, 6]);
    });
}

#[test]
fn conditions_over_several_relations() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.author().publisher().name.eq("Alpha")).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.author().publisher().country().name.eq("DE")).await, [3, 6]);
        assert_eq!(kept(&db, |b| b.author().publisher().country().name.ne("DE")).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.author().publisher().country.is_null()).await, [4, 5]);
        assert_eq!(kept(&db, |b| b.editor().publisher().country().name.eq("CH")).await, [6]);
        let both = |b: Fields<Book>| {
            b.author().publisher().name.eq("Beta") & b.editor().publisher().country().name.eq("CH")
        };
        assert_eq!(kept(&db, both).await, [6], "two ways to one table");
        let chain = Book::objects()
            .filter(|b| b.author().publisher().country().name.in_(["CH", "DE"]))
            .exclude(|b| b.editor().name.eq("Bob"))
            .order_by(|b| b.id.asc());
        assert_eq!(keys(&db, chain).await, [2, 3, 6]);
    });
}

#[test]
fn conditions_combine() {
    each_engine(async |database| {
        let db = filled(database).await;
        let dan = |b: Fields<Book>| b.author().name.eq("Dan") | b.editor().name.eq("Dan");
        assert_eq!(kept(&db, dan).await, [3, 5]);
        assert_eq!(kept(&db, |b| !(b.rating.gt(2) & b.pages.gt(120))).await, [2, 4, 5, 6]);
        assert_eq!(kept(&db, |b| !b.rating.gt(2) & b.pages.gt(120)).await, [2, 4]);
        assert_eq!(kept(&db, |b| b.rating.gt(2) | b.pages.eq(50) & b.price.lt(1)).await, [1, 3, 5]);
        assert_eq!(kept(&db, |b| (b.rating.gt(2) | b.pages.eq(50)) & b.price.lt(6)).await, [6]);
        assert_eq!(kept(&db, |b| !!b.rating.gt(2)).await, [1, 3, 5]);
        assert_eq!(kept(&db, |_| Predicate::always()).await, [1, 2, 3, 4, 5, 6]);
        assert_eq!(kept(&db, |_| Predicate::never()).await, [0i64; 0]);
        let any = |b: Fields<Book>| {
            ["Rust", "SQL"].iter().fold(Predicate::never(), |any, title| any | b.title.eq(*title))
        };
        assert_eq!(kept(&db, any).await, [1, 2]);
        let many = |b: Fields<Book>| {
            (0..300).fold(Predicate::never(), |any, pages| any | b.pages.eq(pages)) & b.rating.is_not_null()
        };
        assert_eq!(kept(&db, many).await, [3, 5, 6]);
    });
}

#[test]
fn keys_and_rows_stand_for_a_relation() {
    each_engine(async |database| {
        let db = filled(database).await;
        let ann = Author::by_key(&db, 1).await.unwrap();
        assert_eq!(kept(&db, |b| b.author.eq(&ann)).await, [1, 2]);
        assert_eq!(kept(&db, |b| b.author.eq(2)).await, [3, 6]);
        assert_eq!(kept(&db, |b| b.author().id.eq(2)).await, [3, 6]);
        assert_eq!(kept(&db, |b| b.editor.eq(&ann)).await, [6]);
        assert_eq!(kept(&db, |b| b.editor.eq(None)).await, [2, 5]);
        assert_eq!(kept(&db, |b| b.editor.in_([1, 3])).await, [4, 6]);
        assert_eq!(kept(&db, |b| b.editor.in_([Some(ForeignKey::new(1)), None])).await, [2, 5, 6]);
        assert_eq!(kept(&db, |b| b.author.eq(b.editor)).await, [4]);
        assert_eq!(kept(&db, |b| b.author().publisher.eq(2)).await, [3, 6]);
    });
}

#[test]
fn columns_and_expressions_compare_with_each_other() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.author().name.eq(b.editor().name)).await, [4]);
        assert_eq!(kept(&db, |b| b.author().name.lt(b.editor().name)).await, [1, 3]);
        assert_eq!(kept(&db, |b| (b.price * 2).gt(dec!(50))).await, [1, 3, 4]);
        assert_eq!(kept(&db, |b| (b.price * b.pages).eq(dec!(9000))).await, [1]);
        assert_eq!(kept(&db, |b| (b.price + b.price - dec!(0.5)).eq(dec!(50.5))).await, [3]);
        assert_eq!(kept(&db, |b| (b.price * dec!(0.5)).le(dec!(12.75))).await, [2, 3, 5, 6]);
        assert_eq!(kept(&db, |b| (b.pages + 50).eq(200)).await, [3]);
        assert_eq!(kept(&db, |b| (b.pages - 100).lt(0)).await, [6]);
        assert_eq!(kept(&db, |b| ((b.pages - 100) * 2).in_([0, 400])).await, [1, 5]);
        assert_eq!(kept(&db, |b| (b.pages / 100).eq(1)).await, [3, 5], "integers divide without a rest");
        assert_eq!(kept(&db, |b| (b.rating * 2).ge(9)).await, [1, 5]);
        assert_eq!(kept(&db, |b| (b.rating / 2.0).between(0.5, 1.5)).await, [3, 6]);
        assert_eq!(kept(&db, |b| b.pages.between(b.pages - 1, b.pages * 2)).await, [1, 2, 3, 4, 5, 6]);
    });
}

#[test]
fn a_table_joined_to_itself() {
    each_engine(async |database| {
        let db = empty(database).await;
        let node = |name: &str, parent: Option<i64>| Node {
            id: 0,
            name: name.to_owned(),
            parent: parent.map(ForeignKey::new),
        };
        let nodes = vec![node("root", None), node("stem", Some(1)), node("leaf", Some(2))];
        Node::bulk_create(nodes).exec(&db).await.unwrap();
        let named = |nodes: Vec<Node>| nodes.into_iter().map(|node| node.name).collect::<Vec<_>>();
        let under = Node::objects().filter(|n| n.parent().parent().name.eq("root"));
        assert_eq!(named(under.all(&db).await.unwrap()), ["leaf"]);
        let others = Node::objects().exclude(|n| n.parent().name.eq("root")).order_by(|n| n.name.asc());
        assert_eq!(named(others.all(&db).await.unwrap()), ["leaf", "root"]);

        let leaf = Node::objects()
            .filter(|n| n.name.eq("leaf"))
            .select_related(|n| n.parent().parent().parent())
            .get(&db)
            .await
            .unwrap();
        let stem = leaf.parent.unwrap().into_loaded().unwrap();
        let root = stem.parent.unwrap().into_loaded().unwrap();
        assert_eq!((stem.name.as_str(), root.name.as_str(), root.parent), ("stem", "root", None));

        let far = Node::objects()
            .filter(|n| n.parent().parent().parent().parent().parent().parent().parent().name.eq("root"));
        assert_eq!(far.count(&db).await.unwrap(), 0, "seven relations are followed");
        let further = Node::objects().filter(|n| {
            n.parent().parent().parent().parent().parent().parent().parent().parent().name.eq("root")
        });
        let error = expect_queries(&db, 0, async |db| further.count(db).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    });
}

#[test]
fn related_rows_are_loaded_with_the_same_query() {
    each_engine(async |database| {
        let db = filled(database).await;
        let books = expect_queries(&db, 1, async |db| {
            let all = Book::objects().order_by(|b| b.id.asc());
            all.select_related(|b| (b.author().publisher().country(), b.editor())).all(db).await
        })
        .await
        .unwrap();
        let seen: Vec<_> = books
            .iter()
            .map(|book| {
                let author = book.author.get().unwrap();
                assert_eq!(author.id, *book.author.key());
                let publisher = author.publisher.as_ref().and_then(ForeignKey::get);
                let country = publisher.and_then(|publisher| publisher.country.as_ref()?.get());
                let editor = book.editor.as_ref().map(|editor| editor.get().unwrap());
                assert!(
                    editor.is_none_or(|editor| editor.publisher.as_ref().is_none_or(|p| p.get().is_none()))
                );
                (
                    author.name.as_str(),
                    publisher.map(|publisher| publisher.name.as_str()),
                    country.map(|country| country.name.as_str()),
                    editor.map(|editor| editor.name.as_str()),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("Ann", Some("Alpha"), Some("CH"), Some("Bob")),
                ("Ann", Some("Alpha"), Some("CH"), None),
                ("Bob", Some("Beta"), Some("DE"), Some("Dan")),
                ("Cleo", Some("Gamma"), None, Some("Cleo")),
                ("Dan", None, None, None),
                ("Bob", Some("Beta"), Some("DE"), Some("Ann")),
            ]
        );
    });
}

#[test]
fn loading_along_changes_neither_the_rows_nor_their_number() {
    each_engine(async |database| {
        let db = filled(database).await;
        let query = || {
            Book::objects()
                .select_related(|b| b.editor().publisher())
                .filter(|b| b.editor().publisher().name.eq("Alpha") | b.editor.is_null())
                .order_by(|b| (b.editor().name.desc(), b.id.desc()))
        };
        assert_eq!(keys(&db, query()).await, [6, 5, 2]);
        assert_eq!(keys(&db, query().limit(1).offset(1)).await, [5]);
        assert_eq!(query().count(&db).await.unwrap(), 3);
        assert_eq!(query().limit(2).count(&db).await.unwrap(), 2);
        let first = query().first(&db).await.unwrap().unwrap();
        let alpha = first.editor.unwrap().into_loaded().unwrap().publisher.unwrap().into_loaded().unwrap();
        assert_eq!(alpha.name, "Alpha");
        let plain = Book::objects().filter(|b| b.id.eq(6)).get(&db).await.unwrap();
        assert!(plain.author.get().is_none() && plain.editor.unwrap().get().is_none());
    });
}
