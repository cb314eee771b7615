//! Tables between, as the models that they lie between change.

use super::check;
use umbral::migrations::{
    AutodetectOptions, MigrationExecutor, MigrationId, MigrationSet, Models, NoInput, Target, autodetect,
};
use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::each_engine;

/// The first edition: keys of 32 bits.
mod first {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "tag")]
    pub(super) struct Tag {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i32,
        #[umbral(max_length = 20)]
        pub(super) name: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "book")]
    pub(super) struct Book {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        pub(super) tags: ManyToMany<Tag>,
        pub(super) sequels: ManyToMany<Book>,
    }
}

/// The keys of tags have 64 bits.
mod wider {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "tag")]
    pub(super) struct Tag {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) name: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "book")]
    pub(super) struct Book {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        pub(super) tags: ManyToMany<Tag>,
        pub(super) sequels: ManyToMany<Book>,
    }
}

/// The table of books and the field have other names.
mod renamed {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "tag")]
    pub(super) struct Tag {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) name: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "volume", renamed_from = "book")]
    pub(super) struct Book {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(renamed_from = "tags")]
        pub(super) labels: ManyToMany<Tag>,
        pub(super) sequels: ManyToMany<Book>,
    }
}

/// A book has one tag, and no sequels.
mod one {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "tag")]
    pub(super) struct Tag {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) name: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "volume")]
    pub(super) struct Book {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(on_delete = set_null)]
        pub(super) labels: Option<ForeignKey<Tag>>,
    }
}

/// The migrations that lead from one edition to the next, each named after its place.
pub(super) fn history(editions: &[Registry]) -> MigrationSet {
    let mut made = Vec::new();
    for (place, models) in editions.iter().enumerate() {
        let set = MigrationSet::new(made.clone()).unwrap();
        let models = Models::of(models).unwrap();
        let found = autodetect(&set, &models, &mut NoInput, &AutodetectOptions::default()).unwrap();
        let [mut migration] = <[_; 1]>::try_from(found).expect("one migration for each edition");
        migration.id.name = format!("{:04}", place + 1);
        made.push(migration);
    }
    let set = MigrationSet::new(made).unwrap();
    let models = Models::of(editions.last().unwrap()).unwrap();
    let more = autodetect(&set, &models, &mut NoInput, &AutodetectOptions::default()).unwrap();
    assert!(more.is_empty(), "a second time nothing is found: {more:?}");
    set
}

fn editions() -> [Registry; 4] {
    [
        Registry::new().with::<first::Tag>().with::<first::Book>(),
        Registry::new().with::<wider::Tag>().with::<wider::Book>(),
        Registry::new().with::<renamed::Tag>().with::<renamed::Book>(),
        Registry::new().with::<one::Tag>().with::<one::Book>(),
    ]
}

async fn migrate(db: &Db, set: &MigrationSet, name: &str) {
    let target = match name {
        "zero" => Target::Zero("shop".into()),
        name => Target::To(MigrationId::new("shop", name)),
    };
    let done = MigrationExecutor::new(db.driver(), set).migrate(&target).await;
    done.unwrap_or_else(|error| panic!("to {name}: {error:?}"));
    check(db.driver(), set).await;
}

async fn fill(db: &Db) {
    for (id, name) in [(1, "code"), (2, "new"), (3, "old")] {
        create!(first::Tag { id, name }).exec(db).await.unwrap();
    }
    let mut books = Vec::new();
    for id in [10, 20, 30] {
        books.push(create!(first::Book { id }).exec(db).await.unwrap());
    }
    books[0].tags().add(db, [1, 2]).await.unwrap();
    books[1].tags().add(db, [1]).await.unwrap();
    books[0].sequels().add(db, [20, 30]).await.unwrap();
}

