//! Values that hold others: ranges, maps of texts, paths in trees, XML and the words of texts.

use super::*;
use crate::live::{Live, refused};
use std::net::IpAddr;
use std::ops::Bound;
use std::sync::Arc;
use umbral::db::QueryCounter;
use umbral::error::ViolationKind;
use umbral::migrations::Operation;
use umbral::migrations::operations::{AddColumn, AlterColumn, CreateTable};
use umbral::schema::{Column, Constraint, RangeKind, SqlType, Table};
use umbral::value::{Hstore, Ltree, Place, Range, TsVector, Weight, Xml};
use umbral::{Error, ErrorKind};
use umbral_testkit::{each_engine, set_up_types};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(
    table = "contents_booking",
    index(price, using = spgist),
    exclude(days with "&&", using = gist, name = "apart")
)]
struct Booking {
    #[umbral(primary_key)]
    id: i64,
    days: Range<NaiveDate>,
    #[umbral(index)]
    hours: Option<Range<DateTime<Utc>>>,
    #[umbral(default = "[1.50,2]")]
    price: Range<Decimal>,
    #[umbral(default = "[1,10]", check = "seats <> 'empty'")]
    seats: Range<i32>,
    numbers: Option<Vec<Range<i64>>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "contents_page", index(facts, using = gin), index(path, using = gist), index(words, using = gin))]
struct Page {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 80)]
    title: String,
    facts: Hstore,
    #[umbral(unique)]
    path: Ltree,
    source: Option<Xml>,
    #[umbral(
        generated = "setweight(to_tsvector('english', title), 'A') || to_tsvector('simple', 'odd')",
        stored
    )]
    words: TsVector,
    own: Option<TsVector>,
    tags: Option<Vec<Ltree>>,
}

fn bookings() -> Registry {
    Registry::new().with::<Booking>()
}

fn pages() -> Registry {
    Registry::new().with::<Page>()
}

/// Each engine that has such types, with its tables made; the others refuse the models, with what to do.
fn each_with(models: &Registry, test: impl AsyncFn(&Db) + Sync) {
    each_engine(async |database| {
        let db = database.db().await;
        let schema = models.schema(Some(db.backend().name())).unwrap();
        let columns = schema.tables.values().flat_map(|table| table.columns.values());
        let types: Vec<SqlType> = columns.map(|column| column.ty.clone()).collect();
        set_up_types(db.driver(), &types).await.unwrap();
        let made = create_tables(&db, models).await;
        if types.iter().all(|ty| db.backend().map_type(ty).is_ok()) {
            made.unwrap();
            let mut connection = db.driver().acquire().await.unwrap();
            let found = db.backend().introspector().introspect(connection.as_mut()).await.unwrap();
            assert_eq!(found, db.backend().normalize(&schema));
            drop(connection);
            test(&db).await;
        } else {
            let error = made.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
        }
    });
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, day).unwrap()
}

fn hour(day: u32, hour: u32) -> DateTime<Utc> {
    self::day(day).and_hms_opt(hour, 0, 0).unwrap().and_utc()
}

fn booking(id: i64, days: impl Into<Range<NaiveDate>>) -> Booking {
    Booking {
        id,
        days: days.into(),
        hours: None,
        price: Range::new(Bound::Excluded(dec!(0)), Bound::Unbounded),
        seats: Range::from(5..7),
        numbers: None,
    }
}

async fn booked(db: &Db) -> Vec<Booking> {
    let rows = vec![
        Booking { hours: Some(Range::from(hour(1, 9)..hour(1, 12))), ..booking(1, day(1)..=day(3)) },
        Booking {
            price: Range::from(dec!(2.50)..=dec!(2.50)),
            numbers: Some(vec![Range::EMPTY, Range::ALL, Range::from(i64::MIN..i64::MAX)]),
            ..booking(2, day(4)..day(10))
        },
        Booking { hours: Some(Range::from(hour(20, 0)..)), ..booking(3, day(20)..) },
        Booking { seats: Range::from(i32::MIN..i32::MAX), ..booking(4, Range::EMPTY) },
    ];
    let created = Booking::bulk_create(rows.clone()).exec(db).await.unwrap();
    assert_eq!(created, rows);
    assert_eq!(Booking::objects().order_by(|b| b.id.asc()).all(db).await.unwrap(), rows);
    rows
}

