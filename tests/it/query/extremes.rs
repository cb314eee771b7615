//! The values at the ends of what types hold: equal after a round trip, or refused before anything is stored.

use chrono::{Datelike, Days, Timelike};
use umbral::error::ErrorKind;
use umbral::model::Registry;
use umbral::prelude::*;
use umbral::query::BulkCreate;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, Model)]
#[umbral(table = "query_extreme")]
struct Extreme {
    #[umbral(primary_key)]
    id: i64,
    small: Option<i16>,
    int: Option<i32>,
    big: Option<i64>,
    real: Option<f32>,
    double: Option<f64>,
    #[umbral(decimal(10, 2))]
    price: Option<Decimal>,
    #[umbral(decimal(18, 6))]
    precise: Option<Decimal>,
    #[umbral(decimal(28, 10))]
    wide: Option<Decimal>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    day: Option<NaiveDate>,
    time: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    ident: Option<Uuid>,
    doc: Option<Json<serde_json::Value>>,
}

async fn with_table(database: &TestDatabase) -> Db {
    let db = database.db().await;
    create_tables(&db, &Registry::new().with::<Extreme>()).await.unwrap();
    db
}

/// Stores each value by itself and among others: equal when it comes back and found by itself. `may_refuse` are values
/// that a database need not hold, and says so.
macro_rules! kept {
    ($db:ident, $field:ident, $keep:expr, $may_refuse:expr) => {
        kept!($db, $field, $keep, $may_refuse, |one, other| one == other)
    };
    ($db:ident, $field:ident, $keep:expr, $may_refuse:expr, $equal:expr) => {{
        let name = stringify!($field);
        let keep = $keep.into_iter().map(|value| (value, false));
        for (value, may_refuse) in keep.chain($may_refuse.into_iter().map(|value| (value, true))) {
            let shown = format!("{value:?}").chars().take(60).collect::<String>();
            let same = |found: &Extreme| {
                let equal = $equal;
                found.$field.as_ref().is_some_and(|found| equal(found, &value))
            };
            let before = Extreme::objects().count(&$db).await.unwrap();
            let created = match create!(Extreme { $field: value.clone() }).exec(&$db).await {
                Ok(created) => created,
                Err(error) => {
                    assert!(may_refuse, "{name}: {shown} was refused: {error:?}");
                    let kinds = [ErrorKind::Value, ErrorKind::Violation, ErrorKind::Unsupported];
                    assert!(kinds.contains(&error.kind()), "{name}: {shown} was refused so: {error:?}");
                    let mut row = Extreme::empty();
                    row.$field = Some(value.clone());
                    let many: BulkCreate<Extreme> = Extreme::bulk_create(vec![Extreme::empty(), row]);
                    assert!(many.exec(&$db).await.is_err(), "{name}: {shown}");
                    assert_eq!(Extreme::objects().count(&$db).await.unwrap(), before, "{name}: {shown}");
                    continue;
                }
            };
            assert!(same(&created), "{name}: {shown} came back as {:?}", created.$field.map(short));
            let read = Extreme::by_key(&$db, created.id).await.unwrap();
            assert!(same(&read), "{name}: {shown} was stored as {:?}", read.$field.map(short));
            let many = Extreme::bulk_create(vec![Extreme::empty(), read.clone()]).exec(&$db).await.unwrap();
            assert!(same(&Extreme::by_key(&$db, many[1].id).await.unwrap()), "{name}: {shown} among others");
            let mut changed = Extreme::by_key(&$db, many[0].id).await.unwrap();
            changed.$field = Some(value.clone());
            changed.save(&$db).await.unwrap();
            assert!(same(&Extreme::by_key(&$db, many[0].id).await.unwrap()), "{name}: {shown} was saved");
            let equal = Extreme::objects().filter(|e| e.$field.eq(&value) & e.id.ge(created.id));
            let listed = Extreme::objects().filter(|e| e.$field.in_([&value]) & e.id.ge(created.id));
            for (how, query) in [("eq", equal), ("in_", listed)] {
                assert_eq!(query.count(&$db).await.unwrap(), 3, "{name}: {shown} is found by {how}");
            }
        }
    }};
}

fn short(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").chars().take(60).collect()
}

impl Extreme {
    fn empty() -> Extreme {
        Extreme {
            id: 0,
            small: None,
            int: None,
            big: None,
            real: None,
            double: None,
            price: None,
            precise: None,
            wide: None,
            text: None,
            bytes: None,
            day: None,
            time: None,
            moment: None,
            instant: None,
            ident: None,
            doc: None,
        }
    }
}

