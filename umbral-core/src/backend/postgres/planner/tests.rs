//! The SQL of every operation.

use super::convert::conversion;
use crate::backend::postgres::Postgres;
use crate::backend::{LiveCatalog, LiveObject, LiveObjectKind, Plan, Planner, StepKind};
use crate::migrations::Operation;
use crate::migrations::operations::*;
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, EnumType, ExclusionConstraint, Expr, ForeignKey, Index,
    IndexColumn, IndexMethod, ReferentialAction, Schema, SqlType, Table, UniqueConstraint,
};

fn author() -> Table {
    Table::new("author")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("name", SqlType::Varchar(80)))
        .with_primary_key(["id"])
}

fn book() -> Table {
    Table::new("book")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("title", SqlType::Varchar(200)))
        .with_column(
            Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }).with_default(expr("0")),
        )
        .with_column(Column::new("published", SqlType::TimestampTz).with_default(Expr::Now))
        .with_column(Column::new("isbn", SqlType::Text).nullable())
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_index(Index {
            columns: vec![
                IndexColumn::descending(Expr::column("published")),
                IndexColumn::new(expr("lower(title)")),
            ],
            unique: false,
            predicate: Some(expr("isbn IS NOT NULL")),
            ..Index::new("book_recent_idx", [] as [&str; 0])
        })
        .with_constraint(Constraint::check("book_price_check", expr("price >= 0")))
        .with_constraint(Constraint::unique("book_isbn_uniq", ["isbn"]))
        .with_constraint(Constraint::foreign_key(
            "book_author_id_fk",
            ForeignKey {
                columns: vec!["author_id".to_owned()],
                table: "author".to_owned(),
                references: vec!["id".to_owned()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::Restrict,
                deferrable: None,
            },
        ))
}

fn state() -> Schema {
    Schema::new([author(), book()])
}

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn plan(operations: &[Operation]) -> Plan {
    Postgres::newest().plan(operations, &state(), &LiveCatalog::default()).unwrap()
}

#[test]
fn views_are_looked_for_where_there_are_any() {
    let view = LiveObject {
        kind: LiveObjectKind::View,
        name: "cheap".to_owned(),
        table: "cheap".to_owned(),
        sql: String::new(),
        broken: false,
    };
    let live = LiveCatalog { objects: vec![view], ..LiveCatalog::default() };
    let retype = alter("title", |column| column.ty = SqlType::Text, None);
    let plan = Postgres::newest().plan(&[retype], &state(), &live).unwrap();
    let StepKind::Refuse(refusal) = &plan.steps[0].kind else { panic!("{plan:?}") };
    assert_eq!(refusal.message, "views use book.title, whose type is to change");
}

/// The steps as text; a refusal with what it says.
fn sql(operations: &[Operation]) -> String {
    let plan = plan(operations);
    assert!(plan.before.is_empty() && plan.after.is_empty());
    let mut text = format!("transactional: {}\n", plan.transactional);
    for step in plan.steps {
        match step.kind {
            StepKind::Execute | StepKind::Define(_) | StepKind::Rows => {
                text.push_str(&format!("\n{};\n", step.sql))
            }
            StepKind::Script => text.push_str(&format!("\n-- script\n{}\n", step.sql)),
            StepKind::Constrain(refusal) => text.push_str(&format!(
                "\n-- refused where rows violate it: {}\n-- hint: {}\n-- rows: {}\n{};\n",
                refusal.message,
                refusal.hint,
                refusal.find.unwrap_or_default(),
                step.sql
            )),
            StepKind::Refuse(refusal) => text.push_str(&format!(
                "\n-- refused where this counts more than 0: {}\n-- hint: {}\n-- rows: {}\n{};\n",
                refusal.message,
                refusal.hint,
                refusal.find.unwrap_or_default(),
                step.sql
            )),
        }
    }
    text
}

fn alter(name: &str, change: impl FnOnce(&mut Column), backfill: Option<Expr>) -> Operation {
    let from = book().column(name).unwrap().clone();
    let mut to = from.clone();
    change(&mut to);
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill })
}

fn add(column: Column, backfill: Option<Expr>) -> Operation {
    Operation::AddColumn(AddColumn { table: "book".to_owned(), column, backfill })
}