async fn found(db: &Db, condition: impl Fn(Fields<Booking>) -> Predicate<Booking>) -> Vec<i64> {
    let rows = Booking::objects().filter(condition).order_by(|b| b.id.asc()).all(db).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn ranges_are_asked_what_is_in_them() {
    each_with(&bookings(), async |db| {
        assert_tables(db, "bookings", &bookings());
        booked(db).await;
        assert_eq!(found(db, |b| b.days.contains(day(3))).await, [1]);
        assert_eq!(found(db, |b| b.days.contains(day(29))).await, [3]);
        assert_eq!(found(db, |b| b.days.contains_range(day(5)..day(7))).await, [2]);
        assert_eq!(found(db, |b| b.days.contained_by(day(1)..day(10))).await, [1, 2, 4]);
        assert_eq!(found(db, |b| b.days.overlaps(day(3)..=day(4))).await, [1, 2]);
        assert_eq!(found(db, |b| b.days.adjacent_to(day(4)..day(5))).await, [1]);
        assert_eq!(found(db, |b| b.days.before(day(4)..)).await, [1]);
        assert_eq!(found(db, |b| b.days.after(day(1)..day(10))).await, [3]);
        assert_eq!(found(db, |b| b.days.is_empty()).await, [4]);
        assert_eq!(found(db, |b| !b.days.is_empty() & b.hours.is_null()).await, [2]);
        assert_eq!(found(db, |b| b.hours.contains(hour(1, 11))).await, [1]);
        assert_eq!(found(db, |b| !b.hours.contains(hour(1, 11))).await, [2, 3, 4], "NULL contains nothing");
        assert_eq!(
            found(db, |b| b.price.contains(dec!(2.5)) & b.price.overlaps(..=dec!(2.5))).await,
            [1, 2, 3, 4]
        );
        assert_eq!(found(db, |b| b.days.eq(day(1)..day(4))).await, [1]);
        assert_eq!(found(db, |b| b.days.ne(Range::EMPTY)).await, [1, 2, 3]);
        assert_eq!(found(db, |b| b.days.in_([Range::EMPTY, Range::from(day(20)..)])).await, [3, 4]);
        assert_eq!(found(db, |b| b.numbers.is_not_null()).await, [2]);
        let sorted = Booking::objects().order_by(|b| b.days.asc()).all(db).await.unwrap();
        assert_eq!(sorted.into_iter().map(|row| row.id).collect::<Vec<_>>(), [4, 1, 2, 3]);
    });
}

#[test]
fn ranges_are_written_with_their_defaults_and_exclude_each_other() {
    each_with(&bookings(), async |db| {
        booked(db).await;
        let made = create!(Booking { days: day(15)..=day(16) }).exec(db).await.unwrap();
        assert_eq!(made.price, Range::from(dec!(1.50)..=dec!(2)));
        assert_eq!(made.seats, Range::from(1..11));
        let id = made.id;
        assert_eq!(Booking::by_key(db, id).await.unwrap(), made);
        let one = || Booking::objects().filter(|b| b.id.eq(id));
        one()
            .update(|b| (b.days.set(day(17)..day(19)), b.hours.set(hour(17, 1)..=hour(17, 2))))
            .exec(db)
            .await
            .unwrap();
        let changed = one().get(db).await.unwrap();
        assert_eq!(changed.days, Range::from(day(17)..day(19)));
        assert_eq!(changed.hours, Some(Range::from(hour(17, 1)..=hour(17, 2))));
        one().update(|b| b.hours.set(None)).exec(db).await.unwrap();
        assert_eq!(one().get(db).await.unwrap().hours, None);

        let error = create!(Booking { days: day(18)..day(21) }).exec(db).await.unwrap_err();
        let violation = error.constraint_violation().unwrap_or_else(|| panic!("{error:?}"));
        assert_eq!(
            (violation.kind, violation.constraint.as_deref()),
            (ViolationKind::Exclusion, Some("apart"))
        );
        let error = one().update(|b| b.seats.set(Range::EMPTY)).exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Violation, "{error:?}");
        // No value follows the last one, and PostgreSQL keeps what follows.
        let error = one().update(|b| b.seats.set(1..=i32::MAX)).exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{error:?}");
        // The last day there is may be in a range, and PostgreSQL keeps the one behind it.
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        Booking::objects().filter(|b| b.id.ne(id)).delete().exec(db).await.unwrap();
        for days in [Range::from(day(25)..=last), Range::new(Bound::Excluded(last), Bound::Unbounded)] {
            one().update(|b| b.days.set(days)).exec(db).await.unwrap();
            assert_eq!(one().get(db).await.unwrap().days, days);
            assert_eq!(one().filter(|b| b.days.eq(days)).count(db).await.unwrap(), 1);
        }
    });
}

