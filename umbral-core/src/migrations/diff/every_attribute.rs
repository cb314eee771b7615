//! Any change of any attribute is found.

use super::{Renames, diff};
use crate::migrations::Operation;
use crate::migrations::operations::AddIndex;
use crate::schema::{
    CheckConstraint, Column, Constraint, ConstraintKind, Deferrable, ExclusionConstraint, ExclusionElement,
    Expr, ForeignKey, Generated, Index, IndexColumn, IndexMethod, NullsOrder, ReferentialAction, Schema,
    SortOrder, SqlType, Table, UniqueConstraint,
};

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn book() -> Table {
    let author = ForeignKey {
        columns: vec!["author_id".into()],
        table: "author".into(),
        references: vec!["id".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Table::new("book")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("code", SqlType::BigInt))
        .with_column(Column::new("title", SqlType::Varchar(20)))
        .with_column(Column::new("price", SqlType::Integer))
        .with_column(Column::new("gross", SqlType::Integer).stored_as(expr("price * 2")))
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_column(Column::new("editor_id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_index(Index { unique: true, ..Index::new("book_idx", ["title"]) })
        .with_index(Index::new("book_plain_idx", ["price"]))
        .with_constraint(Constraint::unique("book_uniq", ["title"]))
        .with_constraint(Constraint::check("book_check", expr("price > 0")))
        .with_constraint(Constraint::foreign_key("book_fk", author))
        .with_constraint(Constraint::exclusion(
            "book_excl",
            ExclusionConstraint::new([element("title with =")]),
        ))
}

fn element(text: &str) -> ExclusionElement {
    text.parse().unwrap()
}

fn schema(book: Table) -> Schema {
    let keyed = |name: &str| {
        let id = |name: &str| Column::new(name, SqlType::BigInt);
        Table::new(name).with_column(id("id")).with_column(id("code")).with_primary_key(["id"])
    };
    let author = keyed("author").with_constraint(Constraint::unique("author_code_uniq", ["code"]));
    Schema::new([author, keyed("person"), book])
}

type Change = (&'static str, fn(&mut Table));

fn column<'t>(table: &'t mut Table, name: &str) -> &'t mut Column {
    table.columns.get_mut(name).unwrap()
}

fn index<'t>(table: &'t mut Table, name: &str) -> &'t mut Index {
    table.indexes.get_mut(name).unwrap()
}

fn unique(table: &mut Table) -> &mut UniqueConstraint {
    match &mut table.constraints.get_mut("book_uniq").unwrap().kind {
        ConstraintKind::Unique(unique) => unique,
        other => panic!("{other:?}"),
    }
}

fn key(table: &mut Table) -> &mut ForeignKey {
    match &mut table.constraints.get_mut("book_fk").unwrap().kind {
        ConstraintKind::ForeignKey(key) => key,
        other => panic!("{other:?}"),
    }
}

fn exclusion(table: &mut Table) -> &mut ExclusionConstraint {
    match &mut table.constraints.get_mut("book_excl").unwrap().kind {
        ConstraintKind::Exclusion(exclusion) => exclusion,
        other => panic!("{other:?}"),
    }
}

