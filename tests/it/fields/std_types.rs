//! Types of the standard library and of other crates: kept to their extremes, or refused.

use super::*;
use bigdecimal::BigDecimal;
use bytes::Bytes;
use ipnetwork::{IpNetwork, Ipv4Network};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI16, NonZeroI32, NonZeroI64};
use std::sync::Arc;
use std::time::Duration;
use umbral::ErrorKind;
use umbral::backend::Statement;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "std_sample")]
struct Sample {
    #[umbral(primary_key)]
    id: NonZeroI64,
    #[umbral(max_length = 20)]
    boxed: Option<Box<str>>,
    shared: Option<Arc<str>>,
    borrowed: Option<Cow<'static, str>>,
    small: Option<NonZeroI16>,
    int: Option<NonZeroI32>,
    address: Option<IpAddr>,
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
    took: Option<Duration>,
    hash: Option<[u8; 4]>,
    body: Option<Bytes>,
    #[umbral(decimal(18, 6))]
    number: Option<BigDecimal>,
    network: Option<IpNetwork>,
    v4_network: Option<Ipv4Network>,
}

fn models() -> Registry {
    Registry::new().with::<Sample>()
}

/// Stores a value: equal when it comes back, found by itself, by a list of it and by no other, and set by an update.
macro_rules! kept {
    ($db:ident, $model:ident, $field:ident: $($value:expr),*) => {{
        let values = [$($value),*];
        for value in &values {
            let shown = format!("{}: {value:?}", stringify!($field));
            let created = create!($model { $field: value }).exec(&$db).await;
            let created = created.unwrap_or_else(|error| panic!("{shown}: {error:?}"));
            assert_eq!(created.$field.as_ref(), Some(value), "{shown}");
            let read = $model::by_key(&$db, created.id).await.unwrap();
            assert_eq!(read, created, "{shown}");
            let found = $model::objects().filter(|s| s.$field.eq(value)).get(&$db).await.unwrap();
            assert_eq!(found.id, created.id, "{shown}");
            let others = $model::objects().filter(|s| s.$field.ne(value)).count(&$db).await.unwrap();
            let listed = $model::objects().filter(|s| s.$field.in_([value])).count(&$db).await.unwrap();
            assert_eq!((listed, others), (1, 0), "{shown}");
            let one = || $model::objects().filter(|s| s.id.eq(created.id));
            one().update(|s| s.$field.set(None)).exec(&$db).await.unwrap();
            assert_eq!(one().filter(|s| s.$field.is_null()).count(&$db).await.unwrap(), 1, "{shown}");
            one().update(|s| s.$field.set(value)).exec(&$db).await.unwrap();
            assert_eq!(one().get(&$db).await.unwrap().$field.as_ref(), Some(value), "{shown}");
            one().delete().exec(&$db).await.unwrap();
            let rows = $model::bulk_create(vec![created.clone(), created.clone()]).exec(&$db).await.unwrap();
            assert_eq!(rows[1].$field.as_ref(), Some(value), "{shown}");
            assert_eq!($model::objects().filter(|s| s.$field.eq(value)).count(&$db).await.unwrap(), 2, "{shown}");
            $model::objects().all_rows().delete().exec(&$db).await.unwrap();
        }
        // In the order that the values are given in.
        for value in &values {
            create!($model { $field: value }).exec(&$db).await.unwrap();
        }
        let sorted = $model::objects().order_by(|s| s.$field.desc()).all(&$db).await.unwrap();
        let sorted: Vec<_> = sorted.into_iter().rev().filter_map(|row| row.$field).collect();
        assert_eq!(sorted, values, "{}", stringify!($field));
        $model::objects().all_rows().delete().exec(&$db).await.unwrap();
    }};
}

