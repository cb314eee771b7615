//! Structs whose fields are columns of the models that have them.

use super::*;
use std::sync::Arc;
use umbral::ErrorKind;
use umbral::db::QueryCounter;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "embedded_author")]
struct Author {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
    #[umbral(related = "review.reviewer")]
    pages: HasMany<Page>,
}

/// Columns that several models share.
#[derive(Debug, Clone, PartialEq, Embedded)]
struct Reviewed {
    #[umbral(on_delete = set_null)]
    reviewer: Option<ForeignKey<Author>>,
    #[umbral(default = 3, check = "stars BETWEEN 0 AND 5")]
    stars: i32,
    #[umbral(default = now)]
    at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
#[umbral(index(longitude, -latitude))]
struct Point {
    #[umbral(decimal(8, 5), column = "lat")]
    latitude: Option<Decimal>,
    #[umbral(decimal(8, 5), column = "lon", check = "latitude <> longitude OR lon > 0")]
    longitude: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
#[umbral(check = "street <> city", check = "point.longitude <> 7")]
struct Address {
    #[umbral(max_length = 80, comment = "With the number")]
    street: String,
    #[umbral(max_length = 60, index)]
    city: String,
    #[umbral(flatten(prefix = "at_"))]
    point: Point,
    #[umbral(max_length = 200, generated = "street || ', ' || city", stored, check = "point.latitude <> 0")]
    label: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "embedded_person", ordering = ["-review.stars", "home.city"], unique(name, home.city))]
#[umbral(index(-work.point.latitude, home.street, name = "by_place"), check = "home.city <> work.city")]
struct Person {
    #[umbral(flatten)]
    review: Reviewed,
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
    #[umbral(flatten(prefix = "home_"))]
    home: Address,
    age: Option<i32>,
    friend: Option<ForeignKey<Person>>,
    #[umbral(flatten(prefix = "work_"))]
    work: Address,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "embedded_page", ordering = ["title"])]
struct Page {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    title: String,
    #[umbral(flatten)]
    review: Reviewed,
    #[umbral(flatten(prefix = "to_"))]
    link: Link,
}

/// A relation to the model that has it.
#[derive(Debug, Clone, PartialEq, Embedded)]
struct Link {
    next: Option<ForeignKey<Page>>,
}

fn models() -> Registry {
    Registry::new().with::<Author>().with::<Person>().with::<Page>()
}

fn address(street: &str, city: &str, latitude: Option<Decimal>) -> Address {
    let (street, city) = (street.to_owned(), city.to_owned());
    // What the database computes is not written.
    Address { street, city, point: Point { latitude, longitude: None }, label: String::new() }
}

/// Ann, who lives in Bern and was reviewed by Bob, and Cid.
async fn filled(database: &TestDatabase) -> (Db, Person, Person) {
    let db = with_tables(database, &models()).await;
    let bob = create!(Author { name: "Bob" }).exec(&db).await.unwrap();
    let point = Point { latitude: Some(dec!(46.948)), longitude: None };
    let ann = create!(Person {
        name: "Ann",
        home.street: "Main 1",
        home.city: "Bern",
        home.point: point,
        work.street: "Quay 2",
        work.city: "Basel",
        work.point.longitude: dec!(7.58),
        review.reviewer: &bob,
        review.stars: 5,
    });
    let ann = ann.exec(&db).await.unwrap();
    let cid = create!(Person { name: "Cid", home: &ann.work, work: &ann.home, friend: &ann, age: 7 });
    (db.clone(), ann, cid.exec(&db).await.unwrap())
}

#[test]
fn rows_are_created_read_and_sorted() {
    each_engine(async |database| {
        let (db, ann, cid) = filled(database).await;
        assert_tables(&db, "embedded", &models());
        assert_eq!((ann.home.label.as_str(), ann.work.label.as_str()), ("Main 1, Bern", "Quay 2, Basel"));
        assert_eq!(ann.home.point.latitude, Some(dec!(46.948)));
        assert_eq!((ann.work.point.longitude, ann.work.point.latitude), (Some(dec!(7.58)), None));
        assert_eq!((ann.review.stars, cid.review.stars, cid.review.reviewer.clone()), (5, 3, None));
        assert_eq!((cid.home.clone(), cid.work.clone()), (ann.work.clone(), ann.home.clone()));
        assert_eq!(Person::by_key(&db, ann.id).await.unwrap(), ann);
        assert_eq!(Person::objects().all(&db).await.unwrap(), [ann.clone(), cid.clone()]);
        let by_city = Person::objects().order_by(|p| (p.home.city.asc(), p.review.stars.desc()));
        assert_eq!(by_city.all(&db).await.unwrap(), [cid, ann]);
    });
}