fn run_sql(text: &str, transactional: bool) -> Operation {
    Operation::RunSql(RunSql {
        description: String::new(),
        forward: [("postgres".to_owned(), text.to_owned())].into(),
        backward: Default::default(),
        transactional,
    })
}

macro_rules! golden {
    ($name:ident, $($operation:expr),+ $(,)?) => {
        #[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(sql(&[$($operation),+]));
            });
        }
    };
}

fn of_mood(name: &str, labels: &[&str]) -> Column {
    Column::new(name, EnumType::new("mood", labels.iter().copied()).into())
}

fn relabel(name: &str, from: &[&str], to: &[&str]) -> Operation {
    let own = |column: Column| match name {
        "mood" => column.with_default(expr("'calm'")),
        _ => column.nullable(),
    };
    let (from, to) = (own(of_mood(name, from)), own(of_mood(name, to)));
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
}

fn check(name: &str, text: &str) -> Operation {
    let constraint = Constraint::check(name, expr(text));
    Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint })
}

fn drop(column: &str) -> Operation {
    Operation::DropColumn(DropColumn { table: "book".to_owned(), column: column.to_owned() })
}

golden!(create_table, {
    let mut table = book();
    table.name = "select \"Buch\"".to_owned();
    table.indexes.clear();
    table.constraints.remove("book_isbn_uniq");
    table.columns.insert("at".to_owned(), Column::new("at", SqlType::Timestamp).with_default(Expr::Now));
    table.columns.insert("day".to_owned(), Column::new("day", SqlType::Date).with_default(Expr::Now));
    table
        .columns
        .insert("tags".to_owned(), Column::new("tags", SqlType::Array(Box::new(SqlType::Varchar(20)))));
    table.columns.insert(
        "ok".to_owned(),
        Column::new("ok", SqlType::Boolean).with_default(expr("1 = 1 AND NOT FALSE")),
    );
    Operation::CreateTable(CreateTable { table })
});
golden!(drop_table, Operation::DropTable(DropTable { table: "book".to_owned() }));
golden!(
    rename_table,
    Operation::RenameTable(RenameTable { from: "author".to_owned(), to: "Person".to_owned() })
);
golden!(add_column, add(Column::new("pages", SqlType::Integer).nullable(), None));
golden!(add_column_with_default, add(Column::new("pages", SqlType::Integer).with_default(expr("1")), None));
golden!(add_column_not_null, add(Column::new("pages", SqlType::Integer), None));
golden!(add_column_with_constant_backfill, add(Column::new("pages", SqlType::Integer), Some(expr("0"))));
golden!(
    add_column_with_computed_backfill,
    add(Column::new("slug", SqlType::Text).with_default(expr("''")), Some(expr("lower(title)"))),
);
golden!(
    drop_column,
    Operation::DropColumn(DropColumn { table: "author".to_owned(), column: "name".to_owned() })
);
golden!(
    rename_column,
    Operation::RenameColumn(RenameColumn {
        table: "book".to_owned(),
        from: "title".to_owned(),
        to: "Title".to_owned(),
    })
);
golden!(
    enums_are_made_changed_and_dropped,
    add(of_mood("mood", &["wild", "calm"]).with_default(expr("'calm'")), None),
    add(of_mood("former", &["wild", "calm"]).nullable(), None),
    check("book_mood_check", "mood <> former"),
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index { predicate: Some(expr("mood = 'calm'")), ..Index::new("book_calm_idx", ["title"]) },
    }),
    relabel("mood", &["wild", "calm"], &["calm", "it's \\ odd"]),
    relabel("former", &["wild", "calm"], &["calm", "it's \\ odd"]),
    Operation::DropIndex(DropIndex { table: "book".to_owned(), index: "book_calm_idx".to_owned() }),
    Operation::DropConstraint(DropConstraint {
        table: "book".to_owned(),
        constraint: "book_mood_check".to_owned(),
    }),
    drop("mood"),
    drop("former"),
);
fn rename_label(column: &str, from: &str, to: &str) -> Operation {
    let (column, from, to) = (column.to_owned(), from.to_owned(), to.to_owned());
    Operation::RenameLabel(RenameLabel { table: "book".to_owned(), column, from, to })
}

