//! Keys of several fields.

use std::collections::BTreeSet;
use umbral::error::ErrorKind;
use umbral::model::{Registry, lower};
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "keyed_sheet")]
struct Sheet {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
}

/// Its key is declared in another order than its fields are.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "keyed_cell", primary_key(sheet, line, place))]
struct Cell {
    value: Option<i64>,
    #[umbral(max_length = 10)]
    place: String,
    line: i32,
    #[umbral(on_delete = cascade)]
    sheet: ForeignKey<Sheet>,
}

/// It has nothing but its key.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "keyed_pair", primary_key(left, right))]
struct Pair {
    left: i64,
    right: i64,
}

fn cell(sheet: i64, line: i32, place: &str, value: impl Into<Option<i64>>) -> Cell {
    Cell { value: value.into(), place: place.to_owned(), line, sheet: ForeignKey::new(sheet) }
}

async fn filled(database: &TestDatabase) -> Db {
    let db = Db::new(database.connect().await);
    let models = Registry::new().with::<Sheet>().with::<Cell>().with::<Pair>();
    create_tables(&db, &models).await.unwrap();
    for name in ["one", "two"] {
        create!(Sheet { name }).exec(&db).await.unwrap();
    }
    let cells = vec![cell(1, 1, "a", 11), cell(1, 1, "b", None), cell(1, 2, "a", 12), cell(2, 1, "a", 21)];
    Cell::bulk_create(cells).exec(&db).await.unwrap();
    db
}

async fn all(db: &Db) -> Vec<(i64, i32, String, Option<i64>)> {
    let by = |c: Fields<Cell>| (c.sheet.asc(), c.line.asc(), c.place.asc());
    let cells = Cell::objects().order_by(by).all(db).await.unwrap();
    cells.into_iter().map(|cell| (*cell.sheet.key(), cell.line, cell.place, cell.value)).collect()
}

#[test]
fn the_key_has_the_order_that_the_struct_gives_it() {
    let table = lower(<Cell as umbral::model::Entity>::META).unwrap();
    assert_eq!(table.primary_key, ["sheet_id", "line", "place"]);
    assert!(table.columns.values().all(|column| !column.identity));
}

#[test]
fn a_row_is_found_by_the_values_of_its_key() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(Cell::by_key(&db, (1, 2, "a")).await.unwrap(), cell(1, 2, "a", 12));
        let missing = Cell::by_key(&db, (2, 2, "a")).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let first = Cell::objects().first(&db).await.unwrap().unwrap();
        assert_eq!(first, cell(1, 1, "a", 11), "the first by its key");
        let last = Cell::objects().reverse().first(&db).await.unwrap().unwrap();
        assert_eq!(last, cell(2, 1, "a", 21), "the last by its key");
        assert_eq!(
            Cell::objects().filter(|c| c.sheet().name.eq("two")).get(&db).await.unwrap(),
            cell(2, 1, "a", 21)
        );
    });
}

#[test]
fn rows_are_created_saved_read_again_and_deleted() {
    each_engine(async |database| {
        let db = filled(database).await;
        let sheet = Sheet::by_key(&db, 2).await.unwrap();
        let mut made =
            create!(Cell { sheet: &sheet, line: 5, place: "z", value: 25 }).exec(&db).await.unwrap();
        assert_eq!(made, cell(2, 5, "z", 25));
        let twice = create!(Cell { sheet: &sheet, line: 5, place: "z" }).exec(&db).await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::Violation);
        made.value = Some(26);
        made.save(&db).await.unwrap();
        let mut again = cell(2, 5, "z", None);
        again.refresh(&db).await.unwrap();
        assert_eq!(again.value, Some(26));
        assert_eq!(all(&db).await.iter().filter(|cell| cell.3 == Some(26)).count(), 1, "one row was saved");
        made.delete(&db).await.unwrap();
        assert_eq!(made.save(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(all(&db).await.len(), 4, "one row was deleted");
        sheet.delete(&db).await.unwrap();
        assert_eq!(all(&db).await.len(), 3, "a cell went with its sheet");
    });
}

#[test]
fn a_row_of_nothing_but_its_key_is_saved() {
    each_engine(async |database| {
        let db = filled(database).await;
        let pair = create!(Pair { left: 1, right: 2 }).exec(&db).await.unwrap();
        pair.save(&db).await.unwrap();
        let other = Pair { left: 2, right: 1 };
        assert_eq!(other.save(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(Pair::objects().all(&db).await.unwrap(), [pair]);
    });
}

#[test]
fn changes_over_other_tables_and_of_slices_hit_the_rows_that_are_meant() {
    each_engine(async |database| {
        let db = filled(database).await;
        let of_two = Cell::objects().filter(|c| c.sheet().name.eq("two"));
        assert_eq!(of_two.update(|c| c.value.set(0)).exec(&db).await.unwrap(), 1);
        let first = Cell::objects().order_by(|c| (c.sheet.asc(), c.line.asc(), c.place.asc())).limit(2);
        assert_eq!(first.delete().exec(&db).await.unwrap(), 2);
        assert_eq!(all(&db).await, [(1, 2, "a".to_owned(), Some(12)), (2, 1, "a".to_owned(), Some(0))]);
    });
}

/// More parameters than any database takes at once.
#[test]
fn many_rows_are_inserted_at_once() {
    each_engine(async |database| {
        let db = filled(database).await;
        let pairs: Vec<Pair> = (0..40_000).map(|left| Pair { left, right: left % 7 }).collect();
        let made = Pair::bulk_create(pairs.clone()).exec(&db).await.unwrap();
        assert_eq!(made, pairs, "the keys are the rows' own");
        assert_eq!(Pair::objects().count(&db).await.unwrap(), 40_000);
        let read = Pair::objects().filter(|p| p.left.in_(0..40_000)).all(&db).await.unwrap();
        let read: BTreeSet<(i64, i64)> = read.into_iter().map(|pair| (pair.left, pair.right)).collect();
        assert_eq!(read, pairs.iter().map(|pair| (pair.left, pair.right)).collect());
        let again = Pair::bulk_create(vec![Pair { left: -1, right: 0 }, Pair { left: 3, right: 3 }]);
        assert_eq!(again.exec(&db).await.unwrap_err().kind(), ErrorKind::Violation);
        assert_eq!(Pair::objects().count(&db).await.unwrap(), 40_000, "all or none");
    });
}