fn page(id: i64, title: &str, path: &str) -> Page {
    Page {
        id,
        title: title.to_owned(),
        facts: Hstore::from_iter([("colour", Some("red")), ("n", Some(&*id.to_string()))]),
        path: path.parse().unwrap(),
        source: None,
        words: TsVector::default(),
        own: None,
        tags: None,
    }
}

async fn written(db: &Db) {
    let mut rows = vec![
        page(1, "The fat cats", "top.animals.cats"),
        Page {
            facts: Hstore::from_iter([("size", None), ("it's \"q\" \\", Some("a, b=>c"))]),
            source: Some("<a b=\"1\">it's &amp;</a>".into()),
            own: Some("'a b':1 'cat':3A".parse().unwrap()),
            ..page(2, "A dog, and a cat", "top.animals.dogs")
        },
        Page {
            facts: Hstore::default(),
            tags: Some(vec!["a.b".parse().unwrap(), Ltree::default()]),
            ..page(3, "Rust in action", "top.languages")
        },
    ];
    let created = Page::bulk_create(rows.clone()).exec(db).await.unwrap();
    let cat = Place { at: 3, weight: Weight::A };
    assert_eq!(created[0].words.places("cat"), Some(&[cat][..]), "{:?}", created[0].words);
    for (row, created) in rows.iter_mut().zip(&created) {
        row.words = created.words.clone();
    }
    assert_eq!(created, rows);
    assert_eq!(Page::objects().order_by(|p| p.id.asc()).all(db).await.unwrap(), rows);
}