/// A value is refused where it is written, and nothing is stored.
macro_rules! refused {
    ($db:ident, $model:ident, $field:ident: $($value:expr),*) => {$({
        let value = $value;
        let error = create!($model { $field: &value }).exec(&$db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{value:?}: {error:?}");
        assert_eq!($model::objects().count(&$db).await.unwrap(), 0);
    })*};
}

fn decimal(text: &str) -> BigDecimal {
    text.parse().unwrap()
}

#[test]
fn types_of_the_standard_library_are_kept() {
    each_engine(async |database| {
        let db = with_tables(database, &models()).await;
        assert_tables(&db, "std_types", &models());
        kept!(db, Sample, boxed: Box::<str>::from(""), Box::from("it's"), Box::from("twenty characters 🦀🦀"));
        kept!(db, Sample, shared: Arc::<str>::from(""), Arc::from("é\n\\"));
        kept!(db, Sample, borrowed: Cow::Borrowed("a"), Cow::Owned("b".to_owned()));
        kept!(db, Sample, small: NonZeroI16::MIN, NonZeroI16::new(-1).unwrap(), NonZeroI16::MAX);
        kept!(db, Sample, int: NonZeroI32::MIN, NonZeroI32::MAX);
        kept!(db, Sample, address: IpAddr::from([10, 0, 0, 1]), IpAddr::from([0xffff_u16; 8]));
        kept!(db, Sample, v4: Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST);
        kept!(db, Sample, v6: Ipv6Addr::UNSPECIFIED, Ipv6Addr::LOCALHOST, Ipv6Addr::from([0xffff_u16; 8]));
        let longest = Duration::from_micros(i64::MAX as u64);
        kept!(db, Sample, took: Duration::ZERO, Duration::from_micros(1), Duration::from_secs(100), longest);
        refused!(db, Sample, took: Duration::MAX, longest + Duration::from_micros(1));
        kept!(db, Sample, hash: [0, 0, 0, 0], [0, 1, 2, 255], [255, 255, 255, 255]);
        kept!(db, Sample, body: Bytes::new(), Bytes::from_static(b"\0\xff"));
        kept!(db, Sample, number: decimal("-999999999999.999999"), decimal("0.5"), decimal("1e3"), decimal("999999999999.999999"));
        refused!(db, Sample, number: decimal("0.0000001"), decimal("1e12"), decimal("1e40"), decimal("1e-40"));
        kept!(db, Sample, network: "0.0.0.0/0".parse::<IpNetwork>().unwrap(), "10.0.0.7/8".parse().unwrap(),
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128".parse().unwrap());
        kept!(db, Sample, v4_network: "0.0.0.0/0".parse::<Ipv4Network>().unwrap(), "10.0.0.7/8".parse().unwrap());

        let short = create!(Sample { took: Duration::from_nanos(1_999) }).exec(&db).await.unwrap();
        assert_eq!(short.took, Some(Duration::from_micros(1)), "cut off, as times are");
        assert_eq!(short.id, NonZeroI64::new(short.id.get()).unwrap());
        let longer = |s: Fields<Sample>| s.took.lt(Duration::MAX) & s.took.ne(Duration::MAX);
        assert_eq!(Sample::objects().filter(longer).count(&db).await.unwrap(), 1);
        let listed = [Duration::MAX, Duration::from_micros(1)];
        assert_eq!(Sample::objects().filter(|s| s.took.in_(listed)).count(&db).await.unwrap(), 1);
        assert_eq!(Sample::objects().filter(|s| s.took.ge(Duration::MAX)).count(&db).await.unwrap(), 0);
    });
}

#[test]
fn what_a_type_does_not_hold_is_named_when_it_is_read() {
    each_engine(async |database| {
        let db = with_tables(database, &models()).await;
        for (set, message) in [
            ("small = 0", "reading Sample.small from column small: 0 is no value of NonZeroI16"),
            ("took = -1", "reading Sample.took from column took: a duration of -1 microseconds is negative"),
            ("v4 = '::1'", "reading Sample.v4 from column v4: `::1` is no IPv4 address"),
            (
                "v4_network = '::/64'",
                "reading Sample.v4_network from column v4_network: expected a network of version 4, the database returned inet ::/64",
            ),
        ] {
            let row = create!(Sample {}).exec(&db).await.unwrap();
            let sql = format!("UPDATE std_sample SET {set} WHERE id = {}", row.id);
            db.driver().execute(Statement::new(sql)).await.unwrap();
            let error = Sample::by_key(&db, row.id).await.unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Value, message));
        }
    });
}

