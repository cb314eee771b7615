//! Rows that are created, changed and deleted one by one or by a query.

use super::shelf::{Author, Book, Country, Publisher, book, filled, keys};
use umbral::backend::BackendFeature;
use umbral::error::ErrorKind;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

async fn by_key(db: &Db, key: i64) -> Book {
    Book::by_key(db, key).await.unwrap()
}

#[test]
fn a_created_row_is_what_was_stored() {
    each_engine(async |database| {
        let db = filled(database).await;
        let ann = Author::by_key(&db, 1).await.unwrap();
        // The row is read by its key where the INSERT does not return it.
        let returned = db.backend().supports(BackendFeature::InsertReturning);
        let created = expect_queries(&db, if returned { 1 } else { 2 }, async |db| {
            create!(Book { title: "New", author: &ann, price: dec!(1.5) }).exec(db).await
        });
        let created = created.await.unwrap();
        assert_eq!(created, by_key(&db, created.id).await);
        assert_eq!((created.id, created.pages, created.price.to_string()), (7, 10, "1.50".to_owned()));
        assert_eq!((created.editor, created.rating), (None, None));

        let title = "Short".to_owned();
        let given =
            create!(Book { title, author: 2, editor: 3, pages: 0, rating: 0.5 }).exec(&db).await.unwrap();
        assert_eq!(given.editor.as_ref().map(ForeignKey::key), Some(&3));
        assert_eq!(given, by_key(&db, 8).await);
    });
}

#[test]
fn a_row_that_breaks_a_constraint_is_refused() {
    each_engine(async |database| {
        let db = filled(database).await;
        let twice = create!(Book { title: "Rust", author: 1 }).exec(&db).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice:?}");
        let orphan = create!(Book { title: "Orphan", author: 99 }).exec(&db).await.unwrap_err();
        assert!(orphan.is_foreign_key_violation(), "{orphan:?}");
        let negative = create!(Book { title: "Less", author: 1, pages: -1 }).exec(&db).await.unwrap_err();
        assert!(negative.is_check_violation(), "{negative:?}");
        let wide =
            create!(Book { title: "Dear", author: 1, price: dec!(100000000) }).exec(&db).await.unwrap_err();
        assert_eq!(wide.kind(), ErrorKind::Value, "{wide:?}");
        let long = create!(Book { title: "x".repeat(41), author: 1 }).exec(&db).await.unwrap_err();
        assert!(matches!(long.kind(), ErrorKind::Value | ErrorKind::Violation), "{long:?}");
        assert_eq!(Book::objects().count(&db).await.unwrap(), 6);
        let negative = Book::objects().filter(|b| b.id.le(2)).update(|b| b.pages.set(b.pages - 250));
        assert!(negative.exec(&db).await.unwrap_err().is_check_violation());
        assert_eq!((by_key(&db, 1).await.pages, by_key(&db, 2).await.pages), (300, 200), "all rows or none");
    });
}