async fn of(db: &Db, condition: impl Fn(Fields<Page>) -> Predicate<Page>) -> Vec<i64> {
    let rows = Page::objects().filter(condition).order_by(|p| p.id.asc()).all(db).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn maps_paths_and_words_are_asked_what_is_in_them() {
    each_with(&pages(), async |db| {
        assert_tables(db, "pages", &pages());
        written(db).await;
        assert_eq!(of(db, |p| p.facts.has_key("colour")).await, [1]);
        assert_eq!(of(db, |p| p.facts.has_key("it's \"q\" \\")).await, [2]);
        assert_eq!(of(db, |p| p.facts.has_keys(["colour", "n"])).await, [1]);
        assert_eq!(of(db, |p| p.facts.has_any_key(["size", "n"])).await, [1, 2]);
        assert_eq!(of(db, |p| p.facts.contains([("n", Some("1"))])).await, [1]);
        assert_eq!(of(db, |p| p.facts.contains([("size", None)])).await, [2]);
        assert_eq!(of(db, |p| p.facts.contained_by([])).await, [3]);
        assert_eq!(of(db, |p| p.facts.eq(Hstore::default())).await, [3]);
        let path = |text: &str| text.parse::<Ltree>().unwrap();
        assert_eq!(of(db, |p| p.path.is_below(path("top.animals"))).await, [1, 2]);
        assert_eq!(of(db, |p| p.path.is_above(path("top.languages.rust"))).await, [3]);
        assert_eq!(of(db, |p| p.path.matches("top.*.cats|dogs")).await, [1, 2]);
        assert_eq!(of(db, |p| p.path.eq(path("top.languages"))).await, [3]);
        assert_eq!(of(db, |p| p.path.in_([path("top.languages"), path("top.animals.cats")])).await, [1, 3]);
        assert_eq!(of(db, |p| p.tags.eq(vec![path("a.b"), path("")])).await, [3]);
        assert_eq!(of(db, |p| p.words.matches_in("english", "cat")).await, [1, 2]);
        assert_eq!(of(db, |p| p.words.matches_in("english", "cats -dogs or action")).await, [1, 3]);
        assert_eq!(of(db, |p| p.own.matches("cat")).await, [2]);
        assert_eq!(of(db, |p| p.source.is_not_null()).await, [2]);
        let sorted = Page::objects().order_by(|p| p.path.desc()).all(db).await.unwrap();
        assert_eq!(sorted.into_iter().map(|row| row.id).collect::<Vec<_>>(), [3, 2, 1]);
    });
}

#[test]
fn maps_paths_and_words_are_written_and_what_is_none_is_refused() {
    each_with(&pages(), async |db| {
        written(db).await;
        let one = || Page::objects().filter(|p| p.id.eq(1));
        let facts = Hstore::from_iter([("x", Some("'"))]);
        let path: Ltree = "top.zoo".parse().unwrap();
        let words: TsVector = "'it''s':5B".parse().unwrap();
        one()
            .update(|p| (p.facts.set(&facts), p.path.set(&path), p.own.set(&words), p.source.set("<b/>")))
            .exec(db)
            .await
            .unwrap();
        let changed = one().get(db).await.unwrap();
        assert_eq!((changed.facts, changed.path, changed.own), (facts, path, Some(words)));
        assert_eq!(changed.source, Some(Xml::from("<b/>")));
        let again = create!(Page { title: "", facts: Hstore::default(), path: Ltree::default() });
        assert_eq!(again.exec(db).await.unwrap().path.as_str(), "");

        let error = one().update(|p| p.source.set("<b>")).exec(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value, "{error:?}");
        let compares: [fn(Fields<Page>) -> Predicate<Page>; 2] =
            [|p| p.source.eq("<b/>"), |p| p.source.in_([Xml::from("<b/>")])];
        for compare in compares {
            let error = Page::objects().filter(compare).all(db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
            assert!(error.to_string().contains("XML"), "{error}");
        }
        let error = Page::objects().order_by(|p| p.source.asc()).all(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
    });
}

fn tree() -> Table {
    Table::new("tree").with_column(Column::new("id", SqlType::BigInt)).with_primary_key(["id"])
}

fn add(name: &str, ty: SqlType) -> Operation {
    let column = Column::new(name, ty).nullable();
    Operation::AddColumn(AddColumn { table: "tree".into(), column, backfill: None })
}

fn missing(error: &Error, extension: &str) {
    let refusal = &refused(error).refusal;
    assert!(refusal.message.contains(&format!("extension {extension}")), "{refusal:?}");
    assert!(refusal.hint.contains(&format!("CREATE EXTENSION IF NOT EXISTS \"{extension}\"")), "{refusal:?}");
}

#[test]
fn a_type_of_an_extension_that_is_missing_is_found_before_anything_changes() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        if live.driver.backend().map_type(&SqlType::Ltree).is_err() {
            return live.driver.close().await;
        }
        let with_path = tree().with_column(Column::new("path", SqlType::Ltree));
        let error =
            live.apply(&[Operation::CreateTable(CreateTable { table: with_path })]).await.unwrap_err();
        missing(&error, "ltree");
        live.apply(&[Operation::CreateTable(CreateTable { table: tree() })]).await.unwrap();
        let array = SqlType::Array(Box::new(SqlType::Hstore));
        missing(&live.apply(&[add("facts", array.clone())]).await.unwrap_err(), "hstore");
        live.apply(&[add("path", SqlType::Varchar(80))]).await.unwrap();
        live.execute("INSERT INTO tree VALUES (1, 'top.science'), (2, '')").await;
        let from = live.schema.tables["tree"].columns["path"].clone();
        let to = Column { ty: SqlType::Ltree, ..from.clone() };
        let retype = Operation::AlterColumn(AlterColumn { table: "tree".into(), from, to, backfill: None });
        missing(&live.apply(std::slice::from_ref(&retype)).await.unwrap_err(), "ltree");
        let unique = |ty: SqlType| {
            let table = tree().with_column(Column::new("x", ty));
            let table = table.with_constraint(Constraint::unique("tree_x_uniq", ["x"]));
            Operation::CreateTable(CreateTable { table })
        };
        for ty in [SqlType::Xml, SqlType::Array(Box::new(SqlType::Xml))] {
            let plan = live.driver.backend().planner().plan(
                &[unique(ty)],
                &Schema::default(),
                &LiveCatalog::default(),
            );
            assert!(plan.is_err_and(|error| error.is_unsupported() && error.hint().is_some()));
        }

        set_up_types(live.driver.as_ref(), &[SqlType::Hstore, SqlType::Ltree]).await.unwrap();
        live.execute("INSERT INTO tree VALUES (3, 'no path')").await;
        let error = live.apply(std::slice::from_ref(&retype)).await.unwrap_err();
        assert!(refused(&error).refusal.message.contains("tree.path"), "{error:?}");
        live.execute("DELETE FROM tree WHERE id = 3").await;
        live.apply(&[retype, add("facts", array)]).await.unwrap();
        let below = live.column("SELECT CAST(path AS text) FROM tree WHERE path <@ 'top'").await;
        assert_eq!(below, [Some("top.science".to_owned())]);
        live.driver.close().await;
    });
}