#[test]
fn rows_are_found_by_what_lies_in_them() {
    each_engine(async |database| {
        let (db, ann, cid) = filled(database).await;
        let found = async |condition: fn(Fields<Person>) -> Predicate<Person>| {
            Person::objects().filter(condition).get(&db).await.unwrap()
        };
        assert_eq!(found(|p| p.home.city.eq("Bern")).await, ann);
        assert_eq!(found(|p| p.home.point.latitude.gt(dec!(46)) & p.review.stars.eq(5)).await, ann);
        assert_eq!(found(|p| p.work.label.startswith("Main")).await, cid);
        assert_eq!(found(|p| p.review.reviewer().name.eq("Bob")).await, ann);
        assert_eq!(found(|p| p.friend().home.point.latitude.eq(dec!(46.948))).await, cid);
        assert_eq!(found(|p| p.friend().review.reviewer().name.eq("Bob")).await, cid);
        assert_eq!(found(|p| p.home.street.lt(p.work.street)).await, ann);
        let home = ann.home.clone();
        assert_eq!(Person::objects().filter(|p| p.home.eq(&home)).get(&db).await.unwrap(), ann);
        assert_eq!(Person::objects().filter(|p| p.home.ne(home)).get(&db).await.unwrap(), cid);
        let of_friend = Person::objects().filter(|p| p.friend().work.eq(&ann.work));
        assert_eq!(of_friend.get(&db).await.unwrap(), cid);
    });
}

#[test]
fn related_rows_are_loaded_along() {
    each_engine(async |database| {
        let (db, ann, _) = filled(database).await;
        let both = Person::objects().select_related(|p| (p.review.reviewer(), p.friend().review.reviewer()));
        let [first, second] = both.all(&db).await.unwrap().try_into().unwrap();
        let reviewer = |person: &Person| person.review.reviewer.clone().and_then(ForeignKey::into_loaded);
        assert_eq!(reviewer(&first).map(|author| author.name).as_deref(), Some("Bob"));
        assert_eq!(reviewer(&second), None);
        let friend = second.friend.and_then(ForeignKey::into_loaded).unwrap();
        assert_eq!((friend.id, &friend.work), (ann.id, &ann.work));
        assert_eq!(reviewer(&friend).map(|author| author.name).as_deref(), Some("Bob"));
    });
}

#[test]
fn rows_are_updated_and_saved() {
    each_engine(async |database| {
        let (db, mut ann, cid) = filled(database).await;
        let of_ann = || Person::objects().filter(|p| p.name.eq("Ann"));
        let changed = of_ann().update(|p| (p.home.city.set("Chur"), p.review.stars.set(p.review.stars - 1)));
        assert_eq!(changed.exec(&db).await.unwrap(), 1);
        ann.refresh(&db).await.unwrap();
        assert_eq!((ann.home.label.as_str(), ann.review.stars), ("Main 1, Chur", 4));
        let moved = address("Lane 3", "Thun", None);
        of_ann().update(|p| (p.work.set(&moved), p.age.set(40))).exec(&db).await.unwrap();
        ann.refresh(&db).await.unwrap();
        assert_eq!(
            (ann.work.label.as_str(), ann.work.point.longitude, ann.age),
            ("Lane 3, Thun", None, Some(40))
        );
        ann.home = address("Alley 4", "Sion", Some(dec!(46.2)));
        ann.review.reviewer = None;
        ann.save(&db).await.unwrap();
        ann.refresh(&db).await.unwrap();
        assert_eq!((ann.home.label.as_str(), ann.home.point.latitude), ("Alley 4, Sion", Some(dec!(46.2))));
        assert_eq!(ann.review.reviewer, None);
        assert_eq!(Person::by_key(&db, cid.id).await.unwrap(), cid);
    });
}

#[test]
fn what_is_demanded_of_a_struct_is_demanded_of_each() {
    each_engine(async |database| {
        let (db, ann, _) = filled(database).await;
        let refused = create!(Person { name: "Dan", home: &ann.home, work: &ann.work, review.stars: 6 });
        assert_eq!(refused.exec(&db).await.unwrap_err().kind(), ErrorKind::Violation);
        let point = Point { latitude: Some(dec!(-1)), longitude: Some(dec!(-1)) };
        let home = Address { point, ..ann.home.clone() };
        let refused = create!(Person { name: "Dan", home, work: &ann.work });
        assert_eq!(refused.exec(&db).await.unwrap_err().kind(), ErrorKind::Violation);
        let refused = create!(Person { name: "Ann", home: &ann.home, work: &ann.work });
        let violation = refused.exec(&db).await.unwrap_err();
        assert_eq!(violation.kind(), ErrorKind::Violation, "one of a name in each city");
        let long =
            Person::objects().filter(|p| p.id.eq(ann.id)).update(|p| p.home.point.latitude.set(dec!(1234)));
        let misfit = long.exec(&db).await.unwrap_err();
        assert!(misfit.to_string().contains("Person.home.point.latitude"), "{misfit}");
    });
}