golden!(
    labels_get_other_names,
    add(of_mood("mood", &["wild", "calm"]).with_default(expr("'calm'")), None),
    add(of_mood("former", &["wild", "calm"]).nullable(), None),
    check("book_mood_check", "mood <> 'calm' OR former = 'calm'"),
    rename_label("mood", "calm", "it's \\ still"),
    rename_label("mood", "wild", "odd"),
    rename_label("former", "calm", "it's \\ still"),
    rename_label("former", "wild", "odd"),
    add(of_mood("next", &["odd", "it's \\ still"]).nullable(), None),
    Operation::DropConstraint(DropConstraint {
        table: "book".to_owned(),
        constraint: "book_mood_check".to_owned(),
    }),
    drop("former"),
    drop("next"),
);

#[test]
fn a_label_is_renamed_in_every_column_of_its_enum() {
    let both = [
        add(of_mood("mood", &["wild", "calm"]).nullable(), None),
        add(of_mood("former", &["wild", "calm"]).nullable(), None),
        rename_label("mood", "calm", "still"),
    ];
    let plan = |more: &[Operation]| {
        let operations = [&both[..], more].concat();
        Postgres::newest().plan(&operations, &state(), &LiveCatalog::default())
    };
    for left in [vec![], vec![relabel("former", &["wild", "calm"], &["calm", "wild"])]] {
        let error = plan(&left).unwrap_err();
        let message =
            "the enum mood would have two lists of labels: book.former still has a label by its old name";
        assert!(error.is_unsupported() && error.to_string().ends_with(message), "{error}");
    }
    assert!(plan(&[rename_label("former", "calm", "still")]).is_ok());
    assert!(plan(&[drop("former")]).is_ok());
}

golden!(
    text_becomes_an_enum,
    alter("isbn", |column| column.ty = EnumType::new("Kind", ["a", "b"]).into(), None)
);
golden!(alter_column_wider, alter("title", |column| column.ty = SqlType::Text, None));
golden!(alter_column_shorter, alter("title", |column| column.ty = SqlType::Varchar(20), None));
golden!(
    alter_column_scale_with_default,
    alter("price", |column| column.ty = SqlType::Decimal { precision: 8, scale: 1 }, None)
);
golden!(alter_column_text_to_integer, alter("isbn", |column| column.ty = SqlType::Integer, None));
golden!(alter_column_not_null, alter("isbn", |column| column.nullable = false, None));
golden!(alter_column_not_null_backfill, alter("isbn", |column| column.nullable = false, Some(expr("'-'"))));
golden!(alter_column_nullable, alter("title", |column| column.nullable = true, None));
golden!(alter_column_default, alter("title", |column| column.default = Some(expr("'untitled'")), None));
golden!(alter_column_no_default, alter("price", |column| column.default = None, None));
golden!(alter_column_identity_dropped, alter("id", |column| column.identity = false, None));
golden!(alter_column_identity_added, alter("id", |column| column.identity = false, None), {
    let mut from = book().column("id").unwrap().clone();
    from.identity = false;
    let to = Column { identity: true, ..from.clone() };
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
});
golden!(
    key_and_foreign_key_change_type,
    {
        let from = author().column("id").unwrap().clone();
        let to = Column { identity: false, ty: SqlType::Varchar(20), ..from.clone() };
        Operation::AlterColumn(AlterColumn { table: "author".to_owned(), from, to, backfill: None })
    },
    alter("author_id", |column| column.ty = SqlType::Varchar(20), None),
);
golden!(
    alter_primary_key,
    Operation::DropConstraint(DropConstraint {
        table: "book".to_owned(),
        constraint: "book_author_id_fk".to_owned(),
    }),
    {
        let from = author().column("id").unwrap().clone();
        let to = Column { identity: false, ..from.clone() };
        Operation::AlterColumn(AlterColumn { table: "author".to_owned(), from, to, backfill: None })
    },
    Operation::AlterPrimaryKey(AlterPrimaryKey {
        table: "author".to_owned(),
        from: vec!["id".to_owned()],
        to: vec!["id".to_owned(), "name".to_owned()],
    }),
);
golden!(
    add_index,
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index::new("book_title_idx", ["title"])
    })
);
golden!(
    add_unique_partial_index,
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index {
            columns: vec![IndexColumn::new(expr("lower(title)"))],
            unique: true,
            predicate: Some(expr("price > 0")),
            ..Index::new("book_title_uniq", [] as [&str; 0])
        },
    })
);
golden!(
    drop_index,
    Operation::DropIndex(DropIndex { table: "book".to_owned(), index: "book_recent_idx".to_owned() })
);
golden!(
    rename_index,
    Operation::RenameIndex(RenameIndex {
        table: "book".to_owned(),
        from: "book_recent_idx".to_owned(),
        to: "recent".to_owned(),
    })
);
golden!(
    rename_constraint,
    Operation::RenameConstraint(RenameConstraint {
        table: "book".to_owned(),
        from: "book_isbn_uniq".to_owned(),
        to: "isbn_uniq".to_owned(),
    })
);
golden!(
    add_constraints,
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::unique("book_title_author_id_uniq", ["title", "author_id"]),
    }),
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::check("book_title_check", expr("title <> '' OR isbn IN ('a', 'it''s')")),
    }),
    Operation::DropConstraint(DropConstraint {
        table: "book".to_owned(),
        constraint: "book_author_id_fk".to_owned(),
    }),
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: book().constraints["book_author_id_fk"].clone(),
    }),
);
golden!(rows_change_before_a_table_does, run_sql("UPDATE book SET price = 0", true), {
    alter("title", |column| column.nullable = true, None)
});
golden!(
    run_sql_outside_the_transaction,
    run_sql("CREATE INDEX CONCURRENTLY book_title ON book (title)", false)
);

