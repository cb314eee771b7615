//! Models with relations of every sort, and a few rows of them.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_country")]
pub(super) struct Country {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_publisher")]
pub(super) struct Publisher {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(on_delete = set_null)]
    pub(super) country: Option<ForeignKey<Country>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_author")]
pub(super) struct Author {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(unique, max_length = 40)]
    pub(super) email: Option<String>,
    #[umbral(on_delete = restrict)]
    pub(super) publisher: Option<ForeignKey<Publisher>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_book", ordering = ["title"])]
pub(super) struct Book {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(unique, max_length = 40)]
    pub(super) title: String,
    #[umbral(on_delete = cascade)]
    pub(super) author: ForeignKey<Author>,
    #[umbral(on_delete = set_null)]
    pub(super) editor: Option<ForeignKey<Author>>,
    #[umbral(check = "pages >= 0", default = 10)]
    pub(super) pages: i32,
    #[umbral(decimal(10, 2), default = 0)]
    pub(super) price: Decimal,
    pub(super) rating: Option<f64>,
}

/// Points at rows of its own table.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "shelf_node")]
pub(super) struct Node {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(on_delete = cascade)]
    pub(super) parent: Option<ForeignKey<Node>>,
}

pub(super) fn models() -> Registry {
    Registry::new().with::<Country>().with::<Publisher>().with::<Author>().with::<Book>().with::<Node>()
}

/// The tables without rows.
pub(super) async fn empty(database: &TestDatabase) -> Db {
    let db = database.db().await;
    create_tables(&db, &models()).await.unwrap();
    db
}

/// Keys are 1, 2, 3 … in the order of the rows.
pub(super) async fn filled(database: &TestDatabase) -> Db {
    let db = empty(database).await;
    let country = |name: &str| Country { id: 0, name: name.to_owned() };
    let countries = Country::bulk_create(["CH", "DE"].map(country).to_vec()).exec(&db).await.unwrap();
    assert_eq!(countries.iter().map(|country| country.id).collect::<Vec<_>>(), [1, 2]);

    let publisher = |(name, country): (&str, Option<i64>)| Publisher {
        id: 0,
        name: name.to_owned(),
        country: country.map(ForeignKey::new),
    };
    let publishers = [("Alpha", Some(1)), ("Beta", Some(2)), ("Gamma", None)].map(publisher);
    Publisher::bulk_create(publishers.to_vec()).exec(&db).await.unwrap();

    let author = |(name, email, publisher): (&str, Option<&str>, Option<i64>)| Author {
        id: 0,
        name: name.to_owned(),
        email: email.map(str::to_owned),
        publisher: publisher.map(ForeignKey::new),
    };
    let authors = [
        ("Ann", Some("a@x"), Some(1)),
        ("Bob", None, Some(2)),
        ("Cleo", Some("c@x"), Some(3)),
        ("Dan", None, None),
    ];
    Author::bulk_create(authors.map(author).to_vec()).exec(&db).await.unwrap();
    Book::bulk_create(books()).exec(&db).await.unwrap();
    db
}

pub(super) fn book(title: &str, author: i64) -> Book {
    let (author, price) = (ForeignKey::new(author), dec!(0));
    Book { id: 0, title: title.to_owned(), author, editor: None, pages: 1, price, rating: None }
}

fn books() -> Vec<Book> {
    let row = |title, author, editor: Option<i64>, pages, price, rating| Book {
        editor: editor.map(ForeignKey::new),
        pages,
        price,
        rating,
        ..book(title, author)
    };
    vec![
        row("Rust", 1, Some(2), 300, dec!(30), Some(4.5)),
        row("SQL", 1, None, 200, dec!(20), None),
        row("Async", 2, Some(4), 150, dec!(25.5), Some(3.0)),
        row("Macros", 3, Some(3), 400, dec!(45), None),
        row("Tokio", 4, None, 100, dec!(10), Some(5.0)),
        row("Cargo", 2, Some(1), 50, dec!(5), Some(1.0)),
    ]
}

/// The keys of the books of a query, in its order.
pub(super) async fn keys(db: &Db, books: QuerySet<Book>) -> Vec<i64> {
    books.all(db).await.unwrap().into_iter().map(|book| book.id).collect()
}

/// The keys of the books that a condition keeps, in ascending order. Its opposite keeps the others.
pub(super) async fn kept(db: &Db, condition: impl Fn(Fields<Book>) -> Predicate<Book>) -> Vec<i64> {
    let by_key = || Book::objects().order_by(|b| b.id.asc());
    let kept = keys(db, by_key().filter(&condition)).await;
    let left_out = keys(db, by_key().exclude(&condition)).await;
    assert_eq!(keys(db, by_key().filter(|b| !condition(b))).await, left_out);
    assert_eq!(keys(db, by_key().exclude(|b| !condition(b))).await, kept);
    let mut all = [kept.clone(), left_out].concat();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5, 6], "a condition and its opposite give all rows");
    assert_eq!(Book::objects().filter(&condition).count(db).await.unwrap(), kept.len() as u64);
    kept
}
