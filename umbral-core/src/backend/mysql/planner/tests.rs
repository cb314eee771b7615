//! The SQL of every operation.

use crate::backend::mysql::{MySql, Release};
use crate::backend::{DatabaseBackend, LiveCatalog, LiveColumn, Plan, Planner, StepKind};
use crate::migrations::Operation;
use crate::migrations::operations::*;
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, EnumType, Expr, ForeignKey, Index, IndexColumn,
    IndexMethod, ReferentialAction, Schema, SqlType, Table, UniqueConstraint,
};
use std::collections::BTreeMap;

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
        .with_column(Column::new("isbn", SqlType::Varchar(20)).nullable())
        .with_column(Column::new("blurb", SqlType::Text).nullable())
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_index(Index {
            columns: vec![
                IndexColumn::descending(Expr::column("published")),
                IndexColumn::new(Expr::column("title")),
            ],
            unique: false,
            predicate: None,
            ..Index::new("book_recent_idx", [] as [&str; 0])
        })
        .with_index(Index::new("book_blurb_idx", ["blurb"]))
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

fn both() -> [MySql; 2] {
    [MySql::newest_mariadb(), MySql::newest()]
}

fn plan(backend: &MySql, operations: &[Operation]) -> crate::error::Result<Plan> {
    backend.plan(operations, &state(), &LiveCatalog::default())
}

/// The steps of both, or of the one where the other's are the same.
fn sql(operations: &[Operation]) -> String {
    let [mariadb, mysql] = both().map(|backend| steps(&backend, operations));
    if mariadb == mysql { mariadb } else { format!("== mariadb\n{mariadb}\n== mysql\n{mysql}") }
}

/// The steps as text; a refusal with what it says.
fn steps(backend: &MySql, operations: &[Operation]) -> String {
    let plan = match plan(backend, operations) {
        Ok(plan) => plan,
        Err(error) => return format!("unsupported: {error}\nhint: {}\n", error.hint().unwrap_or_default()),
    };
    assert!(plan.before.is_empty() && plan.after.is_empty());
    let mut text = format!("transactional: {}\n", plan.transactional);
    for step in plan.steps {
        match step.kind {
            StepKind::Define(_) => text.push_str(&format!("\n{};\n", step.sql)),
            StepKind::Rows => text.push_str(&format!("\n-- rows\n{};\n", step.sql)),
            StepKind::Execute => panic!("{} does not say how to find out whether it was done", step.sql),
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
        forward: [("any".to_owned(), text.to_owned())].into(),
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

fn of_mood(labels: &[&str]) -> Column {
    Column::new("mood", EnumType::new("mood", labels.iter().copied()).into()).with_default(expr("'calm'"))
}

golden!(
    enums_are_made_and_changed,
    add(of_mood(&["wild", "calm"]), None),
    Operation::AlterColumn(AlterColumn {
        table: "book".to_owned(),
        from: of_mood(&["wild", "calm"]),
        to: of_mood(&["calm", "it's \\ odd"]),
        backfill: None,
    }),
);
fn rename_label(from: &str, to: &str) -> Operation {
    let (column, from, to) = ("mood".to_owned(), from.to_owned(), to.to_owned());
    Operation::RenameLabel(RenameLabel { table: "book".to_owned(), column, from, to })
}

golden!(
    labels_get_other_names,
    add(of_mood(&["wild", "calm"]), None),
    add(
        Column::new("rank", SqlType::Integer)
            .stored_as(expr("CASE WHEN mood = 'calm' THEN 1 ELSE 0 END"))
            .nullable(),
        None
    ),
    Operation::AddIndex(AddIndex { table: "book".to_owned(), index: Index::new("book_rank_idx", ["rank"]) }),
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::check("book_mood_check", expr("mood <> 'calm' OR price > 1")),
    }),
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::check("book_length_check", expr("length(mood) < 20")),
    }),
    rename_label("calm", "it's \\ still"),
);
golden!(
    text_becomes_an_enum,
    alter("isbn", |column| column.ty = EnumType::new("Kind", ["a", "b"]).into(), None)
);