/// Cases: 50.
#[test]
fn the_ends_of_integers() {
    each_engine(async |database| {
        let db = with_table(database).await;
        kept!(db, small, [i16::MIN, -1, 0, 1, i16::MAX], None);
        kept!(db, int, [i32::MIN, -1, 0, 1, i32::MAX], None);
        kept!(db, big, [i64::MIN, i64::MIN + 1, -1, 0, (1 << 53) + 1, i64::MAX - 1, i64::MAX], None);
    });
}

/// Equal bit for bit, but that all NaN are one.
///
/// Cases: 50.
#[test]
fn floating_point_numbers_to_the_last_bit() {
    each_engine(async |database| {
        let db = with_table(database).await;
        let doubles = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.1 + 0.2, 1e22, 0.0, f64::EPSILON];
        let bits = |one: &f64, other: &f64| one.to_bits() == other.to_bits();
        kept!(db, double, doubles, [f64::INFINITY, f64::NEG_INFINITY], bits);
        let reals = [f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45, 0.1, 16_777_217.0, 0.0];
        let bits = |one: &f32, other: &f32| one.to_bits() == other.to_bits();
        kept!(db, real, reals, [f32::INFINITY, f32::NEG_INFINITY], bits);

        for odd in [f64::NAN, -0.0] {
            match create!(Extreme { double: odd, real: odd as f32 }).exec(&db).await {
                Ok(row) => {
                    let read = Extreme::by_key(&db, row.id).await.unwrap();
                    let (double, real) = (read.double.unwrap(), read.real.unwrap());
                    assert_eq!((double.is_nan(), real.is_nan()), (odd.is_nan(), odd.is_nan()));
                    assert_eq!(
                        (double.is_sign_negative(), real.is_sign_negative()),
                        (!odd.is_nan(), !odd.is_nan())
                    );
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Value, "{error:?}"),
            }
        }
    });
}

/// Cases: 50.
#[test]
fn decimals_to_the_last_digit() {
    each_engine(async |database| {
        let db = with_table(database).await;
        let prices =
            [dec!(99999999.99), dec!(-99999999.99), dec!(0), dec!(0.01), dec!(-0.01), dec!(1.5), dec!(7)];
        kept!(db, price, prices, None);
        kept!(db, precise, [dec!(999999999999.999999), dec!(-999999999999.999999), dec!(0.000001)], None);
        let wide = [
            dec!(999999999999999999.9999999999),
            dec!(-999999999999999999.9999999999),
            dec!(-0.0000000001),
            dec!(0),
            dec!(0.0000000001),
            dec!(9.5),
            dec!(-9.5),
            dec!(100),
        ];
        kept!(db, wide, wide, None);
        for beyond in [dec!(1000000000000000000), dec!(-1000000000000000000), Decimal::MAX, Decimal::MIN] {
            let refused = create!(Extreme { wide: beyond }).exec(&db).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Value, "{beyond}: {refused:?}");
            let found = Extreme::objects().filter(|e| e.wide.eq(beyond)).count(&db).await.unwrap();
            assert_eq!(found, 0, "{beyond}");
            let all = Extreme::objects().filter(|e| e.wide.is_not_null()).count(&db).await.unwrap();
            let (less, more) = (
                Extreme::objects().filter(|e| e.wide.lt(beyond)).count(&db).await.unwrap(),
                Extreme::objects().filter(|e| e.wide.gt(beyond)).count(&db).await.unwrap(),
            );
            assert_eq!((less, more), if beyond > dec!(0) { (all, 0) } else { (0, all) }, "{beyond}");
        }
        for beyond in [dec!(100000000), dec!(0.001), dec!(-99999999.991), Decimal::MAX, Decimal::MIN] {
            let refused = create!(Extreme { price: beyond }).exec(&db).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Value, "{beyond}: {refused:?}");
            let found = Extreme::objects().filter(|e| e.price.eq(beyond)).count(&db).await.unwrap();
            assert_eq!(found, 0, "{beyond}");
        }
        let all = Extreme::objects().filter(|e| e.price.is_not_null()).count(&db).await.unwrap();
        let below = Extreme::objects().filter(|e| e.price.lt(Decimal::MAX) & e.price.gt(Decimal::MIN));
        assert_eq!(below.count(&db).await.unwrap(), all);
    });
}