#[test]
fn run_sql_without_a_text_for_this_backend_is_refused() {
    let operation = Operation::RunSql(RunSql {
        description: String::new(),
        forward: [("sqlite".to_owned(), "VACUUM".to_owned())].into(),
        backward: Default::default(),
        transactional: true,
    });
    let error = Postgres::newest().plan(&[operation], &state(), &LiveCatalog::default()).unwrap_err();
    assert!(error.is_unsupported() && error.hint().is_some_and(|hint| hint.contains("forward.postgres")));
}

#[test]
fn a_foreign_key_over_two_types_is_refused() {
    let one_side = alter("author_id", |column| column.ty = SqlType::Text, None);
    let error = Postgres::newest().plan(&[one_side], &state(), &LiveCatalog::default()).unwrap_err();
    assert!(error.is_unsupported() && error.hint().is_some());
    assert!(error.to_string().contains("book_author_id_fk"), "{error}");
}

#[test]
fn a_name_that_would_be_cut_is_unsupported() {
    let rename = |to: String| {
        let rename = RenameTable { from: "author".to_owned(), to };
        Postgres::newest().plan(&[Operation::RenameTable(rename)], &state(), &LiveCatalog::default())
    };
    assert!(rename("ä".repeat(31)).is_ok());
    assert!(rename("ä".repeat(32)).unwrap_err().is_unsupported());
    let long = add(Column::new("x".repeat(64), SqlType::Text).nullable(), None);
    assert!(
        Postgres::newest().plan(&[long], &state(), &LiveCatalog::default()).unwrap_err().is_unsupported()
    );
}

#[test]
fn a_new_table_has_no_rows_to_refuse() {
    let column = Column::new("pages", SqlType::Integer);
    let create = Operation::CreateTable(CreateTable { table: Table::new("shelf").with_column(column) });
    let add = Operation::AddColumn(AddColumn {
        table: "shelf".to_owned(),
        column: Column::new("floor", SqlType::Integer),
        backfill: None,
    });
    assert_eq!(plan(&[create, add]).steps.len(), 2);
}

#[test]
fn every_pair_of_types_converts_or_is_unsupported() {
    let decimal = |precision, scale| SqlType::Decimal { precision, scale };
    let scalars = [
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::Real,
        SqlType::Double,
        SqlType::Boolean,
        decimal(5, 5),
        decimal(38, 0),
        SqlType::Varchar(3),
        SqlType::Text,
        SqlType::Bytes,
        SqlType::Date,
        SqlType::Time,
        SqlType::Timestamp,
        SqlType::TimestampTz,
        SqlType::Uuid,
        SqlType::Json,
    ];
    let arrays = scalars.iter().map(|element| SqlType::Array(Box::new(element.clone())));
    let types: Vec<SqlType> = scalars.iter().cloned().chain(arrays).collect();
    for from in &types {
        for to in &types {
            let there = conversion(from, to, "\"c\"", true);
            let arrays = (matches!(from, SqlType::Array(_)), matches!(to, SqlType::Array(_)));
            if arrays.0 != arrays.1 {
                assert!(there.is_none(), "{from} to {to}");
            }
            if from == to {
                assert!(there.is_some_and(|conversion| conversion.lost.is_none()));
            }
        }
    }
    assert!(conversion(&SqlType::Integer, &SqlType::BigInt, "c", true).unwrap().lost.is_none());
    assert!(conversion(&SqlType::BigInt, &SqlType::Integer, "c", true).unwrap().lost.is_some());
}

