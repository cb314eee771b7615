//! What is asked, and what happens where nobody answers.

use super::*;

fn no_input(before: Models, after: Models) -> Error {
    let options = AutodetectOptions::default();
    let first = autodetect(&MigrationSet::default(), &before, &mut NoInput, &options).unwrap();
    autodetect(&MigrationSet::new(first).unwrap(), &after, &mut NoInput, &options).unwrap_err()
}

#[test]
fn without_answers_nothing_is_dropped_that_may_have_been_renamed() {
    let with = |columns: &str| shop([table("book", &format!("id bigint; {columns}"))]);
    let writer = || shop([table("writer", "id bigint; name varchar(80)")]);
    for (before, after, message, remedy) in [
        (with("a text"), with("b text"), "`book.a` has gone and `book.b` is new", "renamed_from = \"a\""),
        // A rename with a change of the type's size is no less a rename.
        (
            with("a varchar(9)"),
            with("b text?"),
            "`book.a` has gone and `book.b` is new",
            "renamed_from = \"a\"",
        ),
        (with("a integer"), with("b decimal(9, 2)"), "`book.a` has gone", "renamed_from = \"a\""),
        (
            shop([author()]),
            writer(),
            "the table `author` of shop has gone and `writer` is new",
            "renamed_from = \"author\"",
        ),
        (with(""), with("b text"), "`book.b` is added without a default", "default"),
        (with("b text?"), with("b text"), "`book.b` stops accepting NULL", "default"),
    ] {
        let error = no_input(before, after);
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(error.hint().unwrap().contains(remedy), "{error:?}");
    }
}

#[test]
fn a_table_is_never_taken_for_one_of_another_application() {
    let before = Models::default().with("shop", author()).with("news", table("item", "id bigint"));
    let after = Models::default()
        .with("news", table("item", "id bigint"))
        .with("news", table("writer", "id bigint; name varchar(80)"));
    let first = autodetect(&MigrationSet::default(), &before, &mut NoInput, &Default::default()).unwrap();
    let new =
        autodetect(&MigrationSet::new(first).unwrap(), &after, &mut NoInput, &Default::default()).unwrap();
    let ids: Vec<String> = new.iter().map(|migration| migration.id.to_string()).collect();
    assert_eq!(ids, ["news/0002_writer", "shop/0002_drop_author"]);
}

#[test]
fn no_models_at_all_is_a_mistake_in_linking() {
    let error = no_input(shop([author()]), Models::default());
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert_eq!(error.to_string(), "no models were found, though the migrations make a table");
    assert!(
        autodetect(&MigrationSet::default(), &Models::default(), &mut NoInput, &Default::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn branches_are_joined_before_anything_new_is_made() {
    let first = Migration::new("shop", "0001_initial");
    let branch = |name: &str| Migration::new("shop", name).depends_on(first.id.clone());
    let set = MigrationSet::new([first.clone(), branch("0002_a"), branch("0002_b")]).unwrap();
    let error = autodetect(&set, &shop([author()]), &mut NoInput, &Default::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
}
