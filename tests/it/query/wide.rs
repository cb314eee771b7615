//! Decimals of more digits than a 64-bit integer holds: kept, found and sorted everywhere, and computed with where the
//! database has decimals of its own.

use umbral::backend::BackendFeature;
use umbral::model::Registry;
use umbral::prelude::*;
use umbral::schema::SqlType;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "wide_account", app = "wide")]
struct Account {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(decimal(28, 10), unique, check = "balance > -500000 AND balance NOT IN (13, -13.5)")]
    balance: Decimal,
    #[umbral(decimal(28, 10), index, default = -2.5)]
    limit: Decimal,
    #[umbral(decimal(22, 2))]
    other: Option<Decimal>,
    #[umbral(decimal(10, 2), default = 1)]
    small: Decimal,
    #[umbral(decimal(28, 10), generated = "coalesce(balance, limit)", stored)]
    shown: Option<Decimal>,
}

const BALANCES: [Decimal; 7] = [
    dec!(-499999.9999999999),
    dec!(-10),
    dec!(-9.5),
    dec!(-0.0000000001),
    dec!(0),
    dec!(9.5),
    dec!(123456789012345678.0123456789),
];

/// With these balances as keys from 1.
async fn filled(database: &TestDatabase) -> Db {
    let db = database.db().await;
    create_tables(&db, &Registry::new().with::<Account>()).await.unwrap();
    for balance in BALANCES {
        create!(Account { balance, other: dec!(0.5) }).exec(&db).await.unwrap();
    }
    db
}

async fn balances(db: &Db, query: QuerySet<Account>) -> Vec<Decimal> {
    let found = query.order_by(|a| a.balance.asc()).all(db).await.unwrap();
    found.into_iter().map(|account| account.balance).collect()
}

#[test]
fn they_are_found_and_sort_to_the_last_digit() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = Account::objects;
        assert_eq!(balances(&db, all()).await, BALANCES);
        let first = all().filter(|a| a.balance.eq(BALANCES[6])).get(&db).await.unwrap();
        assert_eq!(
            (first.limit, first.shown),
            (dec!(-2.5), Some(BALANCES[6])),
            "defaults and what is computed"
        );
        assert_eq!(balances(&db, all().filter(|a| a.balance.lt(dec!(-9.5)))).await, BALANCES[..2]);
        assert_eq!(balances(&db, all().filter(|a| a.balance.ge(dec!(-9.5)))).await, BALANCES[2..]);
        // Between two values of the column.
        let half = dec!(-0.00000000005);
        assert_eq!(balances(&db, all().filter(|a| a.balance.gt(half))).await, BALANCES[4..]);
        assert_eq!(balances(&db, all().filter(|a| a.balance.eq(half))).await, []);
        let list = [dec!(-10), dec!(9.50), dec!(77), half];
        assert_eq!(balances(&db, all().filter(|a| a.balance.in_(list))).await, [dec!(-10), dec!(9.5)]);
        assert_eq!(balances(&db, all().filter(|a| a.balance.lt(a.limit))).await, BALANCES[..3]);
        let last = all().order_by(|a| a.balance.desc()).first(&db).await.unwrap().unwrap();
        assert_eq!(last.balance, BALANCES[6]);
        let limits = all().filter(|a| a.balance.gt(dec!(0))).update(|a| a.limit.set(a.balance));
        assert_eq!(limits.exec(&db).await.unwrap(), 2);
        assert_eq!(balances(&db, all().filter(|a| a.limit.eq(a.balance))).await, BALANCES[5..]);
        let changed = all().filter(|a| a.balance.eq(dec!(0))).update(|a| a.balance.set(dec!(-7.25)));
        assert_eq!(changed.exec(&db).await.unwrap(), 1);
        assert_eq!(balances(&db, all().filter(|a| a.balance.eq(dec!(-7.25)))).await, [dec!(-7.25)]);
    });
}

#[test]
fn constraints_hold_for_them() {
    each_engine(async |database| {
        let db = filled(database).await;
        let twice = create!(Account { balance: dec!(9.50) }).exec(&db).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice:?}");
        for refused in [dec!(-500000), dec!(-500000.0000000001), dec!(13), dec!(-13.5)] {
            let error = create!(Account { balance: refused }).exec(&db).await.unwrap_err();
            assert!(error.is_check_violation(), "{refused}: {error:?}");
        }
        create!(Account { balance: dec!(-13.5000000001) }).exec(&db).await.unwrap();
    });
}

#[test]
fn raw_sql_takes_them_as_their_type() {
    const BALANCE: SqlType = SqlType::Decimal { precision: 28, scale: 10 };
    each_engine(async |database| {
        let db = filled(database).await;
        let sql = "select min(balance), max(balance), count(*) from wide_account where balance > ?";
        let found: Vec<(Decimal, Decimal, i64)> = raw(sql)
            .bind_as(dec!(-9.5), BALANCE)
            .columns([BALANCE, BALANCE, SqlType::BigInt])
            .all(&db)
            .await
            .unwrap();
        assert_eq!(found, [(BALANCES[3], BALANCES[6], 4)]);
    });
}

/// SQLite keeps them as text, which is said before a statement is sent.
#[test]
fn what_cannot_be_computed_is_unsupported() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = Account::objects;
        let outcomes = [
            all().all_rows().update(|a| a.balance.set(a.balance + dec!(1))).exec(&db).await.map(drop),
            all().all_rows().update(|a| a.limit.set(a.small)).exec(&db).await.map(drop),
            all().filter(|a| (a.limit * 2).gt(dec!(1))).count(&db).await.map(drop),
            all().filter(|a| a.balance.gt(a.other)).count(&db).await.map(drop),
            all().filter(|a| a.small.lt(a.balance)).count(&db).await.map(drop),
        ];
        for outcome in outcomes {
            match outcome {
                Ok(()) => assert!(db.backend().supports(BackendFeature::DecimalNative)),
                Err(error) => {
                    assert!(!db.backend().supports(BackendFeature::DecimalNative), "{error:?}");
                    assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
                }
            }
        }
    });
}
