//! Every comparison over every family of types, with NULLs in the column.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

/// One column of every type.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "query_sample")]
struct Sample {
    #[umbral(primary_key)]
    id: i64,
    small: Option<i16>,
    int: Option<i32>,
    big: Option<i64>,
    real: Option<f32>,
    double: Option<f64>,
    flag: Option<bool>,
    #[umbral(decimal(10, 2))]
    price: Option<Decimal>,
    #[umbral(max_length = 20)]
    name: Option<String>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    day: Option<NaiveDate>,
    time: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    ident: Option<Uuid>,
    doc: Option<Json<serde_json::Value>>,
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, day).unwrap()
}

fn time(micro: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(23, 59, 59, micro).unwrap()
}

/// Three rows whose columns all ascend, and one of NULLs.
fn samples() -> Vec<Sample> {
    let row = |number: i64| {
        let small = i16::try_from(number).unwrap();
        let moment = day(27 + number as u32 - 1).and_time(time(number as u32));
        Sample {
            id: number,
            small: Some(small),
            int: Some(i32::from(small)),
            big: Some(number),
            real: Some(f32::from(small) / 2.0),
            double: Some(f64::from(small) / 10.0),
            flag: Some(number > 2),
            price: Some(Decimal::new(number * 995, 2)),
            name: Some(["a", "b", "c"][small as usize - 1].to_owned()),
            text: Some(["x\"\\", "y'\n\u{1}", "z🦀"][small as usize - 1].to_owned()),
            bytes: Some(vec![0, small as u8, 255]),
            day: Some(moment.date()),
            time: Some(moment.time()),
            moment: Some(moment),
            instant: Some(moment.and_utc()),
            ident: Some(Uuid::from_u128(number as u128)),
            doc: Some(Json(serde_json::json!({ "n": number, "b": [true, null], "a": "é\"" }))),
        }
    };
    let nothing = Sample {
        id: 4,
        small: None,
        int: None,
        big: None,
        real: None,
        double: None,
        flag: None,
        price: None,
        name: None,
        text: None,
        bytes: None,
        day: None,
        time: None,
        moment: None,
        instant: None,
        ident: None,
        doc: None,
    };
    (1..=3).map(row).chain([nothing]).collect()
}

async fn with_samples(database: &TestDatabase) -> Db {
    let db = database.db().await;
    create_tables(&db, &Registry::new().with::<Sample>()).await.unwrap();
    Sample::bulk_create(samples()).keep_keys().exec(&db).await.unwrap();
    db
}

/// The keys of the rows that a condition keeps, and that its opposite keeps the others.
async fn kept(db: &Db, condition: impl Fn(Fields<Sample>) -> Predicate<Sample>) -> Vec<i64> {
    let keys = |rows: Vec<Sample>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let in_order = || Sample::objects().order_by(|s| s.id.asc());
    let kept = keys(in_order().filter(&condition).all(db).await.unwrap());
    let left_out = keys(in_order().exclude(&condition).all(db).await.unwrap());
    let opposite = keys(in_order().filter(|s| !condition(s)).all(db).await.unwrap());
    assert_eq!(left_out, opposite);
    let mut all = [kept.clone(), left_out].concat();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4], "a condition and its opposite give all rows");
    let count = Sample::objects().filter(&condition).count(db).await.unwrap();
    assert_eq!(count, kept.len() as u64);
    assert_eq!(Sample::objects().filter(&condition).exists(db).await.unwrap(), count > 0);
    kept
}

