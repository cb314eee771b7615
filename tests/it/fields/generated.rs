//! Fields that the database computes.

use super::*;
use umbral::ErrorKind;
use umbral::backend::BackendFeature;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "generated_line", index(total), check = "total >= 0")]
struct Line {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    title: String,
    #[umbral(decimal(10, 2))]
    price: Decimal,
    quantity: i32,
    discount: Option<i32>,
    #[umbral(decimal(14, 2), generated = "price * quantity", stored)]
    total: Decimal,
    #[umbral(max_length = 41, generated = "lower(title) || '!'", stored, unique)]
    label: String,
    #[umbral(generated = "quantity - discount", stored)]
    left: Option<i32>,
    #[umbral(generated = "quantity > 2", stored, column = "is_many")]
    many: bool,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "generated_place", primary_key(shelf, number))]
struct Place {
    #[umbral(max_length = 10)]
    shelf: String,
    number: i32,
    #[umbral(generated = "number * 10", stored)]
    position: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "generated_square")]
struct Square {
    #[umbral(primary_key)]
    id: i64,
    side: i32,
    #[umbral(generated = "side * side")]
    area: i32,
}

fn models() -> Registry {
    Registry::new().with::<Line>().with::<Place>()
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    let ann = create!(Line { title: "ANN", price: dec!(2.50), quantity: 4, discount: 1 });
    let ann = ann.exec(&db).await.unwrap();
    assert_eq!((ann.total, ann.label.as_str(), ann.left, ann.many), (dec!(10.00), "ann!", Some(3), true));
    let bob = create!(Line { title: "Bob", price: dec!(0.10), quantity: 2 }).exec(&db).await.unwrap();
    assert_eq!((bob.total, bob.label.as_str(), bob.left, bob.many), (dec!(0.20), "bob!", None, false));
    assert_eq!(Line::by_key(&db, bob.id).await.unwrap(), bob);
    db
}

async fn titles(db: &Db, condition: impl Fn(Fields<Line>) -> Predicate<Line>) -> String {
    let rows = Line::objects().filter(condition).order_by(|l| l.total.desc()).all(db).await.unwrap();
    rows.into_iter().map(|row| row.title).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_computed_is_read_filtered_and_sorted() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "generated", &models());
        assert_eq!(titles(&db, |l| l.total.gt(dec!(0.15))).await, "ANN Bob");
        assert_eq!(titles(&db, |l| l.total.gt(l.price)).await, "ANN Bob");
        assert_eq!(titles(&db, |l| l.price.lt(l.total)).await, "ANN Bob");
        assert_eq!(titles(&db, |l| (l.total - l.price).gt(dec!(1))).await, "ANN");
        assert_eq!(titles(&db, |l| (l.quantity * 2).gt(l.left)).await, "ANN");
        assert_eq!(titles(&db, |l| l.label.startswith("bo")).await, "Bob");
        assert_eq!(titles(&db, |l| l.left.is_null() & l.many.eq(false)).await, "Bob");
        assert_eq!(titles(&db, |l| l.many.eq(true)).await, "ANN");
    });
}

#[test]
fn what_is_computed_follows_and_is_never_written() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = Line::objects().all_rows();
        assert_eq!(
            all.update(|l| (l.quantity.set(l.quantity + 1), l.discount.set(1))).exec(&db).await.unwrap(),
            2
        );
        let mut bob = Line::objects().filter(|l| l.label.eq("bob!")).get(&db).await.unwrap();
        assert_eq!((bob.total, bob.left, bob.many), (dec!(0.30), Some(2), true));
        bob.price = dec!(5);
        bob.title = "ROB".into();
        bob.total = dec!(77);
        bob.save(&db).await.unwrap();
        assert_eq!(bob.total, dec!(77), "a row that is saved is not read again");
        bob.refresh(&db).await.unwrap();
        assert_eq!((bob.total, bob.label.as_str()), (dec!(15.00), "rob!"));
        let doubled = Line::objects().all_rows().update(|l| l.price.set(l.total)).exec(&db).await.unwrap();
        assert_eq!(doubled, 2);
        assert_eq!(titles(&db, |l| l.total.eq(dec!(45))).await, "ROB");
        let taken = create!(Line { title: "rob", price: dec!(1), quantity: 1 }).exec(&db).await.unwrap_err();
        assert!(taken.is_unique_violation(), "{taken:?}");
        let below = create!(Line { title: "x", price: dec!(-1), quantity: 1 }).exec(&db).await.unwrap_err();
        assert!(below.is_check_violation(), "{below:?}");
    });
}

#[test]
fn rows_that_are_created_together_are_read_back() {
    each_engine(async |database| {
        let db = filled(database).await;
        let line = |number: i32| Line {
            id: 0,
            title: format!("T{number}"),
            price: Decimal::from(number),
            quantity: 3,
            discount: None,
            total: dec!(0),
            label: String::new(),
            left: None,
            many: false,
        };
        let lines = Line::bulk_create((1..=700).map(line).collect()).exec(&db).await.unwrap();
        assert_eq!(lines.len(), 700);
        for (line, number) in lines.iter().zip(1..) {
            assert_eq!((line.total, line.many), (Decimal::from(number * 3), true), "{line:?}");
            assert_eq!(line.label, format!("t{number}!"));
        }
        assert_eq!(Line::by_key(&db, lines[699].id).await.unwrap(), lines[699]);
        let place = |number: i32| Place { shelf: format!("s{}", number % 7), number, position: -1 };
        let places = Place::bulk_create((1..=250).rev().map(place).collect()).exec(&db).await.unwrap();
        let wrong = places
            .iter()
            .zip((1..=250).rev())
            .find(|(place, number)| (place.number, place.position) != (*number, number * 10));
        assert_eq!((places.len(), wrong), (250, None));
    });
}

#[test]
fn a_value_for_it_is_refused_where_the_compiler_does_not_see_it() {
    each_engine(async |database| {
        let db = filled(database).await;
        let behind = Line::objects().all_rows().update(|l| (*l.left).set(1)).exec(&db).await.unwrap_err();
        assert_eq!((behind.kind(), behind.to_string().contains("generated")), (ErrorKind::Usage, true));
        let columns = Fields::<Line>::at(umbral::query::Path::ROOT);
        let given =
            umbral::query::Create::<Line>::new().set(*columns.many, true).exec(&db).await.unwrap_err();
        assert_eq!((given.kind(), given.to_string().contains("generated")), (ErrorKind::Usage, true));
    });
}

#[test]
fn what_is_computed_when_it_is_read_needs_a_database_that_does() {
    each_engine(async |database| {
        let models = Registry::new().with::<Square>();
        let db = database.db().await;
        let created = create_tables(&db, &models).await;
        if !db.backend().supports(BackendFeature::VirtualGeneratedColumns) {
            let error = created.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.hint().is_some_and(|hint| hint.contains("stored")), "{error:?}");
            return;
        }
        created.unwrap();
        let square = create!(Square { side: 3 }).exec(&db).await.unwrap();
        assert_eq!(square.area, 9);
        Square::objects().all_rows().update(|s| s.side.set(5)).exec(&db).await.unwrap();
        let found = Square::objects().filter(|s| s.area.eq(25)).get(&db).await.unwrap();
        assert_eq!(found, Square { area: 25, side: 5, id: square.id });
    });
}
