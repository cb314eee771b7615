//! The order of rows, slices of them, and single ones.

use super::shelf::{Author, Book, Country, filled, keys};
use umbral::error::ErrorKind;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

#[test]
fn the_models_own_order_holds_unless_another_is_asked_for() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(keys(&db, Book::objects()).await, [3, 6, 4, 1, 2, 5], "by title");
        assert_eq!(keys(&db, Book::objects().reverse()).await, [5, 2, 1, 4, 6, 3]);
        assert_eq!(keys(&db, Book::objects().reverse().reverse()).await, [3, 6, 4, 1, 2, 5]);
        assert_eq!(keys(&db, Book::objects().order_by(|b| b.price.desc())).await, [4, 1, 3, 2, 5, 6]);
        let twice = Book::objects().order_by(|b| b.price.desc()).order_by(|b| b.pages.asc());
        assert_eq!(keys(&db, twice).await, [6, 5, 3, 2, 1, 4], "the last one counts");
        let authors: Vec<i64> =
            Author::objects().reverse().all(&db).await.unwrap().iter().map(|a| a.id).collect();
        assert_eq!(authors, [4, 3, 2, 1], "without any order, by key");
    });
}

#[test]
fn orders_over_relations_and_expressions() {
    each_engine(async |database| {
        let db = filled(database).await;
        let query = Book::objects().order_by(|b| (b.author().name.asc(), b.title.desc()));
        assert_eq!(keys(&db, query.clone()).await, [2, 1, 6, 3, 4, 5]);
        assert_eq!(keys(&db, query.reverse()).await, [5, 4, 3, 6, 1, 2]);
        let editors = |nulls_last: bool| {
            Book::objects().order_by(|b| {
                let editor = b.editor().name.asc();
                (if nulls_last { editor.nulls_last() } else { editor }, b.id.asc())
            })
        };
        assert_eq!(keys(&db, editors(false)).await, [2, 5, 6, 1, 4, 3], "no editor comes first");
        assert_eq!(keys(&db, editors(true)).await, [6, 1, 4, 3, 2, 5]);
        let query = Book::objects().order_by(|b| (b.pages * -1).asc());
        assert_eq!(keys(&db, query).await, [4, 1, 2, 3, 5, 6]);
        let query = Book::objects().order_by(|b| vec![b.rating.desc(), b.pages.desc()]);
        assert_eq!(keys(&db, query).await, [5, 1, 3, 6, 4, 2]);
        let query = Book::objects().order_by(|b| [(b.rating * b.rating).desc().nulls_first(), b.id.asc()]);
        assert_eq!(keys(&db, query).await, [2, 4, 5, 1, 3, 6]);
    });
}

#[test]
fn slices_of_rows() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = || Book::objects().order_by(|b| b.id.asc());
        assert_eq!(keys(&db, all().limit(2)).await, [1, 2]);
        assert_eq!(keys(&db, all().limit(2).offset(3)).await, [4, 5]);
        assert_eq!(keys(&db, all().offset(4)).await, [5, 6], "an offset without a limit");
        assert_eq!(keys(&db, all().offset(0)).await.len(), 6);
        assert_eq!(keys(&db, all().limit(0)).await, [0i64; 0]);
        assert_eq!(keys(&db, all().limit(u64::MAX).offset(5)).await, [6]);
        assert_eq!(keys(&db, all().offset(u64::MAX)).await, [0i64; 0]);
        assert_eq!(keys(&db, all().limit(3).limit(1)).await, [1], "the last one counts");
        for number in [3, 2, 5] {
            assert_eq!(keys(&db, all().limit(number)).await.len() as u64, number, "one shape, other numbers");
        }
    });
}

#[test]
fn counts_and_existence_of_slices() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = Book::objects;
        assert_eq!(all().count(&db).await.unwrap(), 6);
        assert_eq!(all().limit(4).count(&db).await.unwrap(), 4);
        assert_eq!(all().limit(4).offset(5).count(&db).await.unwrap(), 1);
        assert_eq!(all().offset(6).count(&db).await.unwrap(), 0);
        assert_eq!(all().limit(0).count(&db).await.unwrap(), 0);
        assert!(all().exists(&db).await.unwrap());
        assert!(!all().limit(0).exists(&db).await.unwrap());
        assert!(all().offset(5).exists(&db).await.unwrap());
        assert!(!all().offset(6).exists(&db).await.unwrap());
        assert!(!all().filter(|b| b.pages.gt(400)).exists(&db).await.unwrap());
        let ordered = || all().order_by(|b| ((b.pages + 7).desc(), b.editor().name.asc()));
        assert_eq!(ordered().filter(|b| b.pages.gt(100)).count(&db).await.unwrap(), 4);
        assert_eq!(ordered().filter(|b| b.pages.gt(100)).limit(3).count(&db).await.unwrap(), 3);
        assert!(ordered().filter(|b| b.pages.gt(100)).exists(&db).await.unwrap());
        assert_eq!(ordered().filter(|b| b.pages.gt(300)).get(&db).await.unwrap().id, 4);
    });
}

#[test]
fn the_first_row() {
    each_engine(async |database| {
        let db = filled(database).await;
        let title = |book: Option<Book>| book.map(|book| book.title);
        assert_eq!(title(Book::objects().first(&db).await.unwrap()).as_deref(), Some("Async"));
        assert_eq!(title(Book::objects().reverse().first(&db).await.unwrap()).as_deref(), Some("Tokio"));
        assert_eq!(title(Book::objects().offset(1).first(&db).await.unwrap()).as_deref(), Some("Cargo"));
        assert_eq!(title(Book::objects().filter(|b| b.id.eq(7)).first(&db).await.unwrap()), None);
        assert_eq!(title(Book::objects().limit(0).first(&db).await.unwrap()), None);
        assert_eq!(Author::objects().first(&db).await.unwrap().map(|author| author.id), Some(1));
        let last = Author::objects().reverse().first(&db).await.unwrap();
        assert_eq!(last.map(|author| author.id), Some(4), "the last one by key");
        Country::objects().all_rows().delete().exec(&db).await.unwrap();
        assert_eq!(Country::objects().first(&db).await.unwrap(), None);
    });
}

#[test]
fn the_only_row() {
    each_engine(async |database| {
        let db = filled(database).await;
        let error = Book::objects().filter(|b| b.pages.gt(1000)).get(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.is_not_found() && error.to_string().contains("Book"), "{error}");
        let error = Book::objects().filter(|b| b.author.eq(2)).get(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MultipleRows);
        let book =
            expect_queries(&db, 1, async |db| Book::objects().filter(|b| b.title.eq("SQL")).get(db).await);
        assert_eq!(book.await.unwrap().id, 2);
        let cheapest = Book::objects().order_by(|b| b.price.asc()).limit(1).get(&db).await.unwrap();
        assert_eq!(cheapest.title, "Cargo", "a slice of one row, by its order");
        let dearest = Book::objects().order_by(|b| b.price.asc()).offset(5).get(&db).await.unwrap();
        assert_eq!(dearest.title, "Macros");
        assert_eq!(Book::by_key(&db, 4).await.unwrap(), dearest);
        assert!(Book::by_key(&db, 40).await.unwrap_err().is_not_found());
    });
}