#[test]
fn many_rows_are_inserted_and_a_base_is_shared() {
    each_engine(async |database| {
        let (db, ann, cid) = filled(database).await;
        let rows = (0..2500).map(|number| {
            let (name, age) = (format!("p{number}"), Some(number));
            Person { id: 0, name, age, friend: Some(ForeignKey::new(ann.id)), ..cid.clone() }
        });
        let created = Person::bulk_create(rows.collect()).exec(&db).await.unwrap();
        let read = Person::objects().filter(|p| p.age.eq(2499)).get(&db).await.unwrap();
        assert_eq!(created.last(), Some(&read));
        assert_eq!((read.home.label.as_str(), read.work.city.as_str()), ("Quay 2, Basel", "Bern"));
        let review = Reviewed { reviewer: None, stars: 1, at: ann.review.at };
        create!(Page { title: "b", review }).exec(&db).await.unwrap();
        let first = create!(Page { title: "a", review.reviewer: 1 }).exec(&db).await.unwrap();
        let reviewed = Author::objects().prefetch_related(|a| a.pages()).get(&db).await.unwrap();
        assert_eq!(reviewed.pages.get(), Some(&[first.clone()][..]));
        let linked = Page::objects().filter(|p| p.title.eq("b")).update(|p| p.link.next.set(&first));
        assert_eq!(linked.exec(&db).await.unwrap(), 1);
        let linked = Page::objects().filter(|p| p.link.next().title.eq("a")).get(&db).await.unwrap();
        assert_eq!(linked.title, "b");
        let pages = Page::objects().filter(|p| p.review.at.ge(ann.review.at)).all(&db).await.unwrap();
        let stars: Vec<(&str, i32)> =
            pages.iter().map(|page| (page.title.as_str(), page.review.stars)).collect();
        assert_eq!(stars, [("a", 3), ("b", 1)]);
        let raw = raw("SELECT * FROM embedded_page WHERE stars = ?").bind(1).all::<Page>(&db);
        assert_eq!(raw.await.unwrap(), pages[1..]);
    });
}

#[test]
fn columns_of_structs_are_columns_in_sql() {
    each_engine(async |database| {
        let (db, mut ann, _) = filled(database).await;
        let counter = Arc::new(QueryCounter::new());
        let counted = db.instrument(counter.clone());
        let found = Person::objects()
            .filter(|p| p.home.city.eq("Bern") & p.friend().work.point.longitude.is_null())
            .order_by(|p| p.review.reviewer().name.asc())
            .select_related(|p| p.review.reviewer());
        found.all(&counted).await.unwrap();
        Page::objects().filter(|p| p.review.eq(&ann.review)).all(&counted).await.unwrap();
        Person::objects()
            .filter(|p| p.home.ne(&ann.home) & p.work.eq(&ann.home))
            .update(|p| p.home.set(&ann.work))
            .exec(&counted)
            .await
            .unwrap();
        ann.work.city = "Thun".to_owned();
        ann.save(&counted).await.unwrap();
        create!(Page { title: "c", review: &ann.review, link.next: None }).exec(&counted).await.unwrap();
        let name = format!("embedded_queries_{}", db.backend().name());
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, counter.statements().join("\n"));
        });
    });
}

/// What one field stands behind is a struct, and one that holds another one.
#[derive(Debug, Clone, PartialEq, Embedded)]
#[umbral(unique(code, place.point.latitude), index(-place.city, end.latitude, code), check = "code <> place.city")]
#[umbral(index(code), index(-code), unique(code, where = "code <> ''"))]
struct Stop {
    #[umbral(flatten)]
    place: Address,
    #[umbral(max_length = 9)]
    code: String,
    #[umbral(flatten(prefix = "end_"))]
    end: Point,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "embedded_line")]
struct Line {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(flatten(prefix = "from_"))]
    from: Stop,
    #[umbral(flatten(prefix = "to_"))]
    to: Stop,
}

#[test]
fn each_field_that_is_a_struct_has_what_the_struct_says() {
    let table = umbral::model::lower(<Line as umbral::model::Entity>::META).unwrap();
    let keys = |index: &umbral::schema::Index| {
        let keys: Vec<String> = index.columns.iter().map(ToString::to_string).collect();
        format!("{}: {}", index.name, keys.join(", "))
    };
    let indexes: Vec<String> = table.indexes.values().map(keys).collect();
    insta::assert_debug_snapshot!("embedded_indexes", indexes);
    let uniques = table.uniques().map(|(name, unique)| format!("{name}: {}", unique.columns.join(", ")));
    let checks = table.checks().map(|(name, check)| format!("{name}: {}", check.expr));
    insta::assert_debug_snapshot!("embedded_constraints", uniques.chain(checks).collect::<Vec<_>>());
}
