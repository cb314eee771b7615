//! Enums that are types of the database's own.

use super::*;
use umbral::backend::{BackendFeature, Statement};
use umbral::schema::EnumType;
use umbral_testkit::each_engine;

/// Sorted otherwise than as texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Choices)]
#[umbral(native)]
enum Weekday {
    Monday,
    Tuesday,
    #[umbral(value = "it's \\ Friday", label = "At last")]
    Friday,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "native_day", backends(postgres, mysql, mariadb))]
struct Day {
    #[umbral(primary_key)]
    day: Weekday,
    #[umbral(max_length = 40)]
    note: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "native_shift", unique(day, next), backends(postgres, mysql, mariadb))]
struct Shift {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(default = "tuesday", index)]
    day: Weekday,
    #[umbral(check = "next <> 'tuesday'")]
    next: Option<Weekday>,
    of: Option<ForeignKey<Day>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "native_plan", backends(postgres))]
struct Plan {
    #[umbral(primary_key)]
    id: i64,
    days: Vec<Weekday>,
    maybe: Option<Vec<Option<Weekday>>>,
}

fn models() -> Registry {
    Registry::new().with::<Day>().with::<Shift>()
}

/// Each engine that has enums of its own; that the others refuse them with what to do is a test of its own.
fn each_with_enums(test: impl AsyncFn(&TestDatabase) + Sync) {
    each_engine(async |database| {
        let driver = database.connect().await;
        let has = driver.backend().map_type(&EnumType::new("mood", ["calm"]).into()).is_ok();
        driver.close().await;
        if has {
            test(database).await;
        }
    });
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    create!(Day { day: Weekday::Friday, note: "the last" }).exec(&db).await.unwrap();
    let first = create!(Shift {}).exec(&db).await.unwrap();
    assert_eq!((first.day, first.next, first.of), (Weekday::Tuesday, None, None));
    let shift = |id, day, next, of: Option<Weekday>| Shift { id, day, next, of: of.map(ForeignKey::new) };
    let rows = vec![
        shift(2, Weekday::Friday, Some(Weekday::Monday), Some(Weekday::Friday)),
        shift(3, Weekday::Monday, Some(Weekday::Friday), None),
    ];
    let created = Shift::bulk_create(rows.clone()).keep_keys().exec(&db).await.unwrap();
    assert_eq!(created, rows);
    db
}

async fn kept(db: &Db, condition: impl Fn(Fields<Shift>) -> Predicate<Shift>) -> Vec<i64> {
    let rows = Shift::objects().filter(condition).order_by(|s| s.id.asc()).all(db).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn a_native_enum_is_asked_for_its_values() {
    each_with_enums(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "native", &models());
        assert_eq!(kept(&db, |s| s.day.eq(Weekday::Friday)).await, [2]);
        assert_eq!(kept(&db, |s| s.day.ne(Weekday::Friday)).await, [1, 3]);
        assert_eq!(kept(&db, |s| s.day.in_([Weekday::Friday, Weekday::Monday])).await, [2, 3]);
        assert_eq!(kept(&db, |s| s.next.in_([Some(Weekday::Friday), None])).await, [1, 3]);
        assert_eq!(kept(&db, |s| s.next.is_null()).await, [1]);
        assert_eq!(kept(&db, |s| s.next.ne(s.day)).await, [2, 3]);
        assert_eq!(kept(&db, |s| s.of.eq(Weekday::Friday)).await, [2], "a key");
        assert_eq!(kept(&db, |s| s.of().note.eq("the last")).await, [2]);
        let sorted = Shift::objects().order_by(|s| s.day.asc()).all(&db).await.unwrap();
        assert_eq!(sorted.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 1, 2], "by their place");
        let sorted = Shift::objects().order_by(|s| s.next.desc()).all(&db).await.unwrap();
        assert_eq!(sorted.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(Day::by_key(&db, Weekday::Friday).await.unwrap().note, "the last");

        // By their place, or not at all: as texts, Friday would be the first.
        let before = Shift::objects().filter(|s| s.day.lt(Weekday::Friday)).all(&db).await;
        if db.backend().supports(BackendFeature::ArrayColumns) {
            assert_eq!(before.unwrap().len(), 2);
        } else {
            let error = before.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
        }
    });
}

