//! What new migrations are called.

use super::*;
use crate::migrations::operations::{CreateTable, DropTable, RunSql};

fn create(name: &str) -> Operation {
    Operation::CreateTable(CreateTable { table: table(name, "id bigint") })
}

fn next(operations: &[Operation]) -> String {
    let set = MigrationSet::new([Migration::new("shop", "0001_initial")]).unwrap();
    Numbers::after(&set, &BTreeSet::new()).next("shop", None, operations).unwrap().name
}

#[test]
fn names_say_what_is_done() {
    let long = "l".repeat(120);
    for (operations, name) in [
        (vec![create("book")], "0002_book".to_owned()),
        (vec![create("book"), create("author")], "0002_book_author".to_owned()),
        (vec![create("book"), create("book")], "0002_book".to_owned()),
        (vec![create(&long)], format!("0002_{long}")),
        (vec![create(&"x".repeat(50)), create("author")], format!("0002_{}_and_more", "x".repeat(50))),
        (vec![create("Größe & Farbe")], "0002_gr_e_farbe".to_owned()),
        (vec![create("größe"), create("🦀")], "0002_gr_e".to_owned()),
        (vec![create("🦀")], "0002_auto".to_owned()),
        (vec![Operation::DropTable(DropTable { table: "book".into() })], "0002_drop_book".to_owned()),
        (Vec::new(), "0002_auto".to_owned()),
    ] {
        assert_eq!(next(&operations), name);
    }
    let longest = next(&[create(&"y".repeat(400))]);
    assert!(longest.len() <= 150 && longest.starts_with("0002_yyy"), "{longest}");
    assert_ne!(longest, next(&[create(&"y".repeat(401))]));
}

#[test]
fn the_first_one_is_initial_unless_it_is_named() {
    let numbers = || Numbers::after(&MigrationSet::default(), &BTreeSet::new());
    assert_eq!(numbers().next("shop", None, &[create("a"), create("b")]).unwrap().name, "0001_initial");
    assert_eq!(numbers().next("shop", Some("My first!"), &[]).unwrap().name, "0001_my_first");
    let error = numbers().next("my app", None, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn numbers_are_never_given_twice() {
    let set = MigrationSet::new([Migration::new("shop", "0001_initial")]).unwrap();
    // Its file was deleted, or lies on another branch, and a database has it.
    let taken = BTreeSet::from(["shop/0007_gone".parse().unwrap(), "news/0002_x".parse().unwrap()]);
    let mut numbers = Numbers::after(&set, &taken);
    let mut next = |app: &str| numbers.next(app, None, &[create("a")]).unwrap().name;
    assert_eq!([next("shop"), next("shop"), next("news")], ["0008_a", "0009_a", "0003_a"]);
}

#[test]
fn an_empty_migration_stands_on_the_last() {
    let named =
        |name: Option<&str>| AutodetectOptions { name: name.map(str::to_owned), ..Default::default() };
    let first = empty(&MigrationSet::default(), "shop", &named(None)).unwrap();
    assert_eq!(first, Migration::new("shop", "0001_initial"));
    let set = MigrationSet::new([first.clone()]).unwrap();
    let second = empty(&set, "shop", &named(None)).unwrap();
    assert_eq!(second, Migration::new("shop", "0002_custom").depends_on(first.id.clone()));
    assert_eq!(empty(&set, "shop", &named(Some("fill isbn"))).unwrap().id.name, "0002_fill_isbn");
}

/// A migration made by hand between generated ones does not stop the next one from finding its state.
#[test]
fn sql_in_between_changes_nothing() {
    let forward = [("any".to_owned(), "SELECT 1".to_owned())].into();
    let run =
        RunSql { description: "Fill".into(), forward, backward: Default::default(), transactional: true };
    let first =
        autodetect(&MigrationSet::default(), &shop([author()]), &mut NoInput, &Default::default()).unwrap();
    let by_hand = Migration::new("shop", "0002_fill")
        .depends_on(first[0].id.clone())
        .with_operation(Operation::RunSql(run));
    let set = MigrationSet::new(first.into_iter().chain([by_hand])).unwrap();
    assert!(autodetect(&set, &shop([author()]), &mut NoInput, &Default::default()).unwrap().is_empty());
    let next = autodetect(&set, &shop([author(), book()]), &mut NoInput, &Default::default()).unwrap();
    assert_eq!(next[0].id.name, "0003_book");
    assert_eq!(next[0].dependencies, ["shop/0002_fill".parse().unwrap()]);
}
