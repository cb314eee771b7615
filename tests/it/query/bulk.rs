//! Many rows at once.

use super::shelf::{Author, Book, Country, book, empty, filled};
use umbral::error::ErrorKind;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

fn countries(count: usize) -> Vec<Country> {
    (0..count).map(|number| Country { id: -1, name: format!("country {number}") }).collect()
}

/// That the rows came back in their order, with keys that the stored rows have.
async fn verify(db: &Db, created: Vec<Country>, count: usize) {
    assert_eq!(created.len(), count);
    for (number, country) in created.iter().enumerate() {
        assert_eq!(country.name, format!("country {number}"));
    }
    let stored = Country::objects().order_by(|c| c.id.asc()).all(db).await.unwrap();
    let mut by_key = created;
    by_key.sort_by_key(|country| country.id);
    assert!(stored == by_key, "{count} rows are stored as they were returned");
}

/// Cases: 48.
#[test]
fn any_number_of_rows() {
    each_engine(async |database| {
        let db = empty(database).await;
        for count in [0, 1, 2, 3, 4, 15, 16, 17, 49, 50, 51, 101] {
            let created = Country::bulk_create(countries(count)).exec(&db).await.unwrap();
            verify(&db, created, count).await;
            Country::objects().all_rows().delete().exec(&db).await.unwrap();
        }
        let none = expect_queries(&db, 0, async |db| Country::bulk_create(Vec::new()).exec(db).await).await;
        assert_eq!(none.unwrap(), []);
    });
}

/// Cases: 47.
#[test]
fn ten_and_forty_thousand_rows() {
    each_engine(async |database| {
        let db = empty(database).await;
        for count in [10_000, 40_000] {
            let created = Country::bulk_create(countries(count)).exec(&db).await.unwrap();
            verify(&db, created, count).await;
            let names: Vec<String> = (0..count).map(|number| format!("country {number}")).collect();
            let named = || Country::objects().filter(|c| c.name.in_(&names));
            assert_eq!(named().update(|c| c.name.set("one name")).exec(&db).await.unwrap(), count as u64);
            let keys: Vec<i64> = Country::objects().all(&db).await.unwrap().iter().map(|c| c.id).collect();
            let deleted = Country::objects().filter(|c| c.id.in_(keys)).delete().exec(&db).await.unwrap();
            assert_eq!(deleted, count as u64);
        }
    });
}

#[test]
fn rows_inside_a_transaction_go_with_it() {
    each_engine(async |database| {
        let db = empty(database).await;
        for count in [1, 51, 10_000] {
            let undone = db
                .transaction(async |tx| {
                    let created = Country::bulk_create(countries(count)).exec(tx).await?;
                    assert_eq!(created.len(), count);
                    assert_eq!(Country::objects().count(tx).await?, count as u64);
                    Err::<(), _>(umbral::Error::new(ErrorKind::Usage, "changed my mind"))
                })
                .await;
            assert_eq!(undone.unwrap_err().to_string(), "changed my mind");
            assert_eq!(Country::objects().count(&db).await.unwrap(), 0, "{count}");
            let created =
                db.transaction(async |tx| Country::bulk_create(countries(count)).exec(tx).await).await;
            verify(&db, created.unwrap(), count).await;
            Country::objects().all_rows().delete().exec(&db).await.unwrap();
        }
    });
}

#[test]
fn one_row_that_fails_leaves_none() {
    each_engine(async |database| {
        let db = filled(database).await;
        for (count, wrong) in [(1, 0), (50, 49), (51, 50), (10_000, 9_999), (10_000, 0)] {
            let rows = || (0..count).map(|number| book(&format!("book {number}"), 1)).collect::<Vec<_>>();
            let mut twice = rows();
            twice[wrong].title = "Rust".to_owned();
            let error = Book::bulk_create(twice).exec(&db).await.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            let mut wide = rows();
            wide[wrong].price = dec!(123456789.01);
            let error = Book::bulk_create(wide).exec(&db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Value, "{error:?}");
            assert_eq!(Book::objects().count(&db).await.unwrap(), 6);

            let mut orphan = rows();
            orphan[wrong].author = ForeignKey::new(77);
            let kept = db.transaction(async |tx| {
                create!(Country { name: "before" }).exec(tx).await?;
                let error =
                    tx.transaction(async |tx| Book::bulk_create(orphan).exec(tx).await).await.unwrap_err();
                assert!(error.is_foreign_key_violation(), "{error:?}");
                assert_eq!(Book::objects().count(tx).await?, 6, "the transaction goes on");
                create!(Country { name: "after" }).exec(tx).await
            });
            kept.await.unwrap();
        }
        assert_eq!(
            Country::objects().filter(|c| c.name.in_(["before", "after"])).count(&db).await.unwrap(),
            10
        );
    });
}

#[test]
fn keys_are_assigned_or_kept() {
    each_engine(async |database| {
        let db = empty(database).await;
        let rows = |ids: [i64; 3]| ids.map(|id| Country { id, name: id.to_string() }).to_vec();
        let kept = Country::bulk_create(rows([70, 0, -5])).keep_keys().exec(&db).await.unwrap();
        assert_eq!(kept, rows([70, 0, -5]));
        let stored = Country::objects().order_by(|c| c.id.asc()).all(&db).await.unwrap();
        assert_eq!(stored, rows([-5, 0, 70]));
        let again = Country::bulk_create(rows([70, 71, 72])).keep_keys().exec(&db).await.unwrap_err();
        assert!(again.is_unique_violation());
        assert_eq!(Country::objects().count(&db).await.unwrap(), 3);
    });
}

#[test]
fn nulls_among_values_stay_where_they_are() {
    each_engine(async |database| {
        let db = empty(database).await;
        let author = |number: i64| Author {
            id: 0,
            name: number.to_string(),
            email: (number % 3 == 0).then(|| format!("{number}@x")),
            publisher: None,
        };
        let created = Author::bulk_create((0..120).map(author).collect()).exec(&db).await.unwrap();
        let stored = Author::objects().order_by(|a| a.id.asc()).all(&db).await.unwrap();
        assert_eq!(stored, created);
        assert_eq!(Author::objects().filter(|a| a.email.is_null()).count(&db).await.unwrap(), 80);
        let all_null = Author::bulk_create((1..3).map(author).collect()).exec(&db).await.unwrap();
        assert!(all_null.iter().all(|author| author.email.is_none()));
    });
}