golden!(create_table, {
    let mut table = book();
    table.name = "select \"Buch\"".to_owned();
    table.indexes.clear();
    table.constraints.remove("book_isbn_uniq");
    table.constraints = std::mem::take(&mut table.constraints)
        .into_values()
        .map(|constraint| Constraint { name: format!("new_{}", constraint.name), ..constraint })
        .map(|constraint| (constraint.name.clone(), constraint))
        .collect();
    table.columns.insert("at".to_owned(), Column::new("at", SqlType::Timestamp).with_default(Expr::Now));
    table.columns.insert("day".to_owned(), Column::new("day", SqlType::Date).with_default(Expr::Now));
    table.columns.insert("key".to_owned(), Column::new("key", SqlType::Uuid));
    table.columns.insert("doc".to_owned(), Column::new("doc", SqlType::Json).with_default(expr("'{}'")));
    table.columns.insert("body".to_owned(), Column::new("body", SqlType::Text).with_default(expr("'it''s'")));
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
    rename_column_of_foreign_key,
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::check("book_author_id_check", expr("author_id > 0")),
    }),
    Operation::RenameColumn(RenameColumn {
        table: "book".to_owned(),
        from: "author_id".to_owned(),
        to: "writer_id".to_owned(),
    })
);
golden!(
    rename_column_of_foreign_key_beside_a_check_of_a_date,
    Operation::AddConstraint(AddConstraint {
        table: "book".to_owned(),
        constraint: Constraint::check("book_published_check", expr("published IS NOT NULL")),
    }),
    Operation::RenameColumn(RenameColumn {
        table: "book".to_owned(),
        from: "author_id".to_owned(),
        to: "writer_id".to_owned(),
    })
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
golden!(run_sql_outside_the_transaction, run_sql("ANALYZE TABLE book", false));

golden!(
    changes_of_one_table_are_one_statement,
    add(Column::new("pages", SqlType::Integer).nullable(), None),
    alter("title", |column| column.ty = SqlType::Varchar(300), None),
    Operation::RenameIndex(RenameIndex {
        table: "book".to_owned(),
        from: "book_recent_idx".to_owned(),
        to: "recent".to_owned(),
    }),
    Operation::AddColumn(AddColumn {
        table: "author".to_owned(),
        column: Column::new("born", SqlType::Date).nullable(),
        backfill: None,
    }),
    Operation::DropConstraint(DropConstraint {
        table: "book".to_owned(),
        constraint: "book_price_check".to_owned(),
    }),
);
golden!(
    the_index_of_a_foreign_key_goes,
    Operation::DropIndex(DropIndex { table: "book".to_owned(), index: "book_author_id_idx".to_owned() })
);
golden!(
    rename_foreign_key,
    Operation::RenameConstraint(RenameConstraint {
        table: "book".to_owned(),
        from: "book_author_id_fk".to_owned(),
        to: "by".to_owned(),
    })
);
golden!(
    rename_check,
    Operation::RenameConstraint(RenameConstraint {
        table: "book".to_owned(),
        from: "book_price_check".to_owned(),
        to: "not_negative".to_owned(),
    })
);
golden!(
    rename_a_column_that_a_check_reads,
    Operation::RenameColumn(RenameColumn {
        table: "book".to_owned(),
        from: "price".to_owned(),
        to: "cost".to_owned(),
    })
);
golden!(indexed_text_gets_a_length, alter("title", |column| column.ty = SqlType::Text, None));
golden!(
    alter_boolean_to_text,
    add(Column::new("sold", SqlType::Boolean).with_default(expr("FALSE")), None),
    {
        let from = Column::new("sold", SqlType::Boolean).with_default(expr("FALSE"));
        let to = Column::new("sold", SqlType::Text);
        Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
    },
);

#[test]
fn what_a_column_carries_beside_the_schema_is_said_again() {
    let live = LiveColumn {
        collation: Some("utf8mb4_general_ci".to_owned()),
        comment: Some("it's".to_owned()),
        ..LiveColumn::default()
    };
    let columns = [("book".to_owned(), [("title".to_owned(), live)].into())].into();
    let live = LiveCatalog { columns, ..LiveCatalog::default() };
    for backend in both() {
        let rename =
            RenameColumn { table: "book".to_owned(), from: "title".to_owned(), to: "name".to_owned() };
        let from = Column::new("name", SqlType::Varchar(200));
        let to = Column { ty: SqlType::Varchar(300), ..from.clone() };
        let operations = [
            Operation::RenameColumn(rename),
            Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None }),
        ];
        let plan = backend.plan(&operations, &state(), &live).unwrap();
        assert_eq!(
            plan.steps[1].sql,
            "ALTER TABLE `book` MODIFY `name` varchar(300) COLLATE utf8mb4_general_ci NOT NULL COMMENT 'it''s'"
        );
    }
}