async fn assert_first(db: &Db) {
    let books = first::Book::objects().prefetch_related(|b| (b.tags(), b.sequels()));
    let books = books.order_by(|b| b.id.asc()).all(db).await.unwrap();
    let tags: Vec<Vec<i32>> =
        books.iter().map(|book| sorted(book.tags.get().unwrap(), |tag| tag.id)).collect();
    assert_eq!(tags, [vec![1, 2], vec![1], vec![]]);
    let sequels: Vec<Vec<i64>> =
        books.iter().map(|book| sorted(book.sequels.get().unwrap(), |book| book.id)).collect();
    assert_eq!(sequels, [vec![20, 30], vec![], vec![]]);
}

async fn assert_renamed(db: &Db) {
    let books = renamed::Book::objects().prefetch_related(|b| (b.labels(), b.sequels()));
    let books = books.order_by(|b| b.id.asc()).all(db).await.unwrap();
    let tags: Vec<Vec<i64>> =
        books.iter().map(|book| sorted(book.labels.get().unwrap(), |tag| tag.id)).collect();
    assert_eq!(tags, [vec![1, 2], vec![1], vec![]]);
    let sequels: Vec<Vec<i64>> =
        books.iter().map(|book| sorted(book.sequels.get().unwrap(), |book| book.id)).collect();
    assert_eq!(sequels, [vec![20, 30], vec![], vec![]]);
}

fn sorted<T, K: Ord>(rows: &[T], key: impl Fn(&T) -> K) -> Vec<K> {
    let mut keys: Vec<K> = rows.iter().map(key).collect();
    keys.sort();
    keys
}

#[test]
fn a_table_between_follows_its_models() {
    let set = history(&editions());
    let plan: Vec<Vec<String>> = set
        .iter()
        .map(|migration| migration.operations.iter().map(|operation| operation.describe()).collect())
        .collect();
    insta::assert_debug_snapshot!("tables_between", plan);
}

/// Cases: 32, 33.
#[test]
fn a_keys_type_changes_under_a_table_between_and_the_table_is_renamed() {
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        let set = history(&editions());
        migrate(&db, &set, "0001").await;
        fill(&db).await;
        assert_first(&db).await;
        migrate(&db, &set, "0002").await;
        create!(wider::Tag { id: 5_000_000_000, name: "big" }).exec(&db).await.unwrap();
        let book = wider::Book::by_key(&db, 30).await.unwrap();
        book.tags().add(&db, [5_000_000_000]).await.unwrap();
        assert_eq!(book.tags().count(&db).await.unwrap(), 1);
        book.tags().clear(&db).await.unwrap();
        wider::Tag::by_key(&db, 5_000_000_000).await.unwrap().delete(&db).await.unwrap();
        migrate(&db, &set, "0003").await;
        assert_renamed(&db).await;
        migrate(&db, &set, "0001").await;
        assert_first(&db).await;
        migrate(&db, &set, "0003").await;
        assert_renamed(&db).await;
        let book = renamed::Book::by_key(&db, 10).await.unwrap();
        book.delete(&db).await.unwrap();
        let code = renamed::Tag::by_key(&db, 1).await.unwrap();
        let labelled = renamed::Book::objects().filter(|b| b.labels().id.eq(code.id));
        assert_eq!(labelled.count(&db).await.unwrap(), 1, "the keys still cascade");
    });
}

/// Cases: 33.
#[test]
fn a_relation_to_many_rows_becomes_one_to_one_row_and_back() {
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        let set = history(&editions());
        migrate(&db, &set, "0001").await;
        fill(&db).await;
        migrate(&db, &set, "0004").await;
        assert_eq!(one::Book::objects().count(&db).await.unwrap(), 3);
        let updated =
            one::Book::objects().filter(|b| b.id.eq(10)).update(|b| b.labels.set(ForeignKey::new(2)));
        assert_eq!(updated.exec(&db).await.unwrap(), 1);
        migrate(&db, &set, "0003").await;
        let book = renamed::Book::by_key(&db, 10).await.unwrap();
        assert_eq!(book.labels().count(&db).await.unwrap(), 0, "what was between is gone, and nothing else");
        book.labels().add(&db, [1, 3]).await.unwrap();
        assert_eq!(book.labels().count(&db).await.unwrap(), 2);
        migrate(&db, &set, "zero").await;
    });
}
