//! Columns that come, go, and change their names and definitions.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let with = |columns: &str| shop([table("book", &format!("id bigint; title varchar(200); {columns}"))]);
    let plain = || with("");
    let change = |name, before: &str, after: &str| Case::new(name, with(before), with(after));
    vec![
        change("add a column that accepts NULL", "", "isbn text?"),
        change("add a column with a default", "", "pages integer = 0"),
        change("add a column with the time of now", "", "published timestamptz = CURRENT_TIMESTAMP"),
        change("add a column and give a value for its rows", "", "isbn varchar(13)").backfill("'none'"),
        change("add a column and refuse rows", "", "isbn varchar(13)"),
        change("remove a column", "isbn text?", ""),
        change("change a type", "pages integer", "pages bigint"),
        change("change a length", "isbn varchar(10)?", "isbn varchar(13)?"),
        change("change a precision", "price decimal(8, 2)", "price decimal(10, 2)"),
        change("change a default", "pages integer = 0", "pages integer = 1"),
        change("add a default", "pages integer", "pages integer = 1"),
        change("remove a default", "pages integer = 1", "pages integer"),
        change("accept NULL", "isbn text", "isbn text?"),
        change("stop accepting NULL", "isbn text?", "isbn text").backfill("''"),
        change("stop accepting NULL and refuse rows", "isbn text?", "isbn text"),
        change("stop accepting NULL with a default", "isbn text?", "isbn text = 'x'"),
        Case::new(
            "rename by attribute",
            with("isbn text?"),
            with("code text?").with_renamed_column("book", "code", "isbn"),
        ),
        change("rename by answer", "isbn text?", "code text?").renamed(&["book.isbn -> code"]),
        change("rename denied", "isbn text?", "code text?"),
        change("rename with a change of length", "isbn varchar(10)?", "code varchar(13)?")
            .renamed(&["book.isbn -> code"]),
        Case::new(
            "rename with a change of type",
            with("price integer"),
            with("cost decimal(10, 2)").with_renamed_column("book", "cost", "price"),
        ),
        Case::new(
            "two columns exchange their names",
            with("a integer; b integer"),
            with("a integer; b integer")
                .with_renamed_column("book", "a", "b")
                .with_renamed_column("book", "b", "a"),
        ),
        Case::new(
            "three columns go round, with a type on the way",
            with("a integer; b integer; c text"),
            with("a text; b integer; c bigint")
                .with_renamed_column("book", "a", "c")
                .with_renamed_column("book", "b", "a")
                .with_renamed_column("book", "c", "b"),
        ),
        Case::new(
            "what only one of two declares is no exchange",
            with("a integer; b integer"),
            with("a integer; b integer").with_renamed_column("book", "a", "b"),
        ),
        change("the like column is asked about first", "a varchar(9)?; b text?", "c text?")
            .renamed(&["book.b -> c"]),
        change("columns of unlike types are no rename", "flag boolean?", "day date?"),
        Case::new(
            "rename of a referenced key",
            shop([author(), book()]),
            shop([
                Table { primary_key: vec!["key".into()], ..table("author", "key bigint; name varchar(80)") }
                    .identity("key"),
                table("book", "id bigint; title varchar(200); author_id bigint")
                    .index(&["author_id"])
                    .references("author_id", "author", "key"),
            ])
            .with_renamed_column("author", "key", "id"),
        ),
        Case::new(
            "a composite key comes after its columns",
            shop([Table { primary_key: vec!["a".into()], ..table("pair", "a integer") }]),
            shop([Table {
                primary_key: vec!["a".into(), "b".into()],
                ..table("pair", "a integer; b integer = 0")
            }]),
        ),
        Case::new(
            "a composite key goes before its columns",
            shop([Table {
                primary_key: vec!["a".into(), "b".into()],
                ..table("pair", "a integer; b integer = 0")
            }]),
            shop([Table { primary_key: vec!["a".into()], ..table("pair", "a integer") }]),
        ),
        Case::new("a key that is an identity asks nothing", Models::default(), plain()),
    ]
}

trait Keys {
    fn identity(self, column: &str) -> Self;
    fn references(self, column: &str, target: &str, key: &str) -> Self;
}

impl Keys for Table {
    fn identity(mut self, column: &str) -> Table {
        self.columns[column].identity = true;
        self
    }

    fn references(self, column: &str, target: &str, key: &str) -> Table {
        let mut table = self.fk(column, target);
        for constraint in table.constraints.values_mut() {
            if let crate::schema::ConstraintKind::ForeignKey(foreign) = &mut constraint.kind {
                foreign.references = vec![key.into()];
            }
        }
        table
    }
}
