//! The SQL of every operation.

use crate::backend::sqlite::Sqlite;
use crate::backend::{LiveCatalog, LiveObject, LiveObjectKind, Plan, Planner, StepKind};
use crate::error::{ErrorKind, Result};
use crate::migrations::Operation;
use crate::migrations::operations::*;
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, Expr, ForeignKey, Index, IndexColumn, IndexMethod,
    ReferentialAction, Schema, SqlType, Table, UniqueConstraint,
};

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

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
        .with_constraint(Constraint::check("book_price_check", expr("price >= 0.5")))
        .with_constraint(Constraint::unique("book_isbn_uniq", ["isbn"]))
        .with_constraint(author_key())
}

fn author_key() -> Constraint {
    let key = ForeignKey {
        columns: vec!["author_id".to_owned()],
        table: "author".to_owned(),
        references: vec!["id".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::Restrict,
        deferrable: None,
    };
    Constraint::foreign_key("book_author_id_fk", key)
}

fn state() -> Schema {
    Schema::new([author(), book()])
}

fn plan(operations: &[Operation]) -> Plan {
    planned(operations).unwrap()
}

fn planned(operations: &[Operation]) -> Result<Plan> {
    Sqlite::newest().plan(operations, &state(), &LiveCatalog::default())
}

/// The plan as text; a refusal with what it says.
fn sql(operations: &[Operation]) -> String {
    let plan = match planned(operations) {
        Ok(plan) => plan,
        Err(error) => return format!("unsupported: {error}\nhint: {}\n", error.hint().unwrap_or_default()),
    };
    let mut text = format!("transactional: {}\n", plan.transactional);
    plan.before.iter().for_each(|sql| text.push_str(&format!("\n-- before the transaction\n{sql};\n")));
    for step in plan.steps {
        match step.kind {
            StepKind::Execute | StepKind::Define(_) | StepKind::Rows => {
                text.push_str(&format!("\n{};\n", step.sql))
            }
            StepKind::Script => text.push_str(&format!("\n-- script\n{}\n", step.sql)),
            StepKind::Constrain(_) => panic!("{} is looked through before", step.sql),
            StepKind::Refuse(refusal) => text.push_str(&format!(
                "\n-- refused where this counts more than 0: {}\n-- hint: {}\n-- rows: {}\n{};\n",
                refusal.message,
                refusal.hint,
                refusal.find.unwrap_or_default(),
                step.sql
            )),
        }
    }
    plan.after.iter().for_each(|sql| text.push_str(&format!("\n-- after the transaction\n{sql};\n")));
    text
}

fn named(name: &str) -> String {
    name.to_owned()
}

fn alter(name: &str, change: impl FnOnce(&mut Column), backfill: Option<Expr>) -> Operation {
    let from = book().column(name).unwrap().clone();
    let mut to = from.clone();
    change(&mut to);
    Operation::AlterColumn(AlterColumn { table: named("book"), from, to, backfill })
}

fn add(column: Column, backfill: Option<Expr>) -> Operation {
    Operation::AddColumn(AddColumn { table: named("book"), column, backfill })
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn(DropColumn { table: named(table), column: named(column) })
}

fn rename_column(from: &str, to: &str) -> Operation {
    Operation::RenameColumn(RenameColumn { table: named("book"), from: named(from), to: named(to) })
}

fn add_constraint(constraint: Constraint) -> Operation {
    Operation::AddConstraint(AddConstraint { table: named("book"), constraint })
}

fn drop_constraint(constraint: &str) -> Operation {
    Operation::DropConstraint(DropConstraint { table: named("book"), constraint: named(constraint) })
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

golden!(create_table, {
    let mut table = book();
    table.name = named("select \"Buch\"");
    table.indexes.clear();
    table.constraints.remove("book_isbn_uniq");
    for column in [
        Column::new("day", SqlType::Date).with_default(Expr::Now),
        Column::new("ok", SqlType::Boolean).with_default(expr("TRUE")),
        Column::new("code", SqlType::Uuid),
        Column::new("weight", SqlType::Real).nullable(),
        Column::new("data", SqlType::Json).with_default(expr("'{}'")),
        Column::new("size", SqlType::SmallInt),
    ] {
        table.columns.insert(column.name.clone(), column);
    }
    Operation::CreateTable(CreateTable { table })
});
golden!(
    drop_table,
    drop_constraint("book_author_id_fk"),
    Operation::DropTable(DropTable { table: named("author") })
);
golden!(rename_table, Operation::RenameTable(RenameTable { from: named("author"), to: named("Author") }));
golden!(add_column, add(Column::new("pages", SqlType::Integer).nullable(), None));
golden!(add_column_with_default, add(Column::new("pages", SqlType::Integer).with_default(expr("1")), None));
golden!(add_column_not_null, add(Column::new("pages", SqlType::Integer), None));
golden!(add_column_with_backfill, add(Column::new("slug", SqlType::Text), Some(expr("lower(title)"))));
golden!(drop_column_in_place, drop_column("author", "name"));
golden!(
    drop_column_with_its_constraint,
    drop_constraint("book_isbn_uniq"),
    Operation::DropIndex(DropIndex { table: named("book"), index: named("book_recent_idx") }),
    drop_column("book", "isbn"),
);
golden!(rename_column_in_place, rename_column("title", "Title"));
golden!(alter_column_shorter, alter("title", |column| column.ty = SqlType::Varchar(20), None));
golden!(
    alter_column_scale,
    alter("price", |column| column.ty = SqlType::Decimal { precision: 8, scale: 1 }, None)
);
golden!(alter_column_not_null, alter("isbn", |column| column.nullable = false, None));
golden!(
    alter_column_not_null_with_backfill,
    alter("isbn", |column| column.nullable = false, Some(expr("'-'")))
);
golden!(alter_column_default, alter("title", |column| column.default = Some(expr("'untitled'")), None));
golden!(
    alter_primary_key,
    drop_constraint("book_author_id_fk"),
    {
        let from = author().column("id").unwrap().clone();
        let to = Column { identity: false, ..from.clone() };
        Operation::AlterColumn(AlterColumn { table: named("author"), from, to, backfill: None })
    },
    Operation::AlterPrimaryKey(AlterPrimaryKey {
        table: named("author"),
        from: vec![named("id")],
        to: vec![named("id"), named("name")],
    }),
);
golden!(
    add_indexes,
    Operation::AddIndex(AddIndex { table: named("book"), index: Index::new("book_title_idx", ["title"]) }),
    Operation::AddIndex(AddIndex {
        table: named("author"),
        index: Index::new("author_uniq", ["name"]).unique()
    }),
);
golden!(
    drop_index,
    Operation::DropIndex(DropIndex { table: named("book"), index: named("book_recent_idx") })
);
golden!(
    rename_index,
    Operation::RenameIndex(RenameIndex {
        table: named("book"),
        from: named("book_recent_idx"),
        to: named("recent"),
    })
);
golden!(
    rename_constraint,
    Operation::RenameConstraint(RenameConstraint {
        table: named("book"),
        from: named("book_isbn_uniq"),
        to: named("isbn_uniq"),
    })
);
golden!(
    several_changes_of_one_table_are_one_rebuild,
    rename_column("title", "name"),
    add_constraint(Constraint::unique("book_name_author_id_uniq", ["name", "author_id"])),
    add_constraint(Constraint::check("book_name_check", expr("name <> ''"))),
    alter("isbn", |column| column.ty = SqlType::Varchar(13), None),
    add(Column::new("title", SqlType::Text).nullable(), None),
);
golden!(
    run_sql,
    Operation::RunSql(RunSql {
        description: String::new(),
        forward: [(named("any"), named("UPDATE book SET price = 0"))].into(),
        backward: Default::default(),
        transactional: true,
    })
);

#[test]
fn run_sql_without_a_text_for_this_backend_is_refused() {
    let operation = Operation::RunSql(RunSql {
        description: String::new(),
        forward: [(named("postgres"), named("VACUUM"))].into(),
        backward: Default::default(),
        transactional: true,
    });
    let error = Sqlite::newest().plan(&[operation], &state(), &LiveCatalog::default()).unwrap_err();
    assert!(error.is_unsupported() && error.hint().is_some_and(|hint| hint.contains("forward.sqlite")));
}

#[test]
fn a_new_table_is_created_in_its_last_shape() {
    let shelf = Table::new("shelf").with_column(Column::new("pages", SqlType::Integer));
    let add = Operation::AddColumn(AddColumn {
        table: named("shelf"),
        column: Column::new("floor", SqlType::Integer),
        backfill: None,
    });
    let rename = Operation::RenameTable(RenameTable { from: named("shelf"), to: named("board") });
    let plan = plan(&[Operation::CreateTable(CreateTable { table: shelf }), add, rename]);
    assert_eq!(plan.steps.len(), 2);
    assert!(plan.steps[0].sql.contains("\"floor\"") && plan.before.is_empty());
}

#[test]
fn what_is_broken_already_is_set_aside_with_what_hangs_on_it() {
    let object = |kind, name: &str, table: &str, broken| LiveObject {
        kind,
        name: named(name),
        table: named(table),
        sql: format!("CREATE {name}"),
        broken,
    };
    let objects = vec![
        object(LiveObjectKind::View, "broken", "broken", true),
        object(LiveObjectKind::Trigger, "on_broken", "broken", false),
        object(LiveObjectKind::View, "whole", "whole", false),
    ];
    let live = LiveCatalog { objects, ..LiveCatalog::default() };
    let plan = Sqlite::newest().plan(&[rename_column("title", "name")], &state(), &live).unwrap();
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.sql.as_str()).collect();
    assert_eq!(
        steps,
        [
            "DROP VIEW IF EXISTS \"broken\"",
            "DROP TRIGGER IF EXISTS \"on_broken\"",
            "ALTER TABLE \"book\" RENAME COLUMN \"title\" TO \"name\"",
            "CREATE broken",
            "CREATE on_broken"
        ]
    );
}

#[test]
fn a_column_that_a_trigger_uses_is_not_dropped() {
    let trigger = |name: &str, sql: &str| LiveObject {
        kind: LiveObjectKind::Trigger,
        name: named(name),
        table: named("author"),
        sql: named(sql),
        broken: false,
    };
    let plan = |sql: &str| {
        let live = LiveCatalog { objects: vec![trigger("t", sql)], ..LiveCatalog::default() };
        Sqlite::newest().plan(&[drop_column("author", "name")], &state(), &live)
    };
    for uses in [
        "CREATE TRIGGER t AFTER INSERT ON author BEGIN SELECT new.name; END",
        "CREATE TRIGGER t AFTER UPDATE OF name ON author BEGIN SELECT 1; END",
        "CREATE TRIGGER t AFTER DELETE ON author BEGIN UPDATE author SET name = 'x'; END",
    ] {
        assert_eq!(plan(uses).unwrap_err().kind(), ErrorKind::Migration, "{uses}");
    }
    let other = "CREATE TRIGGER t AFTER INSERT ON author BEGIN INSERT INTO log (name) VALUES (new.id); END";
    assert_eq!(plan(other).unwrap().steps.len(), 1);
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
                Column::new("text", SqlType::Varchar(20)).with_collation("NOCASE").with_comment("it's\\all")
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
    let to = from.clone().with_collation("NOCASE");
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
});
#[test]
fn a_collation_of_another_database_is_unsupported() {
    let table = Table::new("note").with_column(Column::new("text", SqlType::Text).with_collation("C"));
    let operations = [Operation::CreateTable(CreateTable { table })];
    let error = planned(&operations).unwrap_err();
    assert!(error.is_unsupported() && error.hint().is_some());
}

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
