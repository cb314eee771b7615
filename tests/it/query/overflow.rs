//! Sums past what their column holds: refused, and the row stays as it was.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "query_counter")]
struct Counter {
    #[umbral(primary_key)]
    id: i64,
    small: i16,
    int: i32,
    big: i64,
    maybe: Option<i64>,
    #[umbral(decimal(10, 2))]
    price: Decimal,
}

#[test]
fn a_sum_past_the_end_changes_nothing() {
    each_engine(async |database| {
        let db = database.db().await;
        create_tables(&db, &Registry::new().with::<Counter>()).await.unwrap();
        let full =
            create!(Counter { small: i16::MAX, int: i32::MAX, big: i64::MAX, price: dec!(99999999.99) });
        let full = full.exec(&db).await.unwrap();
        let one = || Counter::objects().filter(|c| c.id.eq(full.id));
        for (what, refused) in [
            ("small", one().update(|c| c.small.set(c.small + 1))),
            ("int", one().update(|c| c.int.set(c.int + 1))),
            ("big", one().update(|c| c.big.set(c.big + 1))),
            ("big, twice", one().update(|c| c.big.set(c.big * c.big))),
            ("price", one().update(|c| c.price.set(c.price + dec!(0.01)))),
        ] {
            let refused = refused.exec(&db).await;
            assert!(refused.is_err(), "{what}");
            assert_eq!(Counter::by_key(&db, full.id).await.unwrap(), full, "{what}");
        }
        let fits = one().update(|c| (c.big.set(c.big - 2), c.maybe.set(c.maybe + 1), c.int.set(c.int - 5)));
        assert_eq!(fits.exec(&db).await.unwrap(), 1);
        let changed = Counter::by_key(&db, full.id).await.unwrap();
        assert_eq!((changed.big, changed.maybe, changed.int), (i64::MAX - 2, None, i32::MAX - 5));
        one().update(|c| c.maybe.set(c.big / 2 + 1)).exec(&db).await.unwrap();
        assert_eq!(Counter::by_key(&db, full.id).await.unwrap().maybe, Some((i64::MAX - 2) / 2 + 1));
    });
}