/// What computes a column by hand is a text of the user's own, and so is what ends it.
#[test]
fn a_column_computed_by_hand_is_changed_behind_a_text() {
    let live = LiveColumn { generated: true, ..LiveColumn::default() };
    let columns = [("book".to_owned(), [("title".to_owned(), live)].into())].into();
    let live = LiveCatalog { columns, ..LiveCatalog::default() };
    let alter = alter("title", |column| column.ty = SqlType::Varchar(300), None);
    let text = BTreeMap::from([(
        "any".to_owned(),
        "ALTER TABLE book MODIFY title varchar(200) NOT NULL".to_owned(),
    )]);
    let sql =
        RunSql { description: String::new(), backward: text.clone(), forward: text, transactional: true };
    for backend in both() {
        let error = backend.plan(std::slice::from_ref(&alter), &state(), &live).unwrap_err();
        assert!(error.to_string().contains("computed by the database"), "{error}");
        assert!(backend.plan(&[Operation::RunSql(sql.clone()), alter.clone()], &state(), &live).is_ok());
    }
}

/// From 8.4 on, an index does not do for what references the columns of a key in another order.
#[test]
fn a_foreign_key_references_a_whole_key() {
    let parent = Table::new("parent")
        .with_column(Column::new("a", SqlType::Integer))
        .with_column(Column::new("b", SqlType::Integer))
        .with_primary_key(["b", "a"])
        .with_index(Index::new("parent_a_b_idx", ["a", "b"]));
    let references = |columns: &[&str]| {
        let key = ForeignKey {
            columns: ["x", "y"][..columns.len()].iter().map(ToString::to_string).collect(),
            table: "parent".to_owned(),
            references: columns.iter().map(ToString::to_string).collect(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        };
        let child = Table::new("child")
            .with_column(Column::new("x", SqlType::Integer))
            .with_column(Column::new("y", SqlType::Integer))
            .with_constraint(Constraint::foreign_key("child_fk", key));
        Operation::CreateTable(CreateTable { table: child })
    };
    let state = Schema::new([parent]);
    let plans = |backend: &MySql, columns: &[&str]| {
        backend.plan(&[references(columns)], &state, &LiveCatalog::default()).is_ok()
    };
    for (release, whole_only) in [("8.0.36", false), ("8.4.0", true), ("10.11.6-MariaDB", false)] {
        let backend = MySql::new(Release::parse(release).unwrap());
        assert!(plans(&backend, &["b", "a"]));
        assert_eq!(plans(&backend, &["a", "b"]), !whole_only, "{release}");
    }
}

#[test]
fn what_would_be_lost_or_refused_half_way_is_unsupported() {
    let index = |columns: Vec<IndexColumn>, unique, predicate| {
        let index = Index { columns, unique, predicate, ..Index::new("i", [] as [&str; 0]) };
        Operation::AddIndex(AddIndex { table: "book".to_owned(), index })
    };
    let key = |expr| IndexColumn::new(expr);
    let unique = |columns: &[&str]| {
        let constraint = Constraint::unique("u", columns.iter().copied());
        Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint })
    };
    let rename = |to: String| Operation::RenameTable(RenameTable { from: "author".to_owned(), to });
    for operation in [
        index(vec![key(Expr::column("title"))], false, Some(expr("price > 0"))),
        index(vec![key(Expr::column("blurb"))], true, None),
        index(vec![key(expr("lower(blurb)"))], false, None),
        unique(&["blurb"]),
        alter("isbn", |column| column.ty = SqlType::Bytes, None),
        alter("author_id", |column| column.ty = SqlType::Integer, None),
        alter("price", |column| column.ty = SqlType::Text, None),
        rename("ä".repeat(65)),
        rename("🎵".to_owned()),
        rename("x ".to_owned()),
        Operation::AddConstraint(AddConstraint {
            table: "book".to_owned(),
            constraint: Constraint::check("c", expr("published < CURRENT_TIMESTAMP")),
        }),
        Operation::AddConstraint(AddConstraint {
            table: "book".to_owned(),
            constraint: Constraint::check("c", expr("id > 0")),
        }),
    ] {
        for backend in both() {
            let error = plan(&backend, std::slice::from_ref(&operation)).unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{operation:?}: {error:?}");
        }
    }
    for backend in both() {
        assert!(plan(&backend, &[rename("ä".repeat(64))]).is_ok());
        let lower = index(vec![key(expr("lower(title)"))], false, None);
        assert_eq!(plan(&backend, &[lower]).is_ok(), backend.name() == MySql::newest().name());
    }
}

