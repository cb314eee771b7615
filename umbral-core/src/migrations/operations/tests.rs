//! What operations do to a state, refuse, and undo.

use super::*;
use crate::schema::{
    Column, Constraint, ExclusionConstraint, Expr, ForeignKey, Index, IndexMethod, ReferentialAction,
    SqlType, Table,
};
use std::collections::BTreeMap;

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn key(columns: &[&str], table: &str, references: &[&str]) -> ForeignKey {
    ForeignKey {
        columns: strings(columns),
        table: table.to_owned(),
        references: strings(references),
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    }
}

fn author() -> Table {
    Table::new("author")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("name", SqlType::Varchar(80)))
        .with_column(Column::new("mentor_id", SqlType::BigInt).nullable())
        .with_primary_key(["id"])
        .with_constraint(Constraint::foreign_key(
            "author_mentor_id_fk",
            key(&["mentor_id"], "author", &["id"]),
        ))
}

fn book() -> Table {
    let mut recent = Index::new("book_recent_idx", ["slug"]);
    recent.predicate = Some(expr("year > 2000"));
    Table::new("book")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("title", SqlType::Text))
        .with_column(Column::new("slug", SqlType::Text))
        .with_column(Column::new("year", SqlType::Integer).with_default(expr("2000")))
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_index(recent)
        .with_constraint(Constraint::unique("book_author_id_slug_uniq", ["author_id", "slug"]))
        .with_constraint(Constraint::check("book_year_check", expr("year > 0 AND sql!(year <> 7)")))
        .with_constraint(Constraint::foreign_key("book_author_id_fk", key(&["author_id"], "author", &["id"])))
}

fn library() -> Schema {
    Schema::new([author(), book()])
}

fn create_table(table: Table) -> Operation {
    Operation::CreateTable(CreateTable { table })
}

fn drop_table(table: &str) -> Operation {
    Operation::DropTable(DropTable { table: table.into() })
}

fn rename_table(from: &str, to: &str) -> Operation {
    Operation::RenameTable(RenameTable { from: from.into(), to: to.into() })
}

fn add_column(table: &str, column: Column) -> Operation {
    Operation::AddColumn(AddColumn { table: table.into(), column, backfill: None })
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn(DropColumn { table: table.into(), column: column.into() })
}

fn alter_column(table: &str, from: Column, to: Column) -> Operation {
    Operation::AlterColumn(AlterColumn { table: table.into(), from, to, backfill: None })
}

fn rename_column(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameColumn(RenameColumn { table: table.into(), from: from.into(), to: to.into() })
}

fn alter_key(table: &str, from: &[&str], to: &[&str]) -> Operation {
    Operation::AlterPrimaryKey(AlterPrimaryKey { table: table.into(), from: strings(from), to: strings(to) })
}

fn add_index(table: &str, index: Index) -> Operation {
    Operation::AddIndex(AddIndex { table: table.into(), index })
}

fn drop_index(table: &str, index: &str) -> Operation {
    Operation::DropIndex(DropIndex { table: table.into(), index: index.into() })
}

fn rename_index(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameIndex(RenameIndex { table: table.into(), from: from.into(), to: to.into() })
}

fn add_constraint(table: &str, constraint: Constraint) -> Operation {
    Operation::AddConstraint(AddConstraint { table: table.into(), constraint })
}

fn drop_constraint(table: &str, constraint: &str) -> Operation {
    Operation::DropConstraint(DropConstraint { table: table.into(), constraint: constraint.into() })
}

fn rename_constraint(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameConstraint(RenameConstraint { table: table.into(), from: from.into(), to: to.into() })
}

