//! Foreign keys in one application.

use super::*;
use crate::schema::ConstraintKind;

pub(super) fn cases() -> Vec<Case> {
    let node = || table("node", "id bigint; parent_id bigint?").fk("parent_id", "node");
    let left = || table("left_part", "id bigint; right_id bigint?").fk("right_id", "right_part");
    let right = || table("right_part", "id bigint; left_id bigint?").fk("left_id", "left_part");
    let publisher = || table("publisher", "id bigint; name text");
    let act = |on_delete, on_update| {
        let mut book = book();
        for constraint in book.constraints.values_mut() {
            if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                (key.on_delete, key.on_update) = (on_delete, on_update);
            }
        }
        shop([author(), book])
    };
    use ReferentialAction::{Cascade, NoAction, SetDefault};
    let loose = || table("book", "id bigint; title varchar(200); author_id bigint");
    vec![
        Case::new("a table that references itself", Models::default(), shop([node()])),
        Case::new("two tables that reference each other", Models::default(), shop([left(), right()])),
        Case::new(
            "two tables that reference each other go",
            shop([author(), left(), right()]),
            shop([author()]),
        ),
        Case::new(
            "a key that is a foreign key",
            shop([author()]),
            shop([
                author(),
                Table {
                    primary_key: vec!["author_id".into()],
                    ..table("portrait", "author_id bigint; image bytes")
                }
                .fk("author_id", "author"),
            ]),
        ),
        Case::new("a column becomes a foreign key", shop([author(), loose()]), shop([author(), book()])),
        Case::new("a foreign key becomes a column", shop([author(), book()]), shop([author(), loose()])),
        Case::new(
            "a foreign key goes before its table",
            shop([author(), book()]),
            shop([table("book", "id bigint; title varchar(200)")]),
        ),
        Case::new(
            "a foreign key turns to another table before its old one goes",
            shop([author(), loose().fk("author_id", "author")]),
            shop([publisher(), loose().fk("author_id", "publisher")]),
        ),
        Case::new("on delete", act(NoAction, NoAction), act(Cascade, NoAction)),
        Case::new("on update", act(NoAction, NoAction), act(NoAction, SetDefault)),
        Case::new(
            "a new table with an index over its new foreign key",
            shop([author()]),
            shop([
                author(),
                table("note", "id bigint; text text; author_id bigint")
                    .fk("author_id", "author")
                    .index(&["author_id", "text"]),
            ]),
        ),
        Case::new(
            "new tables and new foreign keys at once",
            shop([author()]),
            shop([
                table("author", "id bigint; name varchar(80); publisher_id bigint?; node_id bigint?")
                    .fk("publisher_id", "publisher")
                    .fk("node_id", "node"),
                publisher(),
                node(),
            ]),
        ),
        Case::new(
            "a referenced key changes its type with what references it",
            shop([
                table("author", "id integer"),
                table("book", "id bigint; author_id integer").fk("author_id", "author"),
            ]),
            shop([
                table("author", "id bigint"),
                table("book", "id bigint; author_id bigint").fk("author_id", "author"),
            ]),
        ),
    ]
}