/// What every type can do: equality and lists.
macro_rules! equality {
    ($db:ident, $field:ident, $type:ty) => {{
        let rows = samples();
        let [a, b, c] = [0, 1, 2].map(|row: usize| rows[row].$field.clone().unwrap());
        let name = stringify!($field);
        let none = [0i64; 0];
        assert_eq!(kept(&$db, |s| s.$field.eq(&b)).await, [2], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.ne(&b)).await, [1, 3], "{name}: NULL is not unequal");
        assert_eq!(kept(&$db, |s| !s.$field.eq(&b)).await, [1, 3, 4], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.eq(None)).await, [4], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.ne(None)).await, [1, 2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.is_null()).await, [4], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.is_not_null()).await, [1, 2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.eq(s.$field)).await, [1, 2, 3], "{name}: NULL is not NULL");
        assert_eq!(kept(&$db, |s| s.$field.in_([&a])).await, [1], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.in_([&c, &a])).await, [1, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.in_([&a, &b, &c, &a, &b])).await, [1, 2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.in_(Vec::<$type>::new())).await, none, "{name}");
        assert_eq!(kept(&$db, |s| s.$field.in_([None::<$type>])).await, [4], "{name}");
        let with_null = [Some(b.clone()), None];
        assert_eq!(kept(&$db, |s| s.$field.in_(&with_null)).await, [2, 4], "{name}");
    }};
}

/// What every type with an order can do besides.
macro_rules! ordered {
    ($db:ident, $field:ident, $type:ty) => {{
        equality!($db, $field, $type);
        let rows = samples();
        let [a, b, c] = [0, 1, 2].map(|row: usize| rows[row].$field.clone().unwrap());
        let name = stringify!($field);
        assert_eq!(kept(&$db, |s| s.$field.lt(&b)).await, [1], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.le(&b)).await, [1, 2], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.gt(&b)).await, [3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.ge(&b)).await, [2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.lt(None)).await, [0i64; 0], "{name}: nothing is less than NULL");
        assert_eq!(kept(&$db, |s| s.$field.between(&b, &c)).await, [2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.range(a.clone()..c.clone())).await, [1, 2], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.range(b.clone()..)).await, [2, 3], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.range(..=b.clone())).await, [1, 2], "{name}");
        assert_eq!(kept(&$db, |s| s.$field.range::<$type>(..)).await, [1, 2, 3, 4], "{name}");
        let ids = |rows: Vec<Sample>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        let by = |descending: bool| {
            Sample::objects().order_by(|s| if descending { s.$field.desc() } else { s.$field.asc() })
        };
        assert_eq!(ids(by(false).all(&$db).await.unwrap()), [4, 1, 2, 3], "{name}: NULL is the least");
        assert_eq!(ids(by(true).all(&$db).await.unwrap()), [3, 2, 1, 4], "{name}");
        assert_eq!(ids(by(false).reverse().all(&$db).await.unwrap()), [3, 2, 1, 4], "{name}");
        let nulls = Sample::objects().order_by(|s| s.$field.asc().nulls_last());
        assert_eq!(ids(nulls.clone().all(&$db).await.unwrap()), [1, 2, 3, 4], "{name}");
        assert_eq!(ids(nulls.reverse().all(&$db).await.unwrap()), [4, 3, 2, 1], "{name}");
        let nulls = Sample::objects().order_by(|s| s.$field.desc().nulls_first());
        assert_eq!(ids(nulls.all(&$db).await.unwrap()), [4, 3, 2, 1], "{name}");
    }};
}

#[test]
fn rows_of_every_type_come_back_as_they_were() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        assert_eq!(Sample::objects().order_by(|s| s.id.asc()).all(&db).await.unwrap(), samples());
    });
}

#[test]
fn integers_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, small, i16);
        ordered!(db, int, i32);
        ordered!(db, big, i64);
    });
}

#[test]
fn floating_point_numbers_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, real, f32);
        ordered!(db, double, f64);
    });
}

#[test]
fn decimals_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, price, Decimal);
        let price = dec!(19.9);
        assert_eq!(
            kept(&db, |s| s.price.in_([price, dec!(9.955), dec!(100000000000000000000)])).await,
            [2],
            "other scales"
        );
        assert_eq!(kept(&db, |s| s.price.in_([dec!(9.955)])).await, [0i64; 0]);
    });
}