const CHANGES: &[Change] = &[
    ("column.ty", |t| column(t, "title").ty = SqlType::Varchar(30)),
    ("column.nullable", |t| column(t, "title").nullable = true),
    ("column.identity", |t| column(t, "id").identity = true),
    ("column.default", |t| column(t, "price").default = Some(expr("1"))),
    ("column.generated.expr", |t| column(t, "gross").generated.as_mut().unwrap().expr = expr("price * 3")),
    ("column.generated.stored", |t| column(t, "gross").generated.as_mut().unwrap().stored = false),
    ("column.generated", |t| column(t, "gross").generated = None),
    ("column.collation", |t| column(t, "title").collation = Some("C".into())),
    ("column.comment", |t| column(t, "title").comment = Some("As on the cover".into())),
    ("index.columns", |t| index(t, "book_idx").columns.push(IndexColumn::new(Expr::column("price")))),
    ("index.column.expr", |t| index(t, "book_idx").columns[0].expr = expr("lower(title)")),
    ("index.column.class", |t| index(t, "book_idx").columns[0].class = Some("text_pattern_ops".into())),
    ("index.column.order", |t| index(t, "book_idx").columns[0].order = SortOrder::Descending),
    ("index.column.nulls", |t| index(t, "book_idx").columns[0].nulls = Some(NullsOrder::First)),
    ("index.unique", |t| index(t, "book_idx").unique = false),
    ("index.predicate", |t| index(t, "book_idx").predicate = Some(expr("price > 0"))),
    ("index.method", |t| index(t, "book_plain_idx").method = IndexMethod::Hash),
    ("index.include", |t| index(t, "book_idx").include.push("price".into())),
    ("index.nulls_not_distinct", |t| index(t, "book_idx").nulls_not_distinct = true),
    ("unique.columns", |t| unique(t).columns.push("price".into())),
    ("unique.nulls_not_distinct", |t| unique(t).nulls_not_distinct = true),
    ("unique.deferrable", |t| unique(t).deferrable = Some(Deferrable::InitiallyImmediate)),
    ("check.expr", |t| {
        let check = CheckConstraint { expr: expr("price > 1") };
        t.constraints.get_mut("book_check").unwrap().kind = ConstraintKind::Check(check);
    }),
    ("key.columns", |t| key(t).columns = vec!["editor_id".into()]),
    ("key.table", |t| key(t).table = "person".into()),
    ("key.references", |t| key(t).references = vec!["code".into()]),
    ("key.on_delete", |t| key(t).on_delete = ReferentialAction::Cascade),
    ("key.on_update", |t| key(t).on_update = ReferentialAction::Cascade),
    ("key.deferrable", |t| key(t).deferrable = Some(Deferrable::InitiallyDeferred)),
    ("exclusion.elements", |t| exclusion(t).elements.push(element("price with ="))),
    ("exclusion.element.key", |t| exclusion(t).elements[0].key.expr = expr("lower(title)")),
    ("exclusion.element.operator", |t| {
        exclusion(t).method = IndexMethod::Gist;
        exclusion(t).elements[0].operator = "<>".parse().unwrap();
    }),
    ("exclusion.method", |t| exclusion(t).method = IndexMethod::Hash),
    ("exclusion.predicate", |t| exclusion(t).predicate = Some(expr("price > 0"))),
    ("exclusion.deferrable", |t| exclusion(t).deferrable = Some(Deferrable::InitiallyDeferred)),
    ("table.primary_key", |t| t.primary_key = vec!["code".into()]),
    ("table.comment", |t| t.comment = Some("What is sold".into())),
];

#[test]
fn any_change_of_any_attribute_is_an_operation_and_back() {
    let from = schema(book());
    for (attribute, change) in CHANGES {
        let mut changed = book();
        change(&mut changed);
        let to = schema(changed);
        assert_ne!(from, to, "{attribute} takes part in equality");
        for (before, after) in [(&from, &to), (&to, &from)] {
            let operations = diff(before, after, &Renames::none()).unwrap();
            assert!(!operations.is_empty(), "{attribute}");
            let mut state = before.clone();
            operations.iter().for_each(|operation| operation.apply(&mut state).unwrap());
            assert_eq!(state, *after, "{attribute}");
            assert_eq!(diff(&state, after, &Renames::none()).unwrap(), [], "{attribute} is found once");
        }
    }
}

/// A member that is new has no change above as long as this compiles without it.
#[test]
fn every_attribute_has_its_change() {
    let table = book();
    let Table { name: _, columns: _, primary_key: _, indexes: _, constraints: _, comment: _, .. } = &table;
    let Column { name: _, ty: _, nullable: _, identity: _, default: _, generated, collation: _, comment: _ } =
        &table.columns["gross"];
    let Some(Generated { expr: _, stored: _ }) = generated else { panic!("{generated:?}") };
    let Index { name: _, columns, unique: _, predicate: _, method: _, include: _, nulls_not_distinct: _ } =
        &table.indexes["book_idx"];
    let IndexColumn { expr: _, class: _, order: _, nulls: _ } = &columns[0];
    let mut copy = table.clone();
    let UniqueConstraint { columns: _, nulls_not_distinct: _, deferrable: _ } = unique(&mut copy);
    let ExclusionConstraint { elements, method: _, predicate: _, deferrable: _ } = exclusion(&mut copy);
    let ExclusionElement { key: _, operator: _ } = &elements[0];
    let ForeignKey { columns: _, table: _, references: _, on_delete: _, on_update: _, deferrable: _ } =
        key(&mut copy);
}

/// The words of an operation say what changes.
#[test]
fn every_change_of_a_column_is_described() {
    let from = schema(book());
    for (attribute, change) in CHANGES.iter().filter(|(attribute, _)| attribute.starts_with("column.")) {
        let mut changed = book();
        change(&mut changed);
        let operations = diff(&from, &schema(changed), &Renames::none()).unwrap();
        let described: Vec<String> = operations.iter().map(Operation::describe).collect();
        assert!(!described.iter().any(|text| text.ends_with("nothing")), "{attribute}: {described:?}");
        assert!(
            !operations.iter().any(|operation| matches!(operation, Operation::AddIndex(AddIndex { .. })))
        );
    }
}