#[test]
fn a_native_enum_is_written_and_nothing_else_gets_in() {
    each_with_enums(async |database| {
        let db = filled(database).await;
        let one = || Shift::objects().filter(|s| s.id.eq(1));
        assert_eq!(one().update(|s| s.next.set(Weekday::Monday)).exec(&db).await.unwrap(), 1);
        assert_eq!(one().update(|s| s.day.set(Weekday::Friday)).exec(&db).await.unwrap_err().kind(), {
            umbral::ErrorKind::Violation
        });
        let mut row = one().get(&db).await.unwrap();
        assert_eq!((row.day, row.next), (Weekday::Tuesday, Some(Weekday::Monday)));
        row.next = Some(Weekday::Friday);
        row.save(&db).await.unwrap();
        assert_eq!(one().get(&db).await.unwrap(), row);
        let error = one().update(|s| s.next.set(Weekday::Tuesday)).exec(&db).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        for label in ["gone", "MONDAY", ""] {
            let sql = format!("UPDATE native_shift SET day = '{label}' WHERE id = 1");
            let error = db.driver().execute(Statement::new(sql)).await.unwrap_err();
            assert_eq!(error.kind(), umbral::ErrorKind::Value, "{label}: {error:?}");
        }
        assert_eq!(one().get(&db).await.unwrap(), row);
        let many: Vec<Shift> =
            (10..1200).map(|id| Shift { id, day: Weekday::Monday, next: None, of: None }).collect();
        assert_eq!(Shift::bulk_create(many).keep_keys().exec(&db).await.unwrap().len(), 1190);
        assert_eq!(Shift::objects().filter(|s| s.day.eq(Weekday::Monday)).count(&db).await.unwrap(), 1191);
    });
}

#[test]
fn arrays_of_a_native_enum() {
    each_with_enums(async |database| {
        let db = database.db().await;
        if !db.backend().supports(BackendFeature::ArrayColumns) {
            return;
        }
        create_tables(&db, &Registry::new().with::<Plan>()).await.unwrap();
        let first =
            create!(Plan { days: vec![Weekday::Tuesday], maybe: vec![None] }).exec(&db).await.unwrap();
        assert_eq!((first.days.as_slice(), first.maybe), (&[Weekday::Tuesday][..], Some(vec![None])));
        let plan = |id, days: &[Weekday], maybe| Plan { id, days: days.to_vec(), maybe };
        let rows = vec![
            plan(11, &[Weekday::Friday, Weekday::Monday], None),
            plan(12, &[], Some(vec![None, Some(Weekday::Friday)])),
        ];
        assert_eq!(Plan::bulk_create(rows.clone()).keep_keys().exec(&db).await.unwrap(), rows);
        let found = Plan::objects().filter(|p| p.days.eq(vec![Weekday::Friday, Weekday::Monday]));
        assert_eq!(found.all(&db).await.unwrap(), rows[..1]);
        let listed = Plan::objects().filter(|p| p.days.in_([vec![], vec![Weekday::Tuesday]]));
        assert_eq!(listed.count(&db).await.unwrap(), 2);
        let set = Plan::objects().filter(|p| p.id.eq(11)).update(|p| p.days.set(vec![Weekday::Monday]));
        assert_eq!(set.exec(&db).await.unwrap(), 1);
        let mut row = Plan::by_key(&db, 11).await.unwrap();
        assert_eq!(row.days, [Weekday::Monday]);
        row.maybe = Some(vec![Some(Weekday::Tuesday), None]);
        row.save(&db).await.unwrap();
        assert_eq!(Plan::by_key(&db, 11).await.unwrap(), row);
    });
}

#[test]
fn sqlite_has_none_and_says_what_to_do() {
    let registry = umbral::backend::BackendRegistry::built_in();
    let sqlite = registry.iter().find(|backend| backend.name() == "sqlite").expect("it is built in");
    let error = sqlite.map_type(&EnumType::new("mood", ["calm"]).into()).unwrap_err();
    assert!(error.is_unsupported());
    assert!(error.hint().is_some_and(|hint| hint.contains("leave `native` out")), "{error:?}");
}