/// The date and time types of `time` and of jiff.
mod clocks {
    use super::*;
    use jiff::civil;
    use time::macros::{date, datetime, time};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "clock_time")]
    struct OfTime {
        #[umbral(primary_key)]
        id: i64,
        day: Option<time::Date>,
        clock: Option<time::Time>,
        moment: Option<time::PrimitiveDateTime>,
        instant: Option<time::OffsetDateTime>,
        took: Option<time::Duration>,
        #[umbral(default = now)]
        made: time::OffsetDateTime,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[umbral(table = "clock_jiff")]
    struct OfJiff {
        #[umbral(primary_key)]
        id: i64,
        day: Option<civil::Date>,
        clock: Option<civil::Time>,
        moment: Option<civil::DateTime>,
        instant: Option<jiff::Timestamp>,
        took: Option<jiff::SignedDuration>,
        #[umbral(default = now)]
        made: jiff::Timestamp,
    }

    fn models() -> Registry {
        Registry::new().with::<OfTime>().with::<OfJiff>()
    }

    #[test]
    fn the_types_of_time_are_kept() {
        each_engine(async |database| {
            let db = with_tables(database, &models()).await;
            assert_tables(&db, "clocks", &models());
            kept!(db, OfTime, day: date!(1000 - 01 - 01), date!(1970 - 01 - 01), date!(9999 - 12 - 31));
            kept!(db, OfTime, clock: time!(0:00), time!(23:59:59.999_999));
            kept!(db, OfTime, moment: datetime!(1000-01-01 0:00), datetime!(9999-12-31 23:59:59.999_999));
            kept!(db, OfTime, instant: datetime!(1000-01-01 0:00:00.000_001 UTC), datetime!(2024-02-29 1:30 +14),
                datetime!(9999-12-31 23:59:59.999_999 UTC));
            kept!(db, OfTime, took: time::Duration::microseconds(i64::MIN), time::Duration::SECOND,
                time::Duration::microseconds(i64::MAX));
            refused!(db, OfTime, took: time::Duration::MAX, time::Duration::MIN);
            let row = create!(OfTime { instant: datetime!(2024-02-29 1:30 +14) }).exec(&db).await.unwrap();
            assert_eq!(
                row.instant.unwrap().offset(),
                time::UtcOffset::UTC,
                "an instant is kept, not its offset"
            );
            assert!((row.made - time::OffsetDateTime::now_utc()).abs() < time::Duration::HOUR);
        });
    }

    #[test]
    fn the_types_of_jiff_are_kept() {
        each_engine(async |database| {
            let db = with_tables(database, &models()).await;
            let stamp = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
            kept!(db, OfJiff, day: civil::date(1000, 1, 1), civil::date(1970, 1, 1), civil::date(9999, 12, 31));
            kept!(db, OfJiff, clock: civil::time(0, 0, 0, 0), civil::time(23, 59, 59, 999_999_000));
            kept!(db, OfJiff, moment: civil::date(1000, 1, 1).at(0, 0, 0, 1000),
                civil::date(9999, 12, 31).at(23, 59, 59, 999_999_000));
            kept!(db, OfJiff, instant: stamp("1000-01-01T00:00:00.000001Z"), stamp("2024-02-29T01:30:00+14:00"),
                stamp("9999-12-30T22:00:00.999999Z"));
            kept!(db, OfJiff, took: jiff::SignedDuration::from_micros(i64::MIN), jiff::SignedDuration::from_secs(1),
                jiff::SignedDuration::from_micros(i64::MAX));
            refused!(db, OfJiff, took: jiff::SignedDuration::MAX, jiff::SignedDuration::MIN);
            let row = create!(OfJiff {}).exec(&db).await.unwrap();
            assert!(
                row.made.duration_since(jiff::Timestamp::now()).abs() < jiff::SignedDuration::from_hours(1)
            );
        });
    }

    #[test]
    fn the_first_year_is_kept_or_refused() {
        each_engine(async |database| {
            let db = with_tables(database, &models()).await;
            let first = datetime!(0001-01-01 0:00:00.000_001);
            match create!(OfTime { moment: first, day: first.date(), instant: first.assume_utc() })
                .exec(&db)
                .await
            {
                Ok(row) => {
                    assert_eq!((row.moment, row.day), (Some(first), Some(first.date())));
                    assert_eq!(row.instant, Some(first.assume_utc()));
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Value, "{error:?}"),
            }
        });
    }
}