#[test]
fn updates_compute_from_the_row_as_it_was() {
    each_engine(async |database| {
        let db = filled(database).await;
        let one = || Book::objects().filter(|b| b.id.eq(1));
        let both = one().update(|b| (b.price.set(b.price * 2 + dec!(0.25)), b.pages.set(b.pages / 2 - 1)));
        assert_eq!(both.exec(&db).await.unwrap(), 1);
        let changed = by_key(&db, 1).await;
        assert_eq!((changed.price.to_string(), changed.pages), ("60.25".to_owned(), 149));
        assert_eq!((changed.title.as_str(), changed.rating), ("Rust", Some(4.5)), "the rest stays");

        let swapped = one().update(|b| (b.pages.set(b.pages + 1), b.rating.set(b.rating * 2)));
        assert_eq!(swapped.exec(&db).await.unwrap(), 1);
        assert_eq!((by_key(&db, 1).await.pages, by_key(&db, 1).await.rating), (150, Some(9.0)));
        one().update(|b| b.price.set(b.price * dec!(1.005))).exec(&db).await.unwrap();
        assert_eq!(by_key(&db, 1).await.price, dec!(60.55), "60.55125 is rounded");
        one().update(|b| b.price.set(b.price * dec!(-0.5))).exec(&db).await.unwrap();
        assert_eq!(by_key(&db, 1).await.price, dec!(-30.28), "half away from zero");
        one().update(|b| b.price.set(b.price * b.pages)).exec(&db).await.unwrap();
        assert_eq!(by_key(&db, 1).await.price, dec!(-4542));

        let none = Book::objects().filter(|b| b.rating.is_null()).update(|b| b.rating.set(b.rating + 1.0));
        assert_eq!(none.exec(&db).await.unwrap(), 2);
        assert_eq!(by_key(&db, 2).await.rating, None, "NULL and one is NULL");
    });
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_triple")]
struct Triple {
    #[umbral(primary_key)]
    id: i64,
    a: i64,
    b: i64,
    c: i64,
}

#[test]
fn values_read_what_the_same_update_sets_as_it_was() {
    each_engine(async |database| {
        let db = database.db().await;
        umbral_testkit::create_tables(&db, &umbral::model::Registry::new().with::<Triple>()).await.unwrap();
        Triple::bulk_create(vec![Triple { id: 0, a: 1, b: 20, c: 300 }]).exec(&db).await.unwrap();
        let now = async || {
            let Triple { a, b, c, .. } = Triple::by_key(&db, 1).await.unwrap();
            (a, b, c)
        };
        let all = || Triple::objects().all_rows();
        all().update(|t| (t.a.set(t.a + 1), t.b.set(t.a + t.b), t.c.set(t.b))).exec(&db).await.unwrap();
        assert_eq!(now().await, (2, 21, 20));
        all().update(|t| (t.c.set(5), t.b.set(t.c), t.a.set(t.b))).exec(&db).await.unwrap();
        assert_eq!(now().await, (21, 20, 5));

        let swapped = all().update(|t| (t.a.set(t.b), t.c.set(0), t.b.set(t.a))).exec(&db).await;
        if db.backend().dialect().assigns_at_once() {
            swapped.unwrap();
            assert_eq!(now().await, (20, 21, 0));
        } else {
            let error = swapped.unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("a, b read each other"), "{error}");
            assert_eq!(now().await, (21, 20, 5));
        }
    });
}

#[test]
fn updates_set_values_nulls_and_relations() {
    each_engine(async |database| {
        let db = filled(database).await;
        let dan = Author::by_key(&db, 4).await.unwrap();
        let set = Book::objects()
            .filter(|b| b.id.in_([1, 2]))
            .update(|b| (b.rating.set(None), b.editor.set(&dan), b.author.set(3), b.price.set(7)));
        assert_eq!(set.exec(&db).await.unwrap(), 2);
        let changed = by_key(&db, 2).await;
        assert_eq!((changed.rating, *changed.author.key(), changed.price), (None, 3, dec!(7)));
        assert_eq!(changed.editor.as_ref().map(ForeignKey::key), Some(&4));
        let copied =
            Book::objects().filter(|b| b.id.eq(1)).update(|b| [b.editor.set(None), b.title.set("It's")]);
        assert_eq!(copied.exec(&db).await.unwrap(), 1);
        assert_eq!((by_key(&db, 1).await.editor, by_key(&db, 1).await.title), (None, "It's".to_owned()));
        let copied = Book::objects().filter(|b| b.id.eq(1)).update(|b| b.editor.set(b.author));
        copied.exec(&db).await.unwrap();
        assert_eq!(by_key(&db, 1).await.editor, Some(ForeignKey::new(3)));
        let nobody = Book::objects().filter(|b| b.id.eq(70)).update(|b| b.pages.set(1)).exec(&db).await;
        assert_eq!(nobody.unwrap(), 0);
    });
}