golden!(
    add_index_with_everything,
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index {
            columns: vec!["isbn desc nulls last".parse().unwrap(), "price nulls first".parse().unwrap()],
            unique: true,
            include: vec!["title".to_owned()],
            nulls_not_distinct: true,
            ..Index::new("book_all_idx", ["isbn"])
        },
    })
);
golden!(
    add_index_by_method,
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index { method: IndexMethod::Brin, ..Index::new("book_published_idx", ["published"]) },
    })
);
golden!(
    add_deferrable_unique,
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint {
            name: "book_title_uniq".to_owned(),
            kind: ConstraintKind::Unique(UniqueConstraint {
                deferrable: Some(Deferrable::InitiallyImmediate),
                nulls_not_distinct: true,
                ..UniqueConstraint::new(["title", "price"])
            }),
        },
    })
);
fn exclusion(method: IndexMethod, elements: &[&str]) -> ExclusionConstraint {
    let elements = elements.iter().map(|element| element.parse().unwrap());
    ExclusionConstraint { method, ..ExclusionConstraint::new(elements) }
}

fn exclude(name: &str, exclusion: ExclusionConstraint) -> Operation {
    let constraint = Constraint::exclusion(name, exclusion);
    Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint })
}

golden!(
    add_exclusion,
    exclude("one_isbn_each", exclusion(IndexMethod::BTree, &["lower(title) desc with =", "isbn with ="])),
);
golden!(
    add_exclusion_with_everything,
    add(Column::new("network", SqlType::Inet), None),
    exclude(
        "one_network_each",
        ExclusionConstraint {
            predicate: Some(expr("price > 0")),
            deferrable: Some(Deferrable::InitiallyDeferred),
            ..exclusion(IndexMethod::Gist, &["author_id with =", "network inet_ops with &&"])
        },
    ),
    Operation::RenameConstraint(RenameConstraint {
        table: "book".to_owned(),
        from: "one_network_each".to_owned(),
        to: "networks".to_owned(),
    }),
    Operation::DropConstraint(DropConstraint { table: "book".to_owned(), constraint: "networks".to_owned() }),
);
golden!(
    create_with_exclusion,
    Operation::CreateTable(CreateTable {
        table: Table::new("booking")
            .with_column(Column::new("room", SqlType::Varchar(20)))
            .with_column(of_mood("mood", &["calm", "wild"]))
            .with_constraint(Constraint::exclusion(
                "one_mood_each",
                exclusion(IndexMethod::Gist, &["room with =", "mood with <>"]),
            )),
    })
);

/// A constraint that computes with an enum's column goes while the labels change.
#[test]
fn an_exclusion_goes_with_the_labels_that_it_reads() {
    let calm = ExclusionConstraint {
        predicate: Some(expr("mood = 'calm'")),
        ..exclusion(IndexMethod::BTree, &["title with ="])
    };
    let mood = of_mood("mood", &["calm", "wild"]).with_default(expr("'calm'"));
    let relabelled = relabel("mood", &["calm", "wild"], &["wild", "calm", "odd"]);
    let steps = plan(&[add(mood, None), exclude("calm", calm), relabelled]).steps;
    let at = |text: &str| steps.iter().rposition(|step| step.sql.contains(text)).unwrap();
    assert!(at("DROP CONSTRAINT \"calm\"") < at("ALTER COLUMN \"mood\" TYPE"), "{steps:#?}");
    assert!(at("ALTER COLUMN \"mood\" TYPE") < at("ADD CONSTRAINT \"calm\" EXCLUDE"), "{steps:#?}");
}

