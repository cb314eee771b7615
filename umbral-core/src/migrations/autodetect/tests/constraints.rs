//! Indexes, unique constraints and checks.

use super::*;
use crate::schema::{IndexColumn, SortOrder};

pub(super) fn cases() -> Vec<Case> {
    let book = |columns: &str| table("book", &format!("id bigint; {columns}"));
    let two = || book("a integer; b integer");
    let change = |name, before: Table, after: Table| Case::new(name, shop([before]), shop([after]));
    let key = |order| IndexColumn { order, ..IndexColumn::new(Expr::column("a")) };
    let sorted =
        |order| two().with_index(Index { columns: vec![key(order)], ..Index::new("book_a_idx", ["a"]) });
    let partial = |text: &str| {
        two().with_index(Index { predicate: Some(expr(text)), ..Index::new("book_a_idx", ["a"]) })
    };
    vec![
        Case::new(
            "create with an index and constraints",
            Models::default(),
            shop([two().index(&["a"]).unique(&["a", "b"]).check("a", "a > b")]),
        ),
        change("add an index", two(), two().index(&["a"])),
        change("remove an index", two().index(&["a"]), two()),
        change("order of an index's columns", two().index(&["a", "b"]), two().index(&["b", "a"])),
        change("direction of an index", sorted(SortOrder::Ascending), sorted(SortOrder::Descending)),
        change("rows of an index", partial("a > 0"), partial("a > 1")),
        change(
            "uniqueness of an index",
            two().index(&["a"]),
            two().with_index(Index::new("book_a_idx", ["a"]).unique()),
        ),
        change("add a unique constraint", two(), two().unique(&["a", "b"])),
        change("remove a unique constraint", two().unique(&["a", "b"]), two()),
        change(
            "order of a unique constraint's columns",
            two().unique(&["a", "b"]),
            two().unique(&["b", "a"]),
        ),
        change("add a check", two(), two().check("a", "a > 0")),
        change("change a check", two().check("a", "a > 0"), two().check("a", "a >= 0")),
        change(
            "the same check in other words",
            two().check("a", "a > 0 and b<1"),
            two().check("a", "(a > 0) AND (b < 1)"),
        ),
        change("remove a check", two().check("a", "a > 0"), two()),
        change(
            "add a column and its constraints",
            book("a integer"),
            book("a integer; b integer = 0").unique(&["a", "b"]).index(&["b"]).check("b", "b >= 0"),
        ),
        change(
            "remove a column and its constraints",
            book("a integer; b integer = 0").unique(&["a", "b"]).index(&["b"]).check("b", "b >= 0"),
            book("a integer"),
        ),
        change(
            "change a column in a unique constraint",
            two().unique(&["a", "b"]),
            book("a bigint; b integer").unique(&["a", "b"]),
        ),
        Case::new(
            "rename a column in a unique constraint and an index",
            shop([two().unique(&["a", "b"]).index(&["a"])]),
            shop([book("c integer; b integer").unique(&["c", "b"]).index(&["c"])])
                .with_renamed_column("book", "c", "a"),
        ),
        Case::new(
            "rename a column and change its unique constraint",
            shop([book("a integer; b integer; d integer").unique(&["a", "b"])]),
            shop([book("c integer; b integer; d integer").unique(&["c", "d"])])
                .with_renamed_column("book", "c", "a"),
        ),
    ]
}