#[test]
fn run_sql_without_a_text_for_this_backend_is_refused() {
    let operation = Operation::RunSql(RunSql {
        description: String::new(),
        forward: [("sqlite".to_owned(), "VACUUM".to_owned())].into(),
        backward: Default::default(),
        transactional: true,
    });
    for backend in both() {
        let error = plan(&backend, std::slice::from_ref(&operation)).unwrap_err();
        let own = format!("forward.{}", backend.name());
        assert!(error.is_unsupported() && error.hint().is_some_and(|hint| hint.contains(&own)));
    }
}

/// What is to be refused is looked for before the first statement: over the rows as they will be then.
#[test]
fn nothing_is_refused_behind_a_statement() {
    let operations = [
        Operation::RenameTable(RenameTable { from: "book".to_owned(), to: "work".to_owned() }),
        Operation::RenameColumn(RenameColumn {
            table: "work".to_owned(),
            from: "isbn".to_owned(),
            to: "code".to_owned(),
        }),
        Operation::AddConstraint(AddConstraint {
            table: "work".to_owned(),
            constraint: Constraint::unique("work_code_uniq", ["code"]),
        }),
    ];
    for backend in both() {
        let plan = plan(&backend, &operations).unwrap();
        let refused = |step: &crate::backend::Step| matches!(step.kind, StepKind::Refuse(_));
        assert!(refused(&plan.steps[0]) && !plan.steps[1..].iter().any(refused));
        let sql = &plan.steps[0].sql;
        assert!(sql.contains("`isbn` AS `code`") && sql.contains("FROM `book`"), "{sql}");
    }
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
    for backend in both() {
        assert_eq!(plan(&backend, &[create.clone(), add.clone()]).unwrap().steps.len(), 2);
    }
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
                Column::new("text", SqlType::Varchar(20))
                    .with_collation("utf8mb4_bin")
                    .with_comment("it's\\all")
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
    let to = from.clone().with_collation("utf8mb4_bin");
    Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None })
});
#[test]
fn a_collation_of_another_database_is_unsupported() {
    let table = Table::new("note").with_column(Column::new("text", SqlType::Text).with_collation("NOCASE"));
    let operations = [Operation::CreateTable(CreateTable { table })];
    for backend in both() {
        let error = plan(&backend, &operations).unwrap_err();
        assert!(error.is_unsupported() && error.hint().is_some());
    }
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