/// Of another type, the operator of an exclusion may be another, or none.
#[test]
fn a_type_does_not_change_under_an_operator_of_its_own() {
    let network = Column::new("network", SqlType::Inet).nullable();
    let text = Column { ty: SqlType::Text, ..network.clone() };
    let overlap = exclude("overlap", exclusion(IndexMethod::Gist, &["network inet_ops with &&"]));
    let retype = AlterColumn { table: "book".to_owned(), from: network.clone(), to: text, backfill: None };
    let operations = [add(network, None), overlap, Operation::AlterColumn(retype)];
    let error = Postgres::newest().plan(&operations, &state(), &LiveCatalog::default()).unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("network inet_ops with &&"), "{error:?}");
    assert!(error.hint().unwrap().contains("drop overlap"), "{error:?}");
}

golden!(
    add_deferrable_foreign_key,
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::foreign_key(
            "book_later_fk",
            ForeignKey {
                columns: vec!["author_id".to_owned()],
                table: "author".to_owned(),
                references: vec!["id".to_owned()],
                on_delete: ReferentialAction::NoAction,
                on_update: ReferentialAction::NoAction,
                deferrable: Some(Deferrable::InitiallyDeferred),
            },
        ),
    })
);

golden!(
    create_with_comments_and_collation,
    Operation::CreateTable(CreateTable {
        table: Table::new("note")
            .with_column(
                Column::new("text", SqlType::Varchar(20)).with_collation("C").with_comment("it's\\all")
            )
            .with_comment("What's said"),
    })
);
golden!(
    comment_on_table,
    Operation::AlterTableComment(AlterTableComment {
        table: "book".to_owned(),
        from: None,
        to: Some("What is sold".to_owned()),
    })
);
golden!(comment_on_column, {
    let from = state().tables["book"].columns["title"].clone();
    let to = from.clone().with_comment("As on the cover");
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
});
golden!(alter_column_collation, {
    let from = state().tables["book"].columns["title"].clone();
    let to = from.clone().with_collation("C");
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
});

fn total() -> Column {
    Column::new("total", SqlType::Decimal { precision: 12, scale: 2 }).stored_as(expr("price * 2"))
}

fn label() -> Column {
    Column::new("label", SqlType::Varchar(202)).nullable().computed_as(expr("lower(title) || '!'"))
}

/// A stored column with an index and a check over it.
fn with_total() -> [Operation; 3] {
    let check = Constraint::check("book_total_check", expr("total < 1000"));
    [
        add_generated(total()),
        Operation::AddIndex(AddIndex {
            table: "book".to_owned(),
            index: Index::new("book_total_idx", ["total"]),
        }),
        Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint: check }),
    ]
}

fn add_generated(column: Column) -> Operation {
    Operation::AddColumn(AddColumn { table: "book".to_owned(), column, backfill: None })
}

fn alter_generated(from: Column, to: Column) -> Operation {
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
}

fn rename_price() -> Operation {
    let (from, to) = ("price".to_owned(), "cost".to_owned());
    Operation::RenameColumn(RenameColumn { table: "book".to_owned(), from, to })
}

fn plain_total() -> Column {
    Column { generated: None, ..total() }
}

golden!(generated_added, add_generated(total()), add_generated(label()));
golden!(
    generated_otherwise,
    with_total()[0].clone(),
    with_total()[1].clone(),
    with_total()[2].clone(),
    alter_generated(total(), total().stored_as(expr("price * 3"))),
);
golden!(
    generated_virtual,
    add_generated(total()),
    alter_generated(total(), total().computed_as(expr("price * 2")))
);
golden!(
    generated_to_plain,
    add_generated(label()),
    alter_generated(label(), Column { generated: None, ..label() })
);
golden!(
    generated_from_plain,
    add(plain_total().nullable(), None),
    alter_generated(plain_total().nullable(), total())
);
golden!(
    generated_follows,
    with_total()[0].clone(),
    with_total()[1].clone(),
    with_total()[2].clone(),
    alter("price", |column| column.ty = SqlType::Decimal { precision: 11, scale: 2 }, None),
    rename_price(),
);

golden!(
    index_with_classes,
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index {
            columns: vec!["title text_pattern_ops desc".parse().unwrap(), "price".parse().unwrap()],
            ..Index::new("book_beginning_idx", [] as [&str; 0])
        },
    }),
    Operation::AddIndex(AddIndex {
        table: "book".to_owned(),
        index: Index {
            columns: vec!["lower(title) gin_trgm_ops".parse().unwrap()],
            method: IndexMethod::Gin,
            ..Index::new("book_words_idx", [] as [&str; 0])
        },
    }),
);