fn run_sql(backward: &[(&str, &str)]) -> Operation {
    let texts = |texts: &[(&str, &str)]| -> BTreeMap<String, String> {
        texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    Operation::RunSql(RunSql {
        description: "Fill the slugs!".to_owned(),
        forward: texts(&[("any", "UPDATE book SET slug = title")]),
        backward: texts(backward),
        transactional: true,
    })
}

/// One operation of each sort that fits the library.
fn fitting() -> Vec<Operation> {
    let year = Column::new("year", SqlType::Integer).with_default(expr("2000"));
    let shelf =
        Table::new("shelf").with_column(Column::new("code", SqlType::Text)).with_primary_key(["code"]);
    vec![
        create_table(shelf),
        drop_table("book"),
        rename_table("author", "writer"),
        rename_table("book", "volume"),
        add_column("book", Column::new("isbn", SqlType::Varchar(13)).nullable()),
        drop_column("book", "title"),
        alter_column("book", year, Column::new("year", SqlType::BigInt).nullable()),
        rename_column("book", "slug", "path"),
        rename_column("book", "author_id", "writer_id"),
        rename_column("author", "id", "key"),
        alter_key("book", &["id"], &[]),
        add_index("book", Index::new("book_year_idx", ["year"])),
        drop_index("book", "book_recent_idx"),
        rename_index("book", "book_recent_idx", "recent"),
        add_constraint("author", Constraint::unique("author_name_uniq", ["name"])),
        add_constraint("book", Constraint::check("book_title_check", expr("title <> ''"))),
        drop_constraint("book", "book_author_id_fk"),
        drop_constraint("book", "book_author_id_slug_uniq"),
        rename_constraint("book", "book_year_check", "year_check"),
        run_sql(&[("any", "UPDATE book SET slug = ''")]),
    ]
}

#[test]
fn every_operation_is_undone_by_its_inverse() {
    let before = library();
    for operation in fitting() {
        let mut state = before.clone();
        operation.apply(&mut state).unwrap();
        let inverse = operation.invert(&before).unwrap();
        inverse.apply(&mut state).unwrap();
        assert_eq!(state, before, "{}", operation.describe());
    }
}

#[test]
fn a_renamed_table_takes_its_foreign_keys_along_and_keeps_its_names() {
    let mut state = library();
    rename_table("author", "writer").apply(&mut state).unwrap();
    let writer = state.table("writer").unwrap();
    assert_eq!(writer.name, "writer");
    assert_eq!(writer.foreign_keys().next().unwrap().table, "writer");
    let book = state.table("book").unwrap();
    assert_eq!(book.foreign_keys().next().unwrap().table, "writer");
    assert!(book.constraints.contains_key("book_author_id_fk"));
}

#[test]
fn a_renamed_column_is_followed_everywhere() {
    let mut state = library();
    for operation in [
        rename_column("author", "id", "key"),
        rename_column("book", "year", "printed"),
        rename_column("book", "slug", "path"),
        rename_column("book", "id", "number"),
    ] {
        operation.apply(&mut state).unwrap();
    }
    let (author, book) = (state.table("author").unwrap(), state.table("book").unwrap());
    assert_eq!(author.primary_key, ["key"]);
    assert_eq!(author.foreign_keys().next().unwrap().references, ["key"]);
    assert_eq!(book.foreign_keys().next().unwrap().references, ["key"]);
    assert_eq!(book.columns.keys().collect::<Vec<_>>(), ["number", "title", "path", "printed", "author_id"]);
    assert_eq!(book.column("path").unwrap().name, "path");
    assert_eq!(book.primary_key, ["number"]);
    assert_eq!(book.uniques().next().unwrap().1.columns, ["author_id", "path"]);
    assert_eq!(book.checks().next().unwrap().1.expr.to_string(), "printed > 0 AND sql!(\"printed\" <> 7)");
    let recent = &book.indexes["book_recent_idx"];
    assert_eq!(recent.columns[0].expr, Expr::column("path"));
    assert_eq!(recent.predicate, Some(expr("printed > 2000")));
}

fn of_mood(name: &str) -> Column {
    Column::new(name, "enum mood('glad', 'sad')".parse().unwrap())
}

fn person() -> Schema {
    let index =
        Index { predicate: Some(expr("former = 'sad' AND mood = 'glad'")), ..Index::new("lot", ["mood"]) };
    let many = SqlType::Array(Box::new(of_mood("mood").ty));
    let person = Table::new("person")
        .with_column(of_mood("mood").with_default(expr("'glad'")))
        .with_column(of_mood("former"))
        .with_column(Column::new("moods", many).with_default(expr("'{sad,glad}'")))
        .with_column(
            Column::new("ok", SqlType::Boolean)
                .stored_as(expr("CASE WHEN mood IN ('glad') THEN TRUE ELSE FALSE END")),
        )
        .with_column(of_mood("best").stored_as(expr("coalesce(former, 'glad')")))
        .with_index(index)
        .with_constraint(Constraint::check("fit", expr("mood <> 'glad' OR former <> 'glad' OR 'glad' = ''")));
    Schema::new([person])
}

fn rename_label(column: &str, from: &str, to: &str) -> Operation {
    Operation::RenameLabel(RenameLabel {
        table: "person".into(),
        column: column.into(),
        from: from.into(),
        to: to.into(),
    })
}

#[test]
fn a_renamed_label_is_followed_where_its_column_is_compared() {
    let mut state = person();
    let steps = ["mood", "moods", "best"].map(|column| rename_label(column, "glad", "it's so"));
    for step in &steps {
        let (before, mut undone) = (state.clone(), state.clone());
        step.apply(&mut state).unwrap();
        step.apply(&mut undone).unwrap();
        step.invert(&before).unwrap().apply(&mut undone).unwrap();
        assert_eq!(undone, before, "{}", step.describe());
    }
    assert_eq!(steps[0].describe(), "Rename label glad of person.mood to it's so");
    assert_eq!(steps[0].slug(), "rename_mood_glad_it_s_so");
    let person = state.table("person").unwrap();
    let (column, text) = (|name: &str| person.column(name).unwrap(), |expr: &Expr| expr.to_string());
    assert_eq!(column("mood").ty.to_string(), "enum mood('it''s so', 'sad')");
    assert_eq!(column("mood").default, Some(Expr::text("it's so")));
    assert_eq!(column("former"), &of_mood("former"));
    assert_eq!(column("moods").default, Some(Expr::text("{sad,\"it's so\"}")));
    let generated = |name: &str| text(&column(name).generated.as_ref().unwrap().expr);
    assert_eq!(generated("ok"), "CASE WHEN mood IN ('it''s so') THEN TRUE ELSE FALSE END");
    assert_eq!(generated("best"), "coalesce(former, 'it''s so')");
    let check = person.checks().next().unwrap().1;
    assert_eq!(text(&check.expr), "mood <> 'it''s so' OR former <> 'glad' OR 'glad' = ''");
    let predicate = person.indexes["lot"].predicate.as_ref().unwrap();
    assert_eq!(text(predicate), "former = 'sad' AND mood = 'it''s so'");
}

#[test]
fn a_label_that_does_not_fit_is_refused() {
    let mut raw = person();
    let check = Constraint::check("odd", expr("sql!(mood > 'glad')"));
    raw.tables.get_mut("person").unwrap().constraints.insert("odd".into(), check);
    for (mut state, operation, expected) in [
        (person(), rename_label("temper", "glad", "x"), "`person` has no column `temper`"),
        (person(), rename_label("ok", "glad", "x"), "`person.ok` is boolean, and only an enum has labels"),
        (person(), rename_label("mood", "merry", "x"), "`person.mood` has no label `merry`"),
        (person(), rename_label("moods", "glad", "sad"), "`person.moods` has a label `sad` already"),
        (
            raw,
            rename_label("mood", "glad", "x"),
            "constraint `odd` has `sql!(mood > 'glad')`, which only the database can read the label in; drop it before, \
             and add it again with the new label after",
        ),
    ] {
        let before = state.clone();
        let error = operation.apply(&mut state).unwrap_err().to_string();
        assert_eq!(error, format!("{}: {expected}", operation.describe()));
        assert_eq!(state, before);
    }
}

#[test]
fn renamed_labels_merge() {
    let rename = |from: &str, to: &str| rename_label("mood", from, to);
    let reduce = |one: Operation, next: Operation| one.reduce(&next);
    assert_eq!(reduce(rename("a", "b"), rename("b", "c")), Reduction::To(vec![rename("a", "c")]));
    assert_eq!(reduce(rename("a", "b"), rename("b", "a")), Reduction::To(Vec::new()));
    assert_eq!(reduce(rename("a", "b"), rename("c", "d")), Reduction::Ordered);
    assert_eq!(reduce(rename("a", "b"), rename_label("former", "a", "b")), Reduction::Independent);
    let drop = drop_column("person", "mood");
    assert_eq!(reduce(rename("a", "b"), drop.clone()), Reduction::To(vec![drop]));
    let added = add_column("person", of_mood("mood").with_default(expr("'glad'")));
    let mut after = of_mood("mood").with_default(expr("'x'"));
    after.ty = "enum mood('x', 'sad')".parse().unwrap();
    assert_eq!(reduce(added, rename("glad", "x")), Reduction::To(vec![add_column("person", after)]));
    let created = create_table(person().tables["person"].clone());
    let Reduction::To(merged) = created.reduce(&rename("glad", "x")) else { panic!("they merge") };
    let mut state = person();
    rename("glad", "x").apply(&mut state).unwrap();
    assert_eq!(merged, [create_table(state.tables["person"].clone())]);
}

/// Applies to the library, and checks that a refused operation leaves it as it was.
fn refusal(operation: &Operation) -> String {
    let mut state = library();
    let error = operation.apply(&mut state).expect_err(&operation.describe());
    assert_eq!(state, library(), "{}", operation.describe());
    error.to_string()
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let text = |name: &str| Column::new(name, SqlType::Text);
    let identity = |name: &str| Column::new(name, SqlType::BigInt).identity();
    let foreign = |key: ForeignKey| add_constraint("book", Constraint::foreign_key("f", key));
    for (operation, expected) in [
        (create_table(author()), "Create table author: there is a table `author` already"),
        (create_table(Table::new("empty")), "Create table empty: table `empty` would have no columns"),
        (
            create_table(Table::new("t").with_column(text("a").nullable()).with_primary_key(["a"])),
            "Create table t: `t.a` is in the primary key, and accepts NULL",
        ),
        (
            create_table(Table::new("t").with_column(text("a")).with_primary_key(["b"])),
            "Create table t: the primary key names `b`, which is no column of `t`",
        ),
        (
            create_table(
                Table::new("t")
                    .with_column(identity("a"))
                    .with_column(text("b"))
                    .with_primary_key(["a", "b"]),
            ),
            "Create table t: `t.a` is an identity, and is not the whole primary key",
        ),
        (
            create_table(Table::new("book_author_id_idx").with_column(text("a"))),
            "Create table book_author_id_idx: the name `book_author_id_idx` is taken by table `book` or an index or \
             constraint of it",
        ),
        (drop_table("shelf"), "Drop table shelf: there is no table `shelf`"),
        (
            drop_table("author"),
            "Drop table author: a foreign key of `book` references `author`; drop it first",
        ),
        (rename_table("shelf", "x"), "Rename table shelf to x: there is no table `shelf`"),
        (
            rename_table("book", "author"),
            "Rename table book to author: the name `author` is taken by table `author` or an index or constraint of it",
        ),
        (add_column("shelf", text("a")), "Add column a to shelf: there is no table `shelf`"),
        (add_column("book", text("title")), "Add column title to book: `book` has a column `title` already"),
        (
            add_column("book", text("a").with_default(expr("title || 'x'"))),
            "Add column a to book: the default of `book.a` reads the column `title`, and no default can read a column",
        ),
        (drop_column("book", "isbn"), "Drop column isbn from book: `book` has no column `isbn`"),
        (
            drop_column("book", "id"),
            "Drop column id from book: `book.id` is used by the primary key, which has to be dropped first",
        ),
        (
            drop_column("book", "slug"),
            "Drop column slug from book: `book.slug` is used by index `book_recent_idx`, which has to be dropped first",
        ),
        (
            drop_column("book", "year"),
            "Drop column year from book: `book.year` is used by index `book_recent_idx`, which has to be dropped first",
        ),
        (
            alter_column("book", text("year"), text("year").nullable()),
            "Alter column year of book: accepts NULL: `book.year` is not what the operation expects: type integer instead \
             of text, default 2000",
        ),
        (
            alter_column("book", identity("id"), identity("id").nullable()),
            "Alter column id of book: accepts NULL: `book.id` is an identity, and can neither have a default nor accept \
             NULL",
        ),
        (
            rename_column("book", "slug", "title"),
            "Rename column slug of book to title: `book` has a column `title` already",
        ),
        (
            alter_key("book", &["slug"], &["title"]),
            "Change primary key of book from (slug) to (title): the primary key of `book` is (id), not (slug)",
        ),
        (
            alter_key("author", &["id"], &[]),
            "Change primary key of author from (id) to nothing: constraint `author_mentor_id_fk` references `author` (id), \
             which is neither the primary key nor unique there",
        ),
        (
            add_index("author", Index::new("book_recent_idx", ["name"])),
            "Add index book_recent_idx to author (name): the name `book_recent_idx` is taken by table `book` or an index \
             or constraint of it",
        ),
        (
            add_index("book", Index::new("i", ["isbn"])),
            "Add index i to book (isbn): index `i` reads `isbn`, which is no column of `book`",
        ),
        (drop_index("book", "i"), "Drop index i from book: `book` has no index `i`"),
        (
            rename_index("book", "book_recent_idx", "book_author_id_slug_uniq"),
            "Rename index book_recent_idx of book to book_author_id_slug_uniq: table `book` has `book_author_id_slug_uniq` \
             twice as a name",
        ),
        (
            add_constraint("book", Constraint::check("book_year_check", expr("year > 1"))),
            "Add check book_year_check to book (year > 1): `book` has a constraint `book_year_check` already",
        ),
        (
            add_constraint("book", Constraint::unique("u", ["slug", "slug"])),
            "Add unique constraint u to book (slug, slug): constraint `u` of `book` names `slug` twice",
        ),
        (
            foreign(key(&["author_id"], "shelf", &["id"])),
            "Add foreign key f to book (author_id → shelf.id): constraint `f` of `book` references the table `shelf`, which \
             does not exist",
        ),
        (
            foreign(key(&["author_id"], "author", &["key"])),
            "Add foreign key f to book (author_id → author.key): constraint `f` names `key`, which is no column of `author`",
        ),
        (
            foreign(key(&["author_id"], "author", &["name"])),
            "Add foreign key f to book (author_id → author.name): constraint `f` references `author` (name), which is \
             neither the primary key nor unique there",
        ),
        (
            foreign(key(&["author_id", "slug"], "author", &["id"])),
            "Add foreign key f to book (author_id, slug → author.id): constraint `f` references 1 columns of `author` with \
             2",
        ),
        (drop_constraint("book", "c"), "Drop constraint c from book: `book` has no constraint `c`"),
    ] {
        assert_eq!(refusal(&operation), expected);
    }
}

fn exclude(method: IndexMethod, elements: &[&str]) -> Operation {
    let elements = elements.iter().map(|element| element.parse().unwrap());
    let exclusion = ExclusionConstraint { method, ..ExclusionConstraint::new(elements) };
    add_constraint("book", Constraint::exclusion("e", exclusion))
}

#[test]
fn an_exclusion_follows_its_columns_and_keeps_them() {
    let mut state = library();
    let exclusion = ExclusionConstraint {
        predicate: Some(expr("year > 2000")),
        method: IndexMethod::Gist,
        ..ExclusionConstraint::new(["lower(slug) with =", "title with <>"].map(|text| text.parse().unwrap()))
    };
    let add = add_constraint("book", Constraint::exclusion("e", exclusion));
    assert_eq!(add.describe(), "Add exclusion constraint e to book (lower(slug) with =, title with <>)");
    let renamed = [("slug", "path"), ("title", "heading"), ("year", "printed")];
    let renames = renamed.map(|(from, to)| rename_column("book", from, to));
    for operation in [add].into_iter().chain(renames) {
        operation.apply(&mut state).unwrap();
    }
    let (_, exclusion) = state.table("book").unwrap().exclusions().next().unwrap();
    assert_eq!(exclusion.summary(), "lower(path) with =, heading with <>");
    assert_eq!(exclusion.predicate, Some(expr("printed > 2000")));
    let error = drop_column("book", "heading").apply(&mut state).unwrap_err().to_string();
    assert!(error.contains("constraint `e`"), "{error}");
    // It makes an index of its name.
    let error = add_index("author", Index::new("e", ["name"])).apply(&mut state).unwrap_err().to_string();
    assert!(error.contains("the name `e` is taken"), "{error}");
}

#[test]
fn an_exclusion_that_no_index_finds_is_refused() {
    for (method, elements, expected) in [
        (IndexMethod::BTree, &["isbn with ="][..], "reads `isbn`, which is no column of `book`"),
        (IndexMethod::BTree, &[], "compares nothing"),
        (
            IndexMethod::BTree,
            &["slug with =", "title with &&"],
            "finds equal values and not those of `title with &&`",
        ),
        (IndexMethod::Gin, &["slug with ="], "uses a gin index, which cannot look for single rows"),
        (IndexMethod::Hash, &["slug with =", "title with ="], "uses a hash index, which has one key"),
        (IndexMethod::Gist, &["slug desc with ="], "uses a gist index, which cannot be sorted"),
    ] {
        let error = refusal(&exclude(method, elements));
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_key_that_is_referenced_stays() {
    let mut state = library();
    let unique = Index::new("author_name_idx", ["name"]).unique();
    add_index("author", unique).apply(&mut state).unwrap();
    let by_name = Constraint::foreign_key("book_title_fk", key(&["title"], "author", &["name"]));
    add_constraint("book", by_name).apply(&mut state).unwrap();
    let error = drop_index("author", "author_name_idx").apply(&mut state).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Drop index author_name_idx from author: constraint `book_title_fk` of `book` references `author` (name), which is \
         neither the primary key nor unique there"
    );
    let mut partial = Index::new("author_name_2", ["name"]).unique();
    partial.predicate = Some(expr("id > 5"));
    add_index("author", partial).apply(&mut state).unwrap();
    assert!(drop_index("author", "author_name_idx").apply(&mut state).is_err());
    let constraint = Constraint::unique("author_name_uniq", ["name"]);
    add_constraint("author", constraint).apply(&mut state).unwrap();
    drop_index("author", "author_name_idx").apply(&mut state).unwrap();
}

#[test]
fn a_column_that_only_raw_text_reads_is_in_use() {
    let mut state = library();
    let check = Constraint::check("book_title_check", expr("sql!(title ~ '^[A-Z]')"));
    add_constraint("book", check).apply(&mut state).unwrap();
    assert!(drop_column("book", "title").apply(&mut state).is_err());
}

#[test]
fn sql_without_a_way_back_cannot_be_undone() {
    let error = run_sql(&[]).invert(&library()).unwrap_err();
    assert_eq!(error.to_string(), "Run SQL: Fill the slugs!: it has no `backward` text");
}

#[test]
fn names_for_files() {
    let slugs: Vec<String> = fitting().iter().map(Operation::slug).collect();
    assert_eq!(
        slugs,
        [
            "shelf",
            "drop_book",
            "rename_author_writer",
            "rename_book_volume",
            "book_isbn",
            "drop_book_title",
            "alter_book_year",
            "rename_book_slug_path",
            "rename_book_author_id_writer_id",
            "rename_author_id_key",
            "book_primary_key",
            "book_year_idx",
            "drop_book_recent_idx",
            "rename_book_recent_idx_recent",
            "author_name_uniq",
            "book_title_check",
            "drop_book_author_id_fk",
            "drop_book_author_id_slug_uniq",
            "rename_book_year_check_year_check",
            "fill_the_slugs",
        ]
    );
    assert_eq!(rename_table("Ä b", "__c--").slug(), "rename_b_c");
}