#[test]
fn changes_choose_their_rows_over_relations_and_by_slices() {
    each_engine(async |database| {
        let db = filled(database).await;
        let of_beta = Book::objects().filter(|b| b.author().publisher().name.eq("Beta"));
        assert_eq!(of_beta.update(|b| b.pages.set(b.pages + 1000)).exec(&db).await.unwrap(), 2);
        assert_eq!(keys(&db, Book::objects().filter(|b| b.pages.gt(1000))).await, [3, 6]);
        let not_bobs = Book::objects().exclude(|b| b.editor().name.eq("Bob"));
        assert_eq!(
            not_bobs.update(|b| b.rating.set(0.0)).exec(&db).await.unwrap(),
            5,
            "no editor is not Bob"
        );

        let dearest = Book::objects().order_by(|b| b.price.desc()).limit(2);
        assert_eq!(dearest.update(|b| b.price.set(b.price - 1)).exec(&db).await.unwrap(), 2);
        assert_eq!((by_key(&db, 4).await.price, by_key(&db, 1).await.price), (dec!(44), dec!(29)));
        let by_title = Book::objects().offset(4).limit(1).delete().exec(&db).await.unwrap();
        assert_eq!(by_title, 1);
        assert!(Book::by_key(&db, 2).await.unwrap_err().is_not_found(), "the fifth by title is SQL");
        let anns = Book::objects().filter(|b| b.author().name.eq("Ann") | b.editor().name.eq("Ann"));
        assert_eq!(anns.delete().exec(&db).await.unwrap(), 2);
        assert_eq!(keys(&db, Book::objects()).await, [3, 4, 5]);
    });
}

/// Cases: 48.
#[test]
fn an_update_that_sets_nothing_sends_nothing() {
    each_engine(async |database| {
        let db = filled(database).await;
        let changed = expect_queries(&db, 0, async |db| {
            Book::objects().filter(|b| b.id.eq(1)).update(|_| Vec::new()).exec(db).await
        });
        assert_eq!(changed.await.unwrap(), 0);
    });
}

#[test]
fn a_change_of_every_row_is_said_so() {
    each_engine(async |database| {
        let db = filled(database).await;
        expect_queries(&db, 0, async |db| {
            let refused = [
                Book::objects().update(|b| b.pages.set(1)).exec(db).await.unwrap_err(),
                Book::objects().update(|_| Vec::new()).exec(db).await.unwrap_err(),
                Book::objects()
                    .order_by(|b| b.id.asc())
                    .update(|b| b.pages.set(1))
                    .exec(db)
                    .await
                    .unwrap_err(),
                Book::objects().delete().exec(db).await.unwrap_err(),
                Book::objects().offset(1).delete().exec(db).await.unwrap_err(),
            ];
            for error in refused {
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert!(error.hint().is_some_and(|hint| hint.contains("all_rows()")), "{error:?}");
            }
        })
        .await;
        assert_eq!(Book::objects().all_rows().update(|b| b.pages.set(9)).exec(&db).await.unwrap(), 6);
        assert_eq!(Book::objects().filter(|b| b.pages.eq(9)).count(&db).await.unwrap(), 6);
        let every = Book::objects().filter(|_| Predicate::always()).update(|b| b.pages.set(8));
        assert_eq!(every.exec(&db).await.unwrap(), 6, "a filter was written");
        assert_eq!(Book::objects().all_rows().delete().exec(&db).await.unwrap(), 6);
        assert_eq!(Book::objects().count(&db).await.unwrap(), 0);
    });
}

