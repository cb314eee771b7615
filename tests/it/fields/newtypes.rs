//! Newtypes as fields, keys, targets of foreign keys and elements of lists.

use super::*;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Eq, Hash, FieldType)]
#[umbral(max_length = 13)]
struct Isbn(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FieldType)]
struct AuthorId(i64);

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, FieldType)]
#[umbral(decimal(8, 3))]
struct Weight {
    kilos: Decimal,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "newtype_author")]
struct Author {
    #[umbral(primary_key)]
    id: AuthorId,
    #[umbral(max_length = 40)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "newtype_title")]
struct Title {
    #[umbral(primary_key)]
    isbn: Isbn,
    author: ForeignKey<Author>,
    replaces: Option<ForeignKey<Title>>,
    #[umbral(default = 0.5)]
    weight: Weight,
    packed: Option<Weight>,
    #[umbral(max_length = 20)]
    code: Option<Isbn>,
}

fn models() -> Registry {
    Registry::new().with::<Author>().with::<Title>()
}

fn isbn(text: &str) -> Isbn {
    Isbn(text.to_owned())
}

fn weight(kilos: Decimal) -> Weight {
    Weight { kilos }
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    let ann = create!(Author { name: "Ann" }).exec(&db).await.unwrap();
    let bob = create!(Author { name: "Bob" }).exec(&db).await.unwrap();
    assert_eq!((ann.id, bob.id), (AuthorId(1), AuthorId(2)), "the database assigns them");
    let first = create!(Title { isbn: isbn("a"), author: &ann }).exec(&db).await.unwrap();
    assert_eq!((first.weight, first.packed, &first.code), (weight(dec!(0.5)), None, &None));
    let rows = vec![
        Title {
            isbn: isbn("b"),
            author: ForeignKey::new(bob.id),
            replaces: Some(ForeignKey::new(isbn("a"))),
            weight: weight(dec!(1.25)),
            packed: Some(weight(dec!(99999.999))),
            code: Some(isbn("100%")),
        },
        Title {
            isbn: isbn("c"),
            author: ForeignKey::new(ann.id),
            replaces: Some(ForeignKey::new(isbn("b"))),
            weight: weight(dec!(2)),
            packed: None,
            code: Some(isbn("Ärger")),
        },
    ];
    let created = Title::bulk_create(rows.clone()).exec(&db).await.unwrap();
    assert_eq!(created, rows);
    db
}

fn names(rows: Vec<Title>) -> String {
    rows.into_iter().map(|row| row.isbn.0).collect::<Vec<_>>().join(" ")
}

async fn kept(db: &Db, condition: impl Fn(Fields<Title>) -> Predicate<Title>) -> String {
    names(Title::objects().filter(condition).order_by(|t| t.isbn.asc()).all(db).await.unwrap())
}

#[test]
fn a_newtype_is_asked_what_its_inside_is_asked() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "newtypes", &models());
        assert_eq!(kept(&db, |t| t.isbn.eq(isbn("b"))).await, "b");
        assert_eq!(kept(&db, |t| t.isbn.ne(isbn("b"))).await, "a c");
        assert_eq!(kept(&db, |t| t.isbn.in_([isbn("a"), isbn("c"), isbn("x")])).await, "a c");
        assert_eq!(kept(&db, |t| t.weight.gt(weight(dec!(0.5)))).await, "b c");
        assert_eq!(kept(&db, |t| t.weight.between(weight(dec!(1)), weight(dec!(1.5)))).await, "b");
        assert_eq!(kept(&db, |t| t.packed.eq(weight(dec!(99999.999)))).await, "b");
        assert_eq!(kept(&db, |t| t.packed.is_null()).await, "a c");
        assert_eq!(kept(&db, |t| t.packed.eq(None)).await, "a c");
        assert_eq!(kept(&db, |t| t.packed.gt(t.weight)).await, "b");
        assert_eq!(kept(&db, |t| t.code.contains("0%")).await, "b", "text is searched");
        assert_eq!(kept(&db, |t| t.isbn.startswith("a")).await, "a");
        let order = Title::objects().order_by(|t| (t.packed.desc(), t.weight.desc()));
        assert_eq!(names(order.all(&db).await.unwrap()), "b c a");
    });
}

#[test]
fn a_newtype_is_a_key_and_what_relations_hold() {
    each_engine(async |database| {
        let db = filled(database).await;
        let second = Title::by_key(&db, isbn("b")).await.unwrap();
        assert_eq!(second.author.key(), &AuthorId(2));
        assert_eq!(second.replaces.as_ref().map(ForeignKey::key), Some(&isbn("a")));
        assert_eq!(kept(&db, |t| t.author.eq(AuthorId(1))).await, "a c");
        assert_eq!(kept(&db, |t| t.replaces.eq(isbn("b"))).await, "c");
        let first = isbn("a");
        assert_eq!(kept(&db, |t| t.replaces.eq(&first)).await, "b");
        assert_eq!(kept(&db, |t| t.replaces().replaces().isbn.eq(isbn("a"))).await, "c");
        assert_eq!(kept(&db, |t| t.author().id.in_([AuthorId(2)])).await, "b");
        let joined = Title::objects().select_related(|t| (t.author(), t.replaces()));
        let joined = joined.filter(|t| t.isbn.eq(isbn("c"))).get(&db).await.unwrap();
        assert_eq!(joined.author.get().unwrap().name, "Ann");
        assert_eq!(joined.replaces.unwrap().get().unwrap().weight, weight(dec!(1.25)));
        let orphan = create!(Title { isbn: isbn("d"), author: AuthorId(7) }).exec(&db).await.unwrap_err();
        assert!(orphan.is_foreign_key_violation(), "{orphan:?}");
    });
}

#[test]
fn a_newtype_is_written() {
    each_engine(async |database| {
        let db = filled(database).await;
        let both = Title::objects().filter(|t| t.isbn.ne(isbn("a")));
        let packed = both.clone().update(|t| t.packed.set(t.weight));
        assert_eq!(packed.exec(&db).await.unwrap(), 2);
        assert_eq!(both.update(|t| t.weight.set(weight(dec!(7.125)))).exec(&db).await.unwrap(), 2);
        let mut row = Title::by_key(&db, isbn("b")).await.unwrap();
        assert_eq!(
            (row.weight, row.packed),
            (weight(dec!(7.125)), Some(weight(dec!(1.25)))),
            "of the row as it was"
        );
        row.code = None;
        row.author = ForeignKey::new(AuthorId(1));
        row.save(&db).await.unwrap();
        assert_eq!(Title::by_key(&db, isbn("b")).await.unwrap(), row);
        let fine = Title::objects().filter(|t| t.isbn.eq(isbn("a")));
        let error = fine.update(|t| t.weight.set(weight(dec!(0.0001)))).exec(&db).await.unwrap_err();
        assert_eq!(error.kind(), umbral::ErrorKind::Value, "more digits than its column: {error:?}");
        let long = create!(Title { isbn: isbn(&"x".repeat(14)), author: AuthorId(1) }).exec(&db).await;
        assert!(long.is_err(), "longer than its column");
    });
}