#[test]
fn a_range_becomes_a_wider_one_or_text_with_its_rows() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let range = SqlType::Range(RangeKind::Integer);
        if live.driver.backend().map_type(&range).is_err() {
            return live.driver.close().await;
        }
        let column = Column::new("numbers", range).with_default("'[1,5)'".parse().unwrap());
        let table = tree().with_column(column.clone());
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO tree VALUES (1, '[3,7]'), (2, 'empty'), (3, '(,)')").await;
        live.execute("INSERT INTO tree (id) VALUES (4)").await;
        let mut from = column;
        for ty in [SqlType::Range(RangeKind::BigInt), SqlType::Varchar(60)] {
            let to = Column { ty, ..from.clone() };
            let alter = AlterColumn { table: "tree".into(), from, to: to.clone(), backfill: None };
            live.apply(&[Operation::AlterColumn(alter)]).await.unwrap();
            let all = live.column("SELECT CAST(numbers AS text) FROM tree ORDER BY id").await;
            assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), ["[3,8)", "empty", "(,)", "[1,5)"]);
            from = to;
        }
        live.driver.close().await;
    });
}

/// What each lookup is sent as.
#[test]
fn lookups_in_sql() {
    let counter = Arc::new(QueryCounter::new());
    each_with(&bookings(), async |db| {
        let db = db.instrument(counter.clone());
        let conditions: [fn(Fields<Booking>) -> Predicate<Booking>; 9] = [
            |b| b.days.contains(day(3)),
            |b| b.price.contains_range(dec!(1)..dec!(2)),
            |b| b.seats.contained_by(..5),
            |b| b.hours.overlaps(hour(1, 1)..) & b.hours.adjacent_to(..hour(1, 1)),
            |b| b.days.before(day(3)..) | !b.days.after(..day(3)),
            |b| b.days.is_empty(),
            |b| b.days.eq(Range::ALL),
            |b| b.days.in_([Range::EMPTY, Range::ALL]),
            |b| b.numbers.eq(vec![Range::from(1..2)]),
        ];
        for condition in conditions {
            Booking::objects().filter(condition).exists(&db).await.unwrap();
        }
        create!(Booking { days: day(1).. }).exec(&db).await.unwrap();
        Booking::bulk_create(vec![booking(0, Range::EMPTY), booking(0, Range::EMPTY)])
            .exec(&db)
            .await
            .unwrap();
    });
    each_with(&pages(), async |db| {
        let db = db.instrument(counter.clone());
        let conditions: [fn(Fields<Page>) -> Predicate<Page>; 8] = [
            |p| p.facts.has_key("a") & p.facts.has_keys(["b"]) & p.facts.has_any_key(["c"]),
            |p| p.facts.contains([("a", None)]) | p.facts.contained_by([]),
            |p| p.path.is_below(Ltree::default()) & p.path.is_above(Ltree::default()),
            |p| p.path.matches("*.x"),
            |p| p.words.matches("a") | p.own.matches_in("simple", "b"),
            |p| p.path.in_([Ltree::default()]),
            |p| p.own.eq(TsVector::default()),
            |p| p.tags.eq(vec![Ltree::default()]),
        ];
        for condition in conditions {
            Page::objects().filter(condition).exists(&db).await.unwrap();
        }
        Page::objects()
            .all_rows()
            .update(|p| (p.source.set("<a/>"), p.facts.set(Hstore::default())))
            .exec(&db)
            .await
            .unwrap();
        Page::bulk_create(vec![page(0, "a", "a"), page(0, "b", "b")]).exec(&db).await.unwrap();
    });
    let mut statements = Vec::new();
    for statement in counter.statements() {
        // Every server of an engine is sent the same.
        if !statements.contains(&statement) {
            statements.push(statement);
        }
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("lookups_in_contents", statements.iter().map(|sql| format!("{sql}\n")).collect::<String>());
    });
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "contents_list")]
struct Lists {
    #[umbral(primary_key)]
    id: i64,
    blobs: Vec<Vec<u8>>,
    hashes: Option<Vec<[u8; 2]>>,
    documents: Vec<Option<serde_json::Value>>,
    typed: Vec<Json<Vec<i32>>>,
    addresses: Vec<IpAddr>,
    spans: Vec<Range<DateTime<Utc>>>,
}