#[test]
fn text_compares() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, name, String);
        ordered!(db, text, String);
        assert_eq!(kept(&db, |s| s.text.in_(["x\"\\", "y'\n\u{1}"])).await, [1, 2]);
    });
}

#[test]
fn bytes_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, bytes, Vec<u8>);
    });
}

#[test]
fn dates_and_times_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, day, NaiveDate);
        ordered!(db, time, NaiveTime);
        ordered!(db, moment, NaiveDateTime);
        ordered!(db, instant, DateTime<Utc>);
    });
}

#[test]
fn identifiers_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        ordered!(db, ident, Uuid);
    });
}

#[test]
fn documents_are_equal_or_not() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        equality!(db, doc, Json<serde_json::Value>);
    });
}

/// Two of the three rows have one value: not a case of [`ordered`].
///
/// Cases: 48.
#[test]
fn booleans_compare() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        assert_eq!(kept(&db, |s| s.flag.eq(true)).await, [3]);
        assert_eq!(kept(&db, |s| s.flag.ne(true)).await, [1, 2]);
        assert_eq!(kept(&db, |s| !s.flag.eq(true)).await, [1, 2, 4]);
        assert_eq!(kept(&db, |s| s.flag.lt(true)).await, [1, 2]);
        assert_eq!(kept(&db, |s| s.flag.in_([true])).await, [3]);
        assert_eq!(kept(&db, |s| s.flag.in_([false, true])).await, [1, 2, 3]);
        assert_eq!(kept(&db, |s| s.flag.in_([Some(true), None])).await, [3, 4]);
        assert_eq!(kept(&db, |s| s.flag.in_(Vec::<bool>::new())).await, [0i64; 0]);
    });
}

/// More elements than a statement takes parameters.
///
/// Cases: 47.
#[test]
fn lists_may_be_long() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        let numbers = (0..40_000).filter(|number| *number != 2);
        assert_eq!(kept(&db, |s| s.big.in_(numbers.clone().map(i64::from))).await, [1, 3]);
        assert_eq!(kept(&db, |s| s.int.in_(numbers.clone())).await, [1, 3]);
        let texts: Vec<String> = (0..40_000).map(|number| number.to_string()).chain(["b".into()]).collect();
        assert_eq!(kept(&db, |s| s.name.in_(&texts)).await, [2]);
        let prices = (0..40_000).map(|cents| Decimal::new(cents, 2)).filter(|price| *price != dec!(19.9));
        assert_eq!(kept(&db, |s| s.price.in_(prices.clone())).await, [1, 3]);
        let days = (0..40_000).map(|days| NaiveDate::default() + chrono::Days::new(days));
        assert_eq!(kept(&db, |s| s.day.in_(days.clone().filter(|one| *one != day(28)))).await, [1, 3]);
        let bytes = (0..40_000u32).map(|number| [&number.to_le_bytes()[..3], &[255]].concat());
        assert_eq!(kept(&db, |s| s.bytes.in_(bytes.clone().chain([vec![0, 2, 255]]))).await, [2]);
        let idents = (0..40_000).filter(|number| *number != 2).map(Uuid::from_u128);
        assert_eq!(kept(&db, |s| s.ident.in_(idents.clone())).await, [1, 3]);
    });
}

/// What takes a parameter for each element on one of the engines.
#[test]
fn long_lists_of_floating_point_numbers_work_or_are_refused() {
    each_engine(async |database| {
        let db = with_samples(database).await;
        let doubles =
            |count: i32| (0..count).filter(|number| *number != 2).map(|number| f64::from(number) / 10.0);
        assert_eq!(kept(&db, |s| s.double.in_(doubles(20_000))).await, [1, 3]);
        match Sample::objects().filter(|s| s.double.in_(doubles(40_000))).all(&db).await {
            Ok(rows) => assert_eq!(rows.len(), 2),
            Err(error) => assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}"),
        }
    });
}
