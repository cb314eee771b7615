//! Sums, orders and conditions over decimals, dates and microseconds: what plain Rust computes from the rows, every
//! engine answers.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "exact_entry")]
struct Entry {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(decimal(18, 4))]
    amount: Decimal,
    #[umbral(decimal(5, 2))]
    rate: Option<Decimal>,
    day: NaiveDate,
    moment: NaiveDateTime,
    instant: DateTime<Utc>,
    clock: NaiveTime,
}

const ROWS: i64 = 400;
const AMOUNT: SqlType = SqlType::Decimal { precision: 18, scale: 4 };
const RATE: SqlType = SqlType::Decimal { precision: 5, scale: 2 };

/// A number that looks like chance, the same in every run (the multiplier is Knuth's, from MMIX).
fn scattered(row: i64, salt: i64) -> i64 {
    let mixed = (row * 1_000_003 + salt).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (mixed >> 20).rem_euclid(1_000_000_007)
}

/// Amounts of both signs that no binary fraction holds, in few enough days and moments that some are the same, with
/// moments a microsecond apart, and instants on either side of 1970.
fn rows() -> Vec<Entry> {
    let day = |days: i64| NaiveDate::from_ymd_opt(1969, 12, 20).unwrap() + chrono::Days::new(days as u64);
    let row = |id: i64| {
        let at =
            day(scattered(id, 4) % 25).and_hms_micro_opt(23, 59, 59, 999_990 + (id % 10) as u32).unwrap();
        Entry {
            id,
            amount: Decimal::new((scattered(id, 1) - 500_000_003) * 1_999_993, 4),
            rate: (id % 7 != 0).then(|| Decimal::new(scattered(id, 2) % 99_999 - 49_999, 2)),
            day: day(scattered(id, 3) % 40),
            moment: at,
            instant: (at + chrono::TimeDelta::microseconds(scattered(id, 5) % 3)).and_utc(),
            clock: NaiveTime::from_num_seconds_from_midnight_opt(
                (id % 86_400) as u32,
                (id % 5) as u32 * 1_000,
            )
            .unwrap(),
        }
    };
    (1..=ROWS).map(row).collect()
}

async fn filled(database: &TestDatabase) -> Db {
    let db = Db::new(database.connect().await);
    create_tables(&db, &Registry::new().with::<Entry>()).await.unwrap();
    Entry::bulk_create(rows()).exec(&db).await.unwrap();
    assert_eq!(Entry::objects().order_by(|e| e.id.asc()).all(&db).await.unwrap(), rows());
    db
}

fn ids(entries: &[Entry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.id).collect()
}

#[test]
fn sums_are_equal_to_the_last_digit() {
    each_engine(async |database| {
        let db = filled(database).await;
        let rows = rows();
        let sum = raw("select sum(amount) from exact_entry").columns([AMOUNT]).value::<Decimal>(&db).await;
        assert_eq!(sum.unwrap(), rows.iter().map(|row| row.amount).sum::<Decimal>());
        let rates =
            raw("select sum(rate), min(rate), max(rate) from exact_entry").columns([RATE, RATE, RATE]);
        let given: Vec<Decimal> = rows.iter().filter_map(|row| row.rate).collect();
        let (least, most) = (given.iter().min().copied(), given.iter().max().copied());
        let all: Vec<(Option<Decimal>, Option<Decimal>, Option<Decimal>)> = rates.all(&db).await.unwrap();
        assert_eq!(all, [(Some(given.iter().sum()), least, most)]);

        let by_day = raw("select day, count(*), sum(amount) from exact_entry group by day order by day")
            .columns([SqlType::Date, SqlType::BigInt, AMOUNT]);
        let by_day: Vec<(NaiveDate, i64, Decimal)> = by_day.all(&db).await.unwrap();
        let mut expected = std::collections::BTreeMap::<NaiveDate, (i64, Decimal)>::new();
        for row in &rows {
            let entry = expected.entry(row.day).or_default();
            *entry = (entry.0 + 1, entry.1 + row.amount);
        }
        let expected: Vec<_> = expected.into_iter().map(|(day, (count, sum))| (day, count, sum)).collect();
        assert!(expected.len() < rows.len(), "some days are the same");
        assert_eq!(by_day, expected);
        db.close().await;
    });
}

/// The keys by one column in both directions, equal values by key, and what lies below, at and between two values.
macro_rules! ordered_and_filtered {
    ($db:expr, $rows:expr, $field:ident) => {{
        let (db, mut rows): (&Db, Vec<Entry>) = ($db, $rows);
        rows.sort_by_key(|row| (row.$field, row.id));
        let up = Entry::objects().order_by(|e| (e.$field.asc(), e.id.asc())).all(db).await.unwrap();
        assert_eq!(ids(&up), ids(&rows), "{} up", stringify!($field));
        rows.sort_by_key(|row| (std::cmp::Reverse(row.$field), row.id));
        let down = Entry::objects().order_by(|e| (e.$field.desc(), e.id.asc())).all(db).await.unwrap();
        assert_eq!(ids(&down), ids(&rows), "{} down", stringify!($field));
        for at in [0, 1, 57, 200, 399] {
            let (mark, end) = (rows[at].$field, rows[at / 2].$field);
            let count = |keep: &dyn Fn(&Entry) -> bool| rows.iter().filter(|row| keep(row)).count() as u64;
            let entries = Entry::objects;
            let below = entries().filter(|e| e.$field.lt(mark)).count(db).await.unwrap();
            assert_eq!(below, count(&|row| row.$field < mark));
            let equal = entries().filter(|e| e.$field.eq(mark)).count(db).await.unwrap();
            assert_eq!(equal, count(&|row| row.$field == mark));
            let rest = entries().exclude(|e| e.$field.lt(mark)).count(db).await.unwrap();
            assert_eq!(rest, count(&|row| row.$field >= mark));
            let between = entries().filter(|e| e.$field.between(mark, end)).count(db).await.unwrap();
            assert_eq!(between, count(&|row| mark <= row.$field && row.$field <= end));
        }
    }};
}

#[test]
fn orders_and_conditions_are_equal_to_the_last_digit() {
    each_engine(async |database| {
        let db = filled(database).await;
        ordered_and_filtered!(&db, rows(), amount);
        ordered_and_filtered!(&db, rows(), day);
        ordered_and_filtered!(&db, rows(), moment);
        ordered_and_filtered!(&db, rows(), instant);
        ordered_and_filtered!(&db, rows(), clock);
        db.close().await;
    });
}