#[test]
fn a_column_of_another_row_is_not_set() {
    each_engine(async |database| {
        let db = filled(database).await;
        let set = Book::objects().filter(|b| b.id.eq(1)).update(|b| b.author().name.set("Eve"));
        let error = expect_queries(&db, 0, async |db| set.exec(db).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let read = Book::objects().filter(|b| b.id.eq(1)).update(|b| b.title.set(b.author().name));
        let error = expect_queries(&db, 0, async |db| read.exec(db).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
    });
}

#[test]
fn one_row_is_saved_refreshed_and_deleted() {
    each_engine(async |database| {
        let db = filled(database).await;
        let mut rust = by_key(&db, 1).await;
        rust.title = "Rust!".to_owned();
        rust.editor = None;
        rust.price = dec!(31.999);
        let refused = rust.save(&db).await.map(|()| "rounded");
        assert!(
            refused.is_err_and(|error| error.kind() == ErrorKind::Value)
                || by_key(&db, 1).await.price == dec!(32)
        );
        rust.price = dec!(32);
        expect_queries(&db, 1, async |db| rust.save(db).await).await.unwrap();
        assert_eq!(by_key(&db, 1).await, rust);
        assert_eq!(by_key(&db, 2).await.title, "SQL", "other rows stay");

        let mut old = rust.clone();
        Book::objects().filter(|b| b.id.eq(1)).update(|b| b.pages.set(1)).exec(&db).await.unwrap();
        old.refresh(&db).await.unwrap();
        assert_eq!(old.pages, 1);

        rust.delete(&db).await.unwrap();
        assert!(Book::by_key(&db, 1).await.unwrap_err().is_not_found());
        assert!(rust.delete(&db).await.unwrap_err().is_not_found(), "it is gone already");
        assert!(rust.save(&db).await.unwrap_err().is_not_found(), "save never inserts");
        assert!(old.refresh(&db).await.unwrap_err().is_not_found());
        assert_eq!(old.pages, 1, "what could not be refreshed stays");
        let twice = Book { title: "SQL".to_owned(), ..by_key(&db, 3).await };
        assert!(twice.save(&db).await.unwrap_err().is_unique_violation());
    });
}

#[test]
fn deletes_do_with_what_points_at_the_row_as_declared() {
    each_engine(async |database| {
        let db = filled(database).await;
        let alpha = Publisher::by_key(&db, 1).await.unwrap();
        let restricted = alpha.delete(&db).await.unwrap_err();
        assert!(restricted.is_foreign_key_violation(), "{restricted:?}");
        Country::by_key(&db, 1).await.unwrap().delete(&db).await.unwrap();
        assert_eq!(Publisher::by_key(&db, 1).await.unwrap().country, None, "set to NULL");
        Author::by_key(&db, 1).await.unwrap().delete(&db).await.unwrap();
        assert_eq!(keys(&db, Book::objects()).await, [3, 6, 4, 5], "Ann's books go with her");
        assert_eq!(by_key(&db, 6).await.editor, None);
    });
}

/// Cases: 52.
#[test]
fn keys_that_are_nothing_elsewhere_are_keys() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "query_by_text")]
    struct ByText {
        #[umbral(primary_key, max_length = 10)]
        name: String,
        number: i32,
    }
    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "query_by_uuid")]
    struct ByUuid {
        #[umbral(primary_key)]
        id: Uuid,
        #[umbral(on_delete = cascade)]
        of: Option<ForeignKey<ByText>>,
    }
    each_engine(async |database| {
        let db = filled(database).await;
        let models = umbral::model::Registry::new().with::<ByText>().with::<ByUuid>();
        umbral_testkit::create_tables(&db, &models).await.unwrap();
        let mut empty = create!(ByText { name: "", number: 1 }).exec(&db).await.unwrap();
        empty.number = 2;
        empty.save(&db).await.unwrap();
        assert_eq!(ByText::by_key(&db, "").await.unwrap(), empty);
        assert!(create!(ByText { name: "", number: 3 }).exec(&db).await.unwrap_err().is_unique_violation());
        let nil = create!(ByUuid { id: Uuid::nil(), of: &empty }).exec(&db).await.unwrap();
        let found =
            ByUuid::objects().select_related(|u| u.of()).filter(|u| u.of.eq("")).get(&db).await.unwrap();
        assert_eq!((found.id, found.of.unwrap().into_loaded()), (nil.id, Some(empty.clone())));
        assert_eq!(ByUuid::by_key(&db, Uuid::nil()).await.unwrap().id, Uuid::nil());

        let zero = Author { id: 0, name: "Zero".to_owned(), email: None, publisher: None };
        Author::bulk_create(vec![zero.clone()]).keep_keys().exec(&db).await.unwrap();
        create!(Book { title: "Nil", author: 0 }).exec(&db).await.unwrap();
        let loaded = Book::objects().filter(|b| b.author.eq(0)).select_related(|b| b.author()).get(&db).await;
        assert_eq!(loaded.unwrap().author.into_loaded(), Some(zero.clone()));
        let renamed = Author { name: "Nought".to_owned(), ..zero };
        renamed.save(&db).await.unwrap();
        assert_eq!(Author::by_key(&db, 0).await.unwrap(), renamed);
        renamed.delete(&db).await.unwrap();
        assert_eq!(Author::objects().count(&db).await.unwrap(), 4);
        empty.delete(&db).await.unwrap();
        assert_eq!(ByUuid::objects().count(&db).await.unwrap(), 0);
        let again = Book { author: ForeignKey::new(2), ..book("After", 2) };
        let again = Book::bulk_create(vec![again]).exec(&db).await.unwrap();
        assert!(again[0].id > 6);
    });
}
