//! SQL as the user writes it, with the types that its text does not tell.

use super::shelf::{Book, filled};
use umbral::error::ErrorKind;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

const PRICE: SqlType = SqlType::Decimal { precision: 10, scale: 2 };

#[test]
fn rows_become_tuples_and_models() {
    each_engine(async |database| {
        let db = filled(database).await;
        let rows: Vec<(i64, String, Option<f64>)> =
            raw("select id, title, rating from shelf_book where pages > ? order by id")
                .bind(150)
                .all(&db)
                .await
                .unwrap();
        let expected =
            [(1, "Rust".to_owned(), Some(4.5)), (2, "SQL".to_owned(), None), (4, "Macros".to_owned(), None)];
        assert_eq!(rows, expected);
        let numbered =
            raw("select id, id from shelf_book where title = ?2 or pages = ?1 or title = ?2 order by id");
        let keys: Vec<(i64, i64)> = numbered.bind(100).bind("Rust").all(&db).await.unwrap();
        assert_eq!(keys, [(1, 1), (5, 5)]);
        let book: Book = raw("select * from shelf_book where id = ?").bind(3i64).get(&db).await.unwrap();
        assert_eq!(book, Book::by_key(&db, 3).await.unwrap(), "a model knows its columns' types");
        let first: Option<(String,)> =
            raw("select title from shelf_book order by title").first(&db).await.unwrap();
        assert_eq!(first, Some(("Async".to_owned(),)));
        let count: i64 = raw("select count(*) from shelf_book").value(&db).await.unwrap();
        assert_eq!(count, 6);
        let changed = raw("update shelf_book set pages = pages + ? where editor_id is null").bind(1);
        assert_eq!(changed.execute(&db).await.unwrap(), 2);
        let marks: String = raw("select concat('?', '??', ?) -- ?").bind("!").value(&db).await.unwrap();
        assert_eq!(marks, "?".to_owned() + "??" + "!");
    });
}

#[test]
fn decimals_have_the_types_that_are_said() {
    each_engine(async |database| {
        let db = filled(database).await;
        let rows: Vec<(String, Decimal)> =
            raw("select title, price from shelf_book where pages >= ? order by id")
                .bind(200)
                .columns([SqlType::Text, PRICE])
                .all(&db)
                .await
                .unwrap();
        let shown: Vec<String> = rows.iter().map(|(title, price)| format!("{title} {price}")).collect();
        assert_eq!(shown, ["Rust 30.00", "SQL 20.00", "Macros 45.00"]);
        let sum = raw("select sum(price) from shelf_book").columns([PRICE]);
        assert_eq!(sum.value::<Decimal>(&db).await.unwrap(), dec!(135.5));
        let none = raw("select sum(price) from shelf_book where id > 100").columns([PRICE]);
        assert_eq!(none.value::<Option<Decimal>>(&db).await.unwrap(), None);
        let rest: Vec<(Decimal, i64)> =
            raw("select price, id from shelf_book where id = 6").columns([PRICE]).all(&db).await.unwrap();
        assert_eq!(rest, [(dec!(5), 6)], "columns that are not named are as they come");

        let dear = raw("select id from shelf_book where price > ? order by id").bind_as(dec!(25.5), PRICE);
        assert_eq!(dear.all::<(i64,)>(&db).await.unwrap(), [(1,), (4,)]);
        let set = raw("update shelf_book set price = ? where id = ?").bind_as(dec!(7), PRICE).bind(2i64);
        assert_eq!(set.execute(&db).await.unwrap(), 1);
        let set =
            raw("update shelf_book set price = ? where id = ?").bind_as(Some(dec!(0.1)), PRICE).bind(1i64);
        set.execute(&db).await.unwrap();
        assert_eq!(Book::by_key(&db, 2).await.unwrap().price, dec!(7));
        assert_eq!(Book::by_key(&db, 1).await.unwrap().price, dec!(0.1));
    });
}

/// Never a number that is wrong by a power of ten.
#[test]
fn a_decimal_of_no_type_is_right_or_refused() {
    each_engine(async |database| {
        let db = filled(database).await;
        match raw("select price from shelf_book where id = 1").value::<Decimal>(&db).await {
            Ok(price) => assert_eq!(price, dec!(30)),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Value);
                assert!(error.hint().is_some_and(|hint| hint.contains(".columns(")), "{error:?}");
            }
        }
        match raw("select id from shelf_book where price = ?").bind(dec!(30)).value::<i64>(&db).await {
            Ok(key) => assert_eq!(key, 1),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert!(error.hint().is_some_and(|hint| hint.contains("bind_as")), "{error:?}");
            }
        }
        let fine = raw("select id from shelf_book where price = ?").bind_as(dec!(30.001), PRICE);
        let error = expect_queries(&db, 0, async |db| fine.value::<i64>(db).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "three digits behind the point: {error:?}");
    });
}

#[test]
fn what_does_not_fit_is_said() {
    each_engine(async |database| {
        let db = filled(database).await;
        let kind = |error: umbral::Error| error.kind();
        let missing = raw("select id from shelf_book where id = ?").value::<i64>(&db).await.unwrap_err();
        assert_eq!(kind(missing), ErrorKind::Usage);
        let both = raw("select ?1 + ?").bind(1).bind(2).value::<i64>(&db).await.unwrap_err();
        assert_eq!(kind(both), ErrorKind::Usage);
        let narrow = raw("select id, title from shelf_book").all::<(i64,)>(&db).await.unwrap_err();
        assert_eq!(kind(narrow), ErrorKind::Usage);
        let partly = raw("select id, title from shelf_book").all::<Book>(&db).await.unwrap_err();
        assert_eq!(kind(partly), ErrorKind::Usage);
        let wrong = raw("select title from shelf_book").all::<(i64,)>(&db).await.unwrap_err();
        assert_eq!(kind(wrong), ErrorKind::Value);
        let several = raw("select id from shelf_book").value::<i64>(&db).await.unwrap_err();
        assert_eq!(kind(several), ErrorKind::MultipleRows);
        let none = raw("select id from shelf_book where id > 9").value::<i64>(&db).await.unwrap_err();
        assert_eq!(kind(none), ErrorKind::NotFound);
        let nonsense = raw("selekt 1").value::<i64>(&db).await.unwrap_err();
        assert_eq!(kind(nonsense), ErrorKind::Statement);
    });
}
