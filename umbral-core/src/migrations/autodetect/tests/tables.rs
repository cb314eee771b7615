//! Tables that come, go and change their names.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let books = || shop([author(), book()]);
    let writer = || table("writer", "id bigint; name varchar(80)");
    let by_writer = || {
        let columns = "id bigint; title varchar(200); author_id bigint";
        table("book", columns).index(&["author_id"]).fk("author_id", "writer")
    };
    vec![
        Case::new("nothing changed", books(), books()),
        Case::new("new model", Models::default(), shop([author()])),
        Case::new("two new models, the referenced one first", Models::default(), books()),
        Case::new("old model", books(), shop([author()])),
        Case::new(
            "order of columns",
            books(),
            shop([table("author", "name varchar(80); id bigint"), book()]),
        ),
        Case::new(
            "renamed table by attribute",
            books(),
            shop([writer(), by_writer()]).with_renamed_table("writer", "author"),
        ),
        Case::new("renamed table by answer", books(), shop([writer(), by_writer()]))
            .renamed(&["author -> writer"]),
        Case::new("renamed table denied", shop([author()]), shop([writer()])),
        Case::new(
            "renamed table in another case",
            shop([author()]),
            shop([table("Author", "id bigint; name varchar(80)")]).with_renamed_table("Author", "author"),
        ),
        Case::new(
            "renamed with columns in another place",
            shop([
                author(),
                table("book", "id bigint; title text; author_id bigint").fk("author_id", "author"),
            ]),
            shop([
                author(),
                table("novel", "author_id bigint; id bigint; title text").fk("author_id", "author"),
            ]),
        )
        .renamed(&["book -> novel"]),
        Case::new(
            "renamed table and column at once",
            books(),
            shop([
                writer(),
                table("book", "id bigint; title varchar(200); writer_id bigint")
                    .index(&["writer_id"])
                    .fk("writer_id", "writer"),
            ])
            .with_renamed_table("writer", "author")
            .with_renamed_column("book", "writer_id", "author_id"),
        ),
        Case::new(
            "renamed from the newest of several names",
            shop([author()]),
            shop([writer()]).with_renamed_table("writer", "poet").with_renamed_table("writer", "author"),
        ),
        Case::new(
            "two tables exchange their names",
            shop([author(), writer(), book()]),
            shop([author(), writer(), book()])
                .with_renamed_table("writer", "author")
                .with_renamed_table("author", "writer"),
        ),
        Case::new(
            "attribute that has done its work",
            shop([writer()]),
            shop([writer()])
                .with_renamed_table("writer", "author")
                .with_renamed_column("writer", "name", "title"),
        ),
        Case::new(
            "unlike tables are no rename",
            shop([author(), table("tag", "id uuid; label text; weight real; shade text")]),
            shop([author(), table("shelf", "id bigint; room integer")]),
        ),
    ]
}