/// The null of JSON is none of SQL's, among elements as well.
#[test]
fn arrays_hold_bytes_documents_and_ranges() {
    let models = Registry::new().with::<Lists>();
    each_with(&models, async |db| {
        let rows = vec![
            Lists {
                id: 1,
                blobs: vec![vec![], vec![0, 255]],
                hashes: Some(vec![[1, 2]]),
                documents: vec![
                    None,
                    Some(serde_json::Value::Null),
                    Some(serde_json::json!({"a": [1, "é"]})),
                ],
                typed: vec![Json(vec![1, 2]), Json(vec![])],
                addresses: vec!["10.0.0.1".parse().unwrap(), "::1".parse().unwrap()],
                spans: vec![Range::EMPTY, Range::from(hour(1, 2)..=hour(1, 3))],
            },
            Lists {
                id: 2,
                blobs: vec![],
                hashes: None,
                documents: vec![],
                typed: vec![],
                addresses: vec![],
                spans: vec![],
            },
        ];
        assert_eq!(Lists::bulk_create(rows.clone()).exec(db).await.unwrap(), rows);
        assert_eq!(Lists::objects().order_by(|l| l.id.asc()).all(db).await.unwrap(), rows);
        for row in &rows {
            let same = Lists::objects()
                .filter(|l| {
                    l.blobs.eq(&row.blobs) & l.hashes.eq(&row.hashes) & l.documents.eq(&row.documents)
                })
                .filter(|l| l.typed.eq(&row.typed) & l.spans.in_([&row.spans]));
            assert_eq!(same.all(db).await.unwrap(), std::slice::from_ref(row));
        }
    });
}
