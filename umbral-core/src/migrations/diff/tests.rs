//! Two schemas, and the operations between them.

use super::*;
use crate::schema::{Column, Expr, ForeignKey, Index, ReferentialAction, SqlType, Table};

fn id() -> Column {
    Column::new("id", SqlType::BigInt).identity()
}

fn text(name: &str) -> Column {
    Column::new(name, SqlType::Text)
}

fn number(name: &str) -> Column {
    Column::new(name, SqlType::BigInt)
}

fn table(name: &str) -> Table {
    Table::new(name).with_column(id()).with_primary_key(["id"])
}

fn key(holder: &str, column: &str, target: &str) -> Constraint {
    let key = ForeignKey {
        columns: vec![column.into()],
        table: target.into(),
        references: vec!["id".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Constraint::foreign_key(format!("{holder}_{column}_fk"), key)
}

/// A table with a foreign key to another in a column named after it.
fn pointing(name: &str, target: &str) -> Table {
    let column = format!("{target}_id");
    table(name).with_column(number(&column)).with_constraint(key(name, &column, target))
}

fn unique(table: &str, columns: &[&str]) -> Constraint {
    Constraint::unique(crate::schema::constraint_name(table, columns, "uniq"), columns.iter().copied())
}

fn check(name: &str, expr: &str) -> Constraint {
    Constraint::check(name, expr.parse().unwrap())
}

fn index(table: &str, columns: &[&str]) -> Index {
    Index::new(crate::schema::constraint_name(table, columns, "idx"), columns.iter().copied())
}

fn words(from: &[Table], to: &[Table], renames: Renames) -> Vec<String> {
    let (from, to) = (Schema::new(from.to_vec()), Schema::new(to.to_vec()));
    let operations = diff(&from, &to, &renames).unwrap();
    let mut state = from;
    for operation in &operations {
        operation.apply(&mut state).unwrap();
    }
    assert_eq!(state, to);
    operations.iter().map(Operation::describe).collect()
}

fn changes(from: &[Table], to: &[Table]) -> Vec<String> {
    words(from, to, Renames::none())
}

#[test]
fn nothing_changed() {
    let book = table("book").with_column(text("a")).with_column(text("b"));
    let other_order = table("book").with_column(text("b")).with_column(text("a"));
    assert!(changes(std::slice::from_ref(&book), &[other_order]).is_empty());
    assert!(changes(&[], &[]).is_empty());
}

#[test]
fn tables_come_and_go() {
    assert_eq!(changes(&[], &[table("book")]), ["Create table book"]);
    assert_eq!(changes(&[table("book")], &[]), ["Drop table book"]);
}

#[test]
fn a_new_table_brings_its_indexes_and_constraints() {
    let book = pointing("book", "author")
        .with_index(index("book", &["author_id"]))
        .with_constraint(check("positive", "id > 0"));
    assert_eq!(changes(&[], &[book, table("author")]), ["Create table author", "Create table book"]);
}

#[test]
fn columns_come_change_and_go() {
    let book = table("book").with_column(text("title")).with_column(number("year"));
    let changed =
        table("book").with_column(Column::new("year", SqlType::Integer).nullable()).with_column(text("isbn"));
    assert_eq!(
        changes(&[book], &[changed]),
        [
            "Add column isbn to book",
            "Alter column year of book: type integer instead of bigint, accepts NULL",
            "Drop column title from book",
        ]
    );
}

#[test]
fn every_part_of_a_column_counts() {
    let year = || Column::new("year", SqlType::Integer);
    let of = |column: Column| [table("book").with_column(column)];
    for (changed, expected) in [
        (year().nullable(), "accepts NULL"),
        (year().with_default(Expr::integer(0)), "default 0"),
        (Column::new("year", SqlType::SmallInt), "type smallint instead of integer"),
    ] {
        let forwards = changes(&of(year()), &of(changed.clone()));
        assert_eq!(forwards, [format!("Alter column year of book: {expected}")]);
        assert_eq!(changes(&of(changed), &of(year())).len(), 1);
    }
}

#[test]
fn a_default_stays_when_null_is_forbidden() {
    let year = Column::new("year", SqlType::Integer).with_default(Expr::integer(2000));
    let nullable = [table("book").with_column(year.clone().nullable())];
    assert_eq!(
        changes(&nullable, &[table("book").with_column(year)]),
        ["Alter column year of book: does not accept NULL"]
    );
}

#[test]
fn the_two_halves_of_a_circle_are_joined_last() {
    let author = pointing("author", "book");
    let book = pointing("book", "author");
    assert_eq!(
        changes(&[], &[author.clone(), book.clone()]),
        [
            "Create table author",
            "Create table book",
            "Add foreign key author_book_id_fk to author (book_id → book.id)",
        ]
    );
    assert_eq!(
        changes(&[author, book], &[]),
        ["Drop constraint book_author_id_fk from book", "Drop table author", "Drop table book"]
    );
}

#[test]
fn only_the_circle_is_split() {
    let tables =
        [pointing("a", "b"), pointing("b", "c"), pointing("c", "b"), pointing("d", "a"), pointing("e", "e")];
    assert_eq!(
        changes(&[], &tables),
        [
            "Create table e",
            "Create table b",
            "Create table a",
            "Create table c",
            "Create table d",
            "Add foreign key b_c_id_fk to b (c_id → c.id)",
        ]
    );
}

#[test]
fn a_circle_through_a_table_that_is_there() {
    let book = table("book");
    let to = [pointing("book", "author"), pointing("author", "book")];
    assert_eq!(
        changes(&[book], &to),
        [
            "Create table author",
            "Add column author_id to book",
            "Add foreign key book_author_id_fk to book (author_id → author.id)",
        ]
    );
}

#[test]
fn a_foreign_key_goes_before_the_table_that_it_references() {
    let from = [table("author"), pointing("book", "author")];
    assert_eq!(
        changes(&from, &[table("book")]),
        [
            "Drop constraint book_author_id_fk from book",
            "Drop column author_id from book",
            "Drop table author"
        ]
    );
}

#[test]
fn a_foreign_key_is_pointed_elsewhere_before_its_target_goes() {
    let column = || table("book").with_column(number("by"));
    let from = [table("author"), column().with_constraint(key("book", "by", "author"))];
    let to = [table("person"), column().with_constraint(key("book", "by", "person"))];
    assert_eq!(
        changes(&from, &to),
        [
            "Drop constraint book_by_fk from book",
            "Create table person",
            "Add foreign key book_by_fk to book (by → person.id)",
            "Drop table author",
        ]
    );
}

#[test]
fn tables_that_reference_others_go_first() {
    let tables = [table("a"), pointing("b", "a"), pointing("c", "b"), pointing("d", "d")];
    assert_eq!(changes(&tables, &[]), ["Drop table c", "Drop table b", "Drop table a", "Drop table d"]);
}

#[test]
fn what_uses_a_column_goes_before_it_and_comes_after_it() {
    let plain = table("book").with_column(text("title"));
    let slug = plain
        .clone()
        .with_column(text("slug"))
        .with_index(index("book", &["slug"]))
        .with_constraint(unique("book", &["title", "slug"]))
        .with_constraint(check("filled", "slug <> ''"));
    assert_eq!(
        changes(std::slice::from_ref(&plain), std::slice::from_ref(&slug)),
        [
            "Add column slug to book",
            "Add unique constraint book_title_slug_uniq to book (title, slug)",
            "Add check filled to book (slug <> '')",
            "Add index book_slug_idx to book (slug)",
        ]
    );
    assert_eq!(
        changes(&[slug], &[plain]),
        [
            "Drop constraint book_title_slug_uniq from book",
            "Drop constraint filled from book",
            "Drop index book_slug_idx from book",
            "Drop column slug from book",
        ]
    );
}

#[test]
fn the_columns_of_an_index_are_in_order() {
    let of = |columns: &[&str]| {
        [table("book")
            .with_column(text("a"))
            .with_column(text("b"))
            .with_index(Index::new("i", columns.to_vec()))]
    };
    assert_eq!(
        changes(&of(&["a", "b"]), &of(&["b", "a"])),
        ["Drop index i from book", "Add index i to book (b, a)"]
    );
}

#[test]
fn unique_sets_grow_late_and_shrink_early() {
    let of = |columns: &[&str]| {
        let book = columns.iter().fold(table("book"), |table, column| table.with_column(text(column)));
        [book.with_constraint(unique("book", columns))]
    };
    assert_eq!(
        changes(&of(&["a"]), &of(&["a", "b"])),
        [
            "Drop constraint book_a_uniq from book",
            "Add column b to book",
            "Add unique constraint book_a_b_uniq to book (a, b)",
        ]
    );
    assert_eq!(
        changes(&of(&["a", "b"]), &of(&["a"])),
        [
            "Drop constraint book_a_b_uniq from book",
            "Add unique constraint book_a_uniq to book (a)",
            "Drop column b from book",
        ]
    );
}

#[test]
fn a_renamed_column_stays_in_what_uses_it() {
    let from = table("book")
        .with_column(text("slug"))
        .with_column(text("title"))
        .with_index(Index::new("by_slug", ["slug"]))
        .with_constraint(Constraint::unique("once", ["title", "slug"]))
        .with_constraint(check("filled", "slug <> ''"));
    let to = table("book")
        .with_column(text("path"))
        .with_column(text("title"))
        .with_index(Index::new("by_slug", ["path"]))
        .with_constraint(Constraint::unique("once", ["title", "path"]))
        .with_constraint(check("filled", "path <> ''"));
    let renames = Renames::none().column("book", "slug", "path");
    assert_eq!(words(&[from], &[to], renames), ["Rename column slug of book to path"]);
}

#[test]
fn what_is_named_after_a_column_is_renamed_with_it() {
    let of = |slug: &str| {
        table("book")
            .with_column(text(slug))
            .with_index(index("book", &[slug]))
            .with_constraint(unique("book", &[slug]))
    };
    let renames = Renames::none().column("book", "slug", "path");
    assert_eq!(
        words(&[of("slug")], &[of("path")], renames),
        [
            "Rename column slug of book to path",
            "Rename index book_slug_idx of book to book_path_idx",
            "Rename constraint book_slug_uniq of book to book_path_uniq",
        ]
    );
}

#[test]
fn a_renamed_key_takes_its_references_along() {
    let of = |id: &str| {
        let key = Column::new(id, SqlType::BigInt).identity();
        let author = Table::new("author").with_column(key).with_primary_key([id]);
        let mut book = pointing("book", "author");
        if let ConstraintKind::ForeignKey(key) = &mut book.constraints["book_author_id_fk"].kind.clone() {
            key.references = vec![id.into()];
            book = book.with_constraint(Constraint::foreign_key("book_author_id_fk", key.clone()));
        }
        [author, book]
    };
    let renames = Renames::none().column("author", "id", "number");
    assert_eq!(words(&of("id"), &of("number"), renames), ["Rename column id of author to number"]);
}

#[test]
fn a_renamed_table_is_not_built_again() {
    let of = |author: &str, column: &str| {
        let holder = table("book").with_column(number(column)).with_constraint(key("book", column, author));
        [table(author).with_column(text("name")).with_index(index(author, &["name"])), holder]
    };
    let renames = Renames::none().table("author", "writer").column("book", "author_id", "writer_id");
    assert_eq!(
        words(&of("author", "author_id"), &of("writer", "writer_id"), renames),
        [
            "Rename table author to writer",
            "Rename column author_id of book to writer_id",
            "Rename index author_name_idx of writer to writer_name_idx",
            "Rename constraint book_author_id_fk of book to book_writer_id_fk",
        ]
    );
}

#[test]
fn a_rename_may_change_the_type_too() {
    let from = table("book")
        .with_column(Column::new("pages", SqlType::Integer))
        .with_index(index("book", &["pages"]));
    let to = table("book").with_column(number("length")).with_index(index("book", &["length"]));
    let renames = Renames::none().column("book", "pages", "length");
    assert_eq!(
        words(&[from], &[to], renames),
        [
            "Rename column pages of book to length",
            "Rename index book_pages_idx of book to book_length_idx",
            "Alter column length of book: type bigint instead of integer",
        ]
    );
}

#[test]
fn names_change_hands() {
    let of = |first: &str, second: &str| table("book").with_column(text(first)).with_column(number(second));
    let swap = Renames::none().column("book", "a", "b").column("book", "b", "a");
    assert_eq!(
        words(&[of("a", "b")], &[of("b", "a")], swap),
        [
            "Rename column a of book to a_interim",
            "Rename column b of book to a",
            "Rename column a_interim of book to b",
        ]
    );
    let shift = Renames::none().column("book", "a", "b").column("book", "b", "c");
    assert_eq!(
        words(&[of("a", "b")], &[of("b", "c")], shift),
        ["Rename column b of book to c", "Rename column a of book to b"]
    );
    let taken_over = Renames::none().table("new_book", "book");
    assert_eq!(
        words(
            &[table("book"), table("new_book"), pointing("x", "book")],
            &[table("book"), table("x")],
            taken_over
        ),
        [
            "Drop constraint x_book_id_fk from x",
            "Drop table book",
            "Rename table new_book to book",
            "Drop column book_id from x",
        ]
    );
    let taken_over = Renames::none().column("book", "a", "b");
    assert_eq!(
        words(&[of("a", "b")], &[table("book").with_column(text("b"))], taken_over),
        ["Drop column b from book", "Rename column a of book to b"]
    );
}

#[test]
fn a_name_moves_from_a_table_that_goes() {
    let of = |name: &str| table(name).with_column(text("a")).with_index(Index::new("recent", ["a"]));
    assert_eq!(
        changes(&[of("old")], &[of("young")]),
        ["Drop index recent from old", "Create table young", "Drop table old"]
    );
}

#[test]
fn the_type_of_a_referenced_key_changes_on_both_sides() {
    let of = |ty: SqlType| {
        let author = Table::new("author").with_column(Column::new("id", ty.clone())).with_primary_key(["id"]);
        let book = table("book").with_column(Column::new("author_id", ty));
        [author, book.with_constraint(key("book", "author_id", "author"))]
    };
    assert_eq!(
        changes(&of(SqlType::Integer), &of(SqlType::BigInt)),
        [
            "Drop constraint book_author_id_fk from book",
            "Alter column id of author: type bigint instead of integer",
            "Alter column author_id of book: type bigint instead of integer",
            "Add foreign key book_author_id_fk to book (author_id → author.id)",
        ]
    );
}

#[test]
fn a_check_makes_room_for_another_kind_of_type() {
    let of = |ty: SqlType| {
        let book = table("book").with_column(Column::new("size", ty));
        [book.with_constraint(check("sized", "size <> '0'")).with_index(index("book", &["size"]))]
    };
    assert_eq!(
        changes(&of(SqlType::Text), &of(SqlType::Integer)),
        [
            "Drop constraint sized from book",
            "Alter column size of book: type integer instead of text",
            "Add check sized to book (size <> '0')",
        ]
    );
    assert_eq!(
        changes(&of(SqlType::Varchar(9)), &of(SqlType::Text)),
        ["Alter column size of book: type text instead of varchar(9)"]
    );
}

#[test]
fn primary_keys_change() {
    let keyed = |key: &[&str]| {
        let columns = [number("id"), number("a"), number("b")];
        let table = columns.into_iter().fold(Table::new("book"), Table::with_column);
        [table.with_primary_key(key.iter().copied())]
    };
    assert_eq!(
        changes(&keyed(&["id"]), &keyed(&["a", "b"])),
        ["Change primary key of book from (id) to (a, b)"]
    );
    assert_eq!(
        changes(&keyed(&["a", "b"]), &keyed(&[])),
        ["Change primary key of book from (a, b) to nothing"]
    );

    let of_pair =
        [Table::new("book").with_column(number("a")).with_column(number("b")).with_primary_key(["a", "b"])];
    let of_id = [table("book").with_column(number("a"))];
    assert_eq!(
        changes(&of_pair, &of_id),
        [
            "Change primary key of book from (a, b) to nothing",
            "Add column id to book",
            "Change primary key of book from nothing to (id)",
            "Drop column b from book",
        ]
    );
    assert_eq!(
        changes(&of_id, &of_pair),
        [
            "Change primary key of book from (id) to nothing",
            "Drop column id from book",
            "Add column b to book",
            "Change primary key of book from nothing to (a, b)",
        ]
    );
}

#[test]
fn a_referenced_key_changes_under_its_references() {
    let author = |key: &str| {
        let table = Table::new("author").with_column(number("id")).with_column(number("code"));
        table.with_primary_key([key]).with_constraint(unique("author", &["id"]))
    };
    let book = pointing("book", "author");
    assert_eq!(
        changes(&[author("id"), book.clone()], &[author("code"), book.clone()]),
        ["Change primary key of author from (id) to (code)"],
        "the unique constraint carries the foreign key"
    );
    let bare = Table { constraints: Default::default(), ..author("id") };
    assert_eq!(
        changes(&[bare, book.clone()], &[author("code"), book]),
        [
            "Drop constraint book_author_id_fk from book",
            "Change primary key of author from (id) to (code)",
            "Add unique constraint author_id_uniq to author (id)",
            "Add foreign key book_author_id_fk to book (author_id → author.id)",
        ]
    );
}

#[test]
fn a_table_that_goes_lets_go_of_a_key_that_changes() {
    let author = |key: &str| {
        Table::new("author").with_column(number("id")).with_column(number("code")).with_primary_key([key])
    };
    assert_eq!(
        changes(&[author("id"), pointing("book", "author")], &[author("code")]),
        [
            "Drop constraint book_author_id_fk from book",
            "Change primary key of author from (id) to (code)",
            "Drop table book",
        ]
    );
}

#[test]
fn renames_that_name_nothing_are_refused() {
    let from = Schema::new([table("book").with_column(text("a")).with_column(text("b"))]);
    let error = |renames: Renames| diff(&from, &from, &renames).unwrap_err().to_string();
    assert_eq!(error(Renames::none().table("x", "book")), "a rename names the table `x`, which is not there");
    assert_eq!(error(Renames::none().table("book", "x")), "a rename names the table `x`, which is not there");
    assert_eq!(
        error(Renames::none().column("book", "x", "a")),
        "a rename names the column `book.x`, which is not there"
    );
    assert_eq!(
        error(Renames::none().column("book", "a", "b").column("book", "b", "b")),
        "two columns of `book` are renamed to `b`"
    );
}

#[test]
fn a_schema_that_contradicts_itself_is_refused() {
    let to = Schema::new([pointing("book", "author")]);
    let error = diff(&Schema::default(), &to, &Renames::none()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert_eq!(
        error.to_string(),
        "constraint `book_author_id_fk` of `book` references the table `author`, which does not exist"
    );
    let author = Table::new("author").with_column(text("id")).with_primary_key(["id"]);
    let to = Schema::new([pointing("book", "author"), author]);
    assert_eq!(
        diff(&Schema::default(), &to, &Renames::none()).unwrap_err().to_string(),
        "`book.author_id` is bigint, and `author.id` that it references is text"
    );
}

#[test]
fn candidates_have_the_same_definition() {
    let from = Schema::new([
        table("author"),
        table("book").with_column(text("title")).with_column(text("note")).with_column(number("size")),
        table("tag").with_column(text("word")),
        pointing("copy", "book"),
    ]);
    let to = Schema::new([
        table("author"),
        table("book").with_column(text("name")).with_column(Column::new("length", SqlType::Integer)),
        table("label").with_column(text("word")),
        table("word").with_column(text("word")),
        table("copy")
            .with_column(number("of_id"))
            .with_column(number("by_id"))
            .with_constraint(key("copy", "of_id", "book"))
            .with_constraint(key("copy", "by_id", "author")),
    ]);
    let renames = Renames::none();
    let tables = table_candidates(&from, &to, &renames).unwrap();
    let pairs: Vec<(&str, &str)> = tables.iter().map(|candidate| (candidate.from, candidate.to)).collect();
    assert_eq!(pairs, [("tag", "label"), ("tag", "word")]);
    let columns = column_candidates(&from, &to, &renames).unwrap();
    let pairs: Vec<(&str, &str, &str)> =
        columns.iter().map(|it| (it.table, it.from.name.as_str(), it.to.name.as_str())).collect();
    assert_eq!(pairs, [("book", "title", "name"), ("book", "note", "name"), ("copy", "book_id", "of_id")]);
    let decided = renames.column("book", "note", "name").table("tag", "word");
    assert!(table_candidates(&from, &to, &decided).unwrap().is_empty());
    assert_eq!(column_candidates(&from, &to, &decided).unwrap().len(), 1);
}
