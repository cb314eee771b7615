//! Integers without a sign as keys: given by whoever makes a row, and assigned where the database counts them.

use super::*;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "unsigned_shelf")]
struct Shelf {
    #[umbral(primary_key)]
    id: u64,
    #[umbral(max_length = 20)]
    name: String,
    tags: ManyToMany<Tag>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "unsigned_tag")]
struct Tag {
    #[umbral(primary_key)]
    id: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "unsigned_book")]
struct Book {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(on_delete = cascade)]
    shelf: ForeignKey<Shelf>,
    before: Option<ForeignKey<Shelf>>,
}

/// Snowflakes, and both ends.
const SHELVES: [u64; 4] = [0, 7, 1 << 62, u64::MAX];

fn models() -> Registry {
    Registry::new().with::<Shelf>().with::<Tag>().with::<Book>()
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    for id in SHELVES {
        create!(Shelf { id, name: format!("{id}") }).exec(&db).await.unwrap();
    }
    for id in SHELVES {
        let book = create!(Book { shelf: id, before: Some(ForeignKey::new(7)) });
        book.exec(&db).await.unwrap();
    }
    create!(Book { shelf: ForeignKey::new(u64::MAX) }).exec(&db).await.unwrap();
    db
}

#[test]
fn rows_are_found_joined_and_loaded_by_them() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "unsigned_keys", &models());
        for id in SHELVES {
            let shelf = Shelf::by_key(&db, id).await.unwrap();
            assert_eq!((shelf.id, shelf.name), (id, format!("{id}")));
        }
        let sorted = Shelf::objects().order_by(|s| s.id.desc()).all(&db).await.unwrap();
        assert!(sorted.iter().map(|shelf| shelf.id).eq(SHELVES.into_iter().rev()));
        let books = Book::objects()
            .filter(|b| b.shelf().name.eq(format!("{}", u64::MAX)))
            .select_related(|b| b.shelf())
            .order_by(|b| b.id.asc())
            .all(&db)
            .await
            .unwrap();
        assert_eq!(books.len(), 2);
        assert_eq!(books[0].shelf.get().map(|shelf| shelf.id), Some(u64::MAX));
        assert_eq!((books[0].before.as_ref().map(|key| *key.key()), &books[1].before), (Some(7), &None));
        let among = Book::objects().filter(|b| b.shelf.in_([u64::MAX, 0])).count(&db).await.unwrap();
        assert_eq!(among, 3);
        let orphan = create!(Book { shelf: ForeignKey::new(8) }).exec(&db).await.unwrap_err();
        assert!(orphan.is_foreign_key_violation(), "{orphan:?}");
        let twice = create!(Shelf { id: 7u64, name: "again" }).exec(&db).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice:?}");
        Shelf::objects().filter(|s| s.id.eq(u64::MAX)).delete().exec(&db).await.unwrap();
        assert_eq!(Book::objects().count(&db).await.unwrap(), 3);
    });
}

#[test]
fn relations_to_many_rows_go_over_them() {
    each_engine(async |database| {
        let db = filled(database).await;
        Tag::bulk_create([1, u32::MAX, 9].map(|id| Tag { id }).to_vec()).exec(&db).await.unwrap();
        let shelf = Shelf::by_key(&db, u64::MAX).await.unwrap();
        shelf.tags().add(&db, [u32::MAX, 9]).await.unwrap();
        let loaded =
            Shelf::objects().order_by(|s| s.id.asc()).prefetch_related(|s| s.tags()).all(&db).await.unwrap();
        let tags = |shelf: &Shelf| {
            let mut tags: Vec<u32> = shelf.tags.get().unwrap().iter().map(|tag| tag.id).collect();
            tags.sort_unstable();
            tags
        };
        assert_eq!(loaded.iter().map(tags).collect::<Vec<_>>(), [vec![], vec![], vec![], vec![9, u32::MAX]]);
        let with = Shelf::objects().filter(|s| s.tags().id.eq(u32::MAX)).count(&db).await.unwrap();
        assert_eq!(with, 1);
    });
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "unsigned_counted")]
struct Counted {
    #[umbral(primary_key, auto)]
    id: u64,
    #[umbral(max_length = 20)]
    name: String,
}

/// MySQL and MariaDB count every integer; others say so before a statement.
#[test]
fn keys_are_assigned_where_the_database_counts_them() {
    each_engine(async |database| {
        let db = database.db().await;
        let models = Registry::new().with::<Counted>();
        let made = create_tables(&db, &models).await;
        let schema = models.schema(Some(db.backend().name())).unwrap();
        let column = &schema.tables["unsigned_counted"].columns["id"];
        assert_eq!(made.is_ok(), db.backend().map_column(column).is_ok());
        if let Err(error) = made {
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
            assert!(error.to_string().contains("assigns no keys of type uint64"), "{error}");
            return;
        }
        let one = create!(Counted { name: "one" }).exec(&db).await.unwrap();
        let more = ["two", "three"].map(|name| Counted { id: 0, name: name.to_owned() }).to_vec();
        let more = Counted::bulk_create(more).exec(&db).await.unwrap();
        assert_eq!((one.id, more[0].id, more[1].id), (1, 2, 3));
        let given = Counted { id: 1 << 40, name: "given".to_owned() };
        Counted::bulk_create(vec![given]).keep_keys().exec(&db).await.unwrap();
        let next = create!(Counted { name: "next" }).exec(&db).await.unwrap();
        assert_eq!(next.id, (1 << 40) + 1);
    });
}