/// Cases: 50.
#[test]
fn days_and_times_from_year_1_to_9999() {
    each_engine(async |database| {
        let db = with_table(database).await;
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let (first, last) = (day(1, 1, 1), day(9999, 12, 31));
        let outside = [day(0, 12, 31), day(-44, 3, 15), last + Days::new(1)];
        kept!(db, day, [first, last, day(2024, 2, 29), day(1970, 1, 1), day(1582, 10, 10)], outside);
        let time = |hour, second, micro| NaiveTime::from_hms_micro_opt(hour, 59, second, micro).unwrap();
        kept!(db, time, [NaiveTime::MIN, time(23, 59, 999_999), time(0, 0, 1)], None);
        let ends = [
            first.and_time(NaiveTime::MIN),
            last.and_time(time(23, 59, 999_999)),
            first.and_time(time(0, 0, 1)),
        ];
        let outside = outside.map(|day| day.and_time(NaiveTime::MIN));
        kept!(db, moment, ends, outside);
        kept!(db, instant, ends.map(|at| at.and_utc()), outside.map(|at| at.and_utc()));

        let exact = last.and_time(NaiveTime::from_hms_nano_opt(1, 2, 3, 4_567_891).unwrap());
        let row = create!(Extreme { moment: exact, time: exact.time() }).exec(&db).await.unwrap();
        assert_eq!(
            row.moment.unwrap().nanosecond(),
            4_567_000,
            "what is finer than a microsecond is cut off"
        );
        assert_eq!((row.moment.unwrap().year(), row.time.unwrap().nanosecond()), (9999, 4_567_000));
        let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1500).unwrap();
        let refused = create!(Extreme { time: leap }).exec(&db).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Value, "a leap second: {refused:?}");
    });
}

/// Cases: 50.
#[test]
fn text_of_every_sort() {
    each_engine(async |database| {
        let db = with_table(database).await;
        let long = "🦀é\n".repeat(1 << 17);
        let texts = [
            "",
            " ",
            "a ",
            "'\"\\;--",
            "%_?$1",
            "🦀𝔘\u{10FFFF}",
            "\u{FFFF}\u{FEFF}",
            "e\u{301}",
            "\r\n\t\u{1}",
            &long,
        ];
        kept!(db, text, texts.map(str::to_owned), ["\0", "a\0b", "\0a"].map(str::to_owned));
        for nul in ["\0", "a\0b"] {
            let search = Extreme::objects().filter(|e| e.text.contains(nul)).count(&db).await.unwrap_err();
            assert_eq!(search.kind(), ErrorKind::Value, "no database searches for NUL: {search:?}");
        }
    });
}

/// Cases: 50.
#[test]
fn bytes_of_every_value_and_sixteen_mebibytes() {
    each_engine(async |database| {
        let db = with_table(database).await;
        let all: Vec<u8> = (0..=255).collect();
        let large: Vec<u8> =
            (0..16u32 << 20).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        kept!(db, bytes, [vec![], vec![0], all], None);
        if db.backend().limits().statement_bytes.is_some_and(|most| most < (large.len() + 1024) as u64) {
            let before = Extreme::objects().count(&db).await.unwrap();
            let refused = create!(Extreme { bytes: &large }).exec(&db).await.unwrap_err();
            assert!(refused.kind() == ErrorKind::Value && refused.hint().is_some(), "{refused:?}");
            assert_eq!(Extreme::objects().count(&db).await.unwrap(), before);
            return;
        }
        let row = create!(Extreme { bytes: &large }).exec(&db).await.unwrap();
        assert!(row.bytes.as_ref() == Some(&large));
        assert!(Extreme::by_key(&db, row.id).await.unwrap().bytes.unwrap() == large);
        let found = Extreme::objects().filter(|e| e.bytes.eq(&large)).count(&db).await.unwrap();
        assert_eq!(found, 1);
    });
}

/// Cases: 51.
#[test]
fn identifiers_and_documents() {
    each_engine(async |database| {
        let db = with_table(database).await;
        kept!(db, ident, [Uuid::nil(), Uuid::max(), Uuid::from_u128(1)], None);
        let json = |text: &str| Json(serde_json::from_str::<serde_json::Value>(text).unwrap());
        let documents = [
            "null",
            "[]",
            "{}",
            "\"\"",
            "[null]",
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775808",
            "0.1",
            "{\"a\":{\"b\":[1,\"é🦀\\n\\\"\",false]}}",
        ];
        kept!(db, doc, documents.map(json), [json("\"\\u0000\"")]);
        let null = create!(Extreme {}).exec(&db).await.unwrap();
        assert_eq!(null.doc, None, "SQL's NULL is none of JSON's");
        let nulls = Extreme::objects().filter(|e| e.doc.is_null() & e.id.ge(null.id));
        assert_eq!(nulls.get(&db).await.unwrap().id, null.id);
    });
}
