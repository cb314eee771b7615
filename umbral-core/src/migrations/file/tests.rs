use crate::error::ErrorKind;
use crate::migrations::operations::{self as ops, Operation};
use crate::migrations::{Checksum, Migration};
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, ExclusionConstraint, ExclusionElement, Expr, ForeignKey,
    Generated, Index, IndexColumn, IndexMethod, NullsOrder, ReferentialAction, SortOrder, SqlType, Table,
    UniqueConstraint,
};
use indexmap::IndexMap;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn every_operation() -> Migration {
    let book = Table::new("book")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("title", SqlType::Varchar(200)))
        .with_column(
            Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }).with_default(expr("0")),
        )
        .with_column(Column::new("author_id", SqlType::BigInt).nullable())
        .with_primary_key(["id"])
        .with_index(Index {
            columns: vec![
                IndexColumn::descending(expr("lower(title)")),
                IndexColumn::new(Expr::column("odd desc")),
            ],
            unique: true,
            predicate: Some(expr("price > 0")),
            ..Index::new("book_title_idx", ["title"])
        })
        .with_constraint(Constraint::unique("book_title_uniq", ["title", "price"]))
        .with_constraint(Constraint::check("book_price_check", expr("price >= 0")))
        .with_constraint(Constraint::foreign_key(
            "book_author_id_fk",
            ForeignKey {
                columns: vec!["author_id".into()],
                table: "author".into(),
                references: vec!["id".into()],
                on_delete: ReferentialAction::Cascade,
                on_update: ReferentialAction::NoAction,
                deferrable: None,
            },
        ));
    let isbn = Column::new("isbn", SqlType::Varchar(13));
    let text = |text: &str| text.to_owned();
    let scripts = |entries: &[(&str, &str)]| entries.iter().map(|(k, v)| (text(k), text(v))).collect();
    let operations = vec![
        Operation::CreateTable(ops::CreateTable { table: book }),
        Operation::RenameTable(ops::RenameTable { from: text("book"), to: text("Book \"of\" 'all'") }),
        Operation::AddColumn(ops::AddColumn {
            table: text("book"),
            column: isbn.clone(),
            backfill: Some(expr("'none'")),
        }),
        Operation::AlterColumn(ops::AlterColumn {
            table: text("book"),
            from: isbn.clone().nullable(),
            to: isbn,
            backfill: Some(expr("''")),
        }),
        Operation::RenameColumn(ops::RenameColumn {
            table: text("book"),
            from: text("isbn"),
            to: text("code"),
        }),
        Operation::AlterPrimaryKey(ops::AlterPrimaryKey {
            table: text("book"),
            from: vec![text("id")],
            to: vec![],
        }),
        Operation::AddIndex(ops::AddIndex { table: text("book"), index: Index::new("i", ["code"]) }),
        Operation::RenameIndex(ops::RenameIndex { table: text("book"), from: text("i"), to: text("j") }),
        Operation::DropIndex(ops::DropIndex { table: text("book"), index: text("j") }),
        Operation::AddConstraint(ops::AddConstraint {
            table: text("book"),
            constraint: Constraint::check("c", expr("code <> 'x'")),
        }),
        Operation::RenameConstraint(ops::RenameConstraint {
            table: text("book"),
            from: text("c"),
            to: text("d"),
        }),
        Operation::DropConstraint(ops::DropConstraint { table: text("book"), constraint: text("d") }),
        Operation::RunSql(ops::RunSql {
            description: text("Fill \"code\"\\"),
            forward: scripts(&[
                ("any", "UPDATE \"book\"\nSET \"code\" = '\\x\t\"\"\"'\r\n;\"\""),
                ("my db", "SELECT 'it''s'"),
            ]),
            backward: scripts(&[("any", "SELECT \"a\"")]),
            transactional: false,
        }),
        Operation::DropColumn(ops::DropColumn { table: text("book"), column: text("code") }),
        Operation::DropTable(ops::DropTable { table: text("book") }),
    ];
    Migration { operations, ..Migration::new("bookshop", "0003_all") }
        .depends_on("bookshop/0002_more".parse().unwrap())
        .depends_on("accounts/0001_initial".parse().unwrap())
}

#[test]
fn every_operation_is_laid_out_to_be_read() {
    let text = every_operation().to_toml();
    insta::assert_snapshot!(text);
    let mut read = Migration::from_toml(&text, "f.toml").unwrap();
    // Dependencies are written sorted.
    read.dependencies.reverse();
    assert_eq!(read, every_operation());
}

#[test]
fn what_is_not_understood_is_an_error_with_its_place() {
    let table = "[[operations]]\nop = \"create_table\"\ntable = \"t\"\n";
    let column = |column: &str| format!("{table}columns = [\n    {column},\n]\n");
    let cases: Vec<(String, &str)> = vec![
        ("oops".into(), "f.toml:3:5: not TOML: "),
        ("ap = \"x\"".into(), "f.toml:3:1: a migration has no key `ap`"),
        ("dependencies = \"x\"".into(), "f.toml:3:16: `dependencies` is a list, not text"),
        ("dependencies = [\"x\"]".into(), "f.toml:3:17: `dependencies`: `x` names no migration"),
        ("operations = [1]".into(), "f.toml:3:15: `operations` is a table, not a number"),
        ("[[operations]]\ntable = \"t\"".into(), "f.toml:3:1: an operation needs the key `op`"),
        ("[[operations]]\nop = \"drop\"".into(), "f.toml:4:6: there is no operation `drop`"),
        ("[[operations]]\nop = \"drop_table\"\ntabel = \"t\"".into(), "f.toml:5:1: drop_table has no key `tabel`"),
        ("[[operations]]\nop = \"drop_table\"".into(), "f.toml:3:1: drop_table needs the key `table`"),
        (table.into(), "f.toml:3:1: create_table needs the key `columns`"),
        (column("{ name = \"a\", type = \"int\" }"), "f.toml:7:26: `type`: `int` is no column type"),
        (column("{ name = \"ä\", type = 5 }"), "f.toml:7:26: `type` is text, not a number"),
        (column("{ name = \"a\", type = \"text\", null = true }"), "f.toml:7:34: a column has no key `null`"),
        (column("{ name = \"a\", type = \"text\", default = \"1 +\" }"), "f.toml:7:44: `default`: "),
        (
            column("{ name = \"a\", type = \"text\", nullable = 1 }"),
            "f.toml:7:45: `nullable` is true or false, not a number",
        ),
        (
            column("{ name = \"a\", type = \"text\" }, { name = \"a\", type = \"text\" }"),
            "f.toml:7:36: there are two column entries of the name `a`",
        ),
        (
            format!("{}primary_key = [\"b\"]\n", column("{ name = \"a\", type = \"text\" }")),
            "f.toml:3:1: `primary_key` names `b`, which is no column of the table",
        ),
        (
            format!(
                "{}constraints = [{{ name = \"c\", foreign_key = [\"a\"], table = \"x\", references = [\"y\", \"z\"] }}]",
                column("{ name = \"a\", type = \"text\" }")
            ),
            "f.toml:9:16: 1 columns cannot reference 2",
        ),
        (
            "[[operations]]\nop = \"add_constraint\"\ntable = \"t\"\nconstraint = { name = \"c\" }".into(),
            "f.toml:6:14: a constraint needs one of the keys `unique`, `check`, `foreign_key` and `exclude`",
        ),
        (
            "[[operations]]\nop = \"add_constraint\"\ntable = \"t\"\nconstraint = { name = \"c\", unique = [\"a\"], \
             check = \"a > 0\" }"
                .into(),
            "f.toml:6:28: a check has no key `unique`",
        ),
        (
            "[[operations]]\nop = \"add_index\"\ntable = \"t\"\nindex = { name = \"c\", columns = [] }".into(),
            "f.toml:6:33: an index has one column at least",
        ),
        (
            "[[operations]]\nop = \"run_sql\"\nforward = \"SELECT 1\"".into(),
            "f.toml:5:11: `forward` has no SQL by backend name",
        ),
        (
            "[[operations]]\nop = \"alter_column\"\ntable = \"t\"\nfrom = { name = \"a\", type = \"text\" }\nto = { \
             name = \"b\", type = \"text\" }"
                .into(),
            "f.toml:7:6: alter_column makes `b` of `a`",
        ),
    ];
    for (text, expected) in cases {
        let text = format!("id = \"0001_initial\"\napp = \"a\"\n{text}\n");
        let error = Migration::from_toml(&text, "f.toml").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{text}");
        assert!(error.to_string().starts_with(expected), "{text}\n  gave {error}\n  not  {expected}");
    }
    for (text, expected) in [
        ("", "f.toml:1:1: a migration needs the key `app`"),
        ("id = \"../x\"\napp = \"a\"", "f.toml:1:1: `../x` is no migration name"),
    ] {
        let error = Migration::from_toml(text, "f.toml").unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn a_checksum_is_of_the_meaning() {
    let migration = every_operation();
    let checksum = Checksum::of(&migration);
    let text = migration.to_toml();
    let spaced =
        format!("# a comment\n\n{}", text.replace("op = ", "op   =  ").replace("\n\n", "\n\n\n# x\n"));
    assert_eq!(Checksum::of(&Migration::from_toml(&spaced, "f").unwrap()), checksum);
    let explicit = text.replace("nullable = true", "identity = false, nullable = true");
    assert_ne!(explicit, text);
    assert_eq!(Checksum::of(&Migration::from_toml(&explicit, "f").unwrap()), checksum);

    // Every operation counts, and so does what they say.
    for position in 0..migration.operations.len() {
        let mut other = migration.clone();
        other.operations.remove(position);
        assert_ne!(Checksum::of(&other), checksum, "without operation {position}");
    }
    let mut reordered = migration.clone();
    reordered.operations.swap(0, 1);
    let mut independent = migration.clone();
    independent.dependencies.pop();
    for other in [reordered, independent] {
        assert_ne!(Checksum::of(&other), checksum);
    }
    for (from, to) in [("varchar(200)", "varchar(201)"), ("cascade", "restrict"), ("'none'", "'some'")] {
        let changed = text.replace(from, to);
        assert_ne!(Checksum::of(&Migration::from_toml(&changed, "f").unwrap()), checksum, "{from} to {to}");
    }
}

/// Recorded in databases: another value would declare every applied migration edited.
/// What came to files after their first checksums.
fn every_attribute() -> Migration {
    let key = |name: &str, nulls| IndexColumn { nulls: Some(nulls), ..IndexColumn::new(Expr::column(name)) };
    let unique = UniqueConstraint {
        nulls_not_distinct: true,
        deferrable: Some(Deferrable::InitiallyImmediate),
        ..UniqueConstraint::new(["title"])
    };
    let parent = ForeignKey {
        columns: vec!["parent".into()],
        table: "book".into(),
        references: vec!["id".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Some(Deferrable::InitiallyDeferred),
    };
    let book = Table::new("book")
        .with_column(
            Column::new("title", SqlType::Text).with_collation("C").with_comment("As on the \"cover\""),
        )
        .with_column(Column::new("gross", SqlType::Double).stored_as(expr("price * 2")))
        .with_column(Column::new("net", SqlType::Double).computed_as(expr("price / 2")))
        .with_comment("What is sold\nin 'shops'")
        .with_backends(["postgres", "mysql"])
        .with_index(Index {
            columns: vec![
                key("odd desc", NullsOrder::First),
                IndexColumn { order: SortOrder::Descending, ..key("first", NullsOrder::Last) },
            ],
            unique: true,
            include: vec!["isbn".into()],
            nulls_not_distinct: true,
            ..Index::new("book_title_idx", ["title"])
        })
        .with_index(Index { method: IndexMethod::Gin, ..Index::new("book_tags_idx", ["tags"]) })
        .with_constraint(Constraint { name: "book_title_uniq".into(), kind: ConstraintKind::Unique(unique) })
        .with_constraint(Constraint::foreign_key("book_parent_fk", parent))
        .with_constraint(Constraint::exclusion(
            "book_shelf_excl",
            ExclusionConstraint {
                method: IndexMethod::Gist,
                predicate: Some(expr("price > 0")),
                deferrable: Some(Deferrable::InitiallyDeferred),
                ..ExclusionConstraint::new(
                    ["shelf with =", "place range_ops with &&"].map(|element| element.parse().unwrap()),
                )
            },
        ));
    let (table, from) = ("book".to_owned(), book.comment.clone());
    let operations = vec![
        Operation::CreateTable(ops::CreateTable { table: book }),
        Operation::AlterTableComment(ops::AlterTableComment { table: table.clone(), from, to: None }),
        Operation::RenameLabel(ops::RenameLabel {
            table: table.clone(),
            column: "mood".into(),
            from: "it's \"so\"".into(),
            to: "so".into(),
        }),
        Operation::AlterTableBackends(ops::AlterTableBackends {
            table,
            from: vec!["mysql".to_owned(), "postgres".to_owned()],
            to: Vec::new(),
        }),
    ];
    Migration { operations, ..Migration::new("shop", "0003_attributes") }
}

#[test]
fn every_attribute_is_laid_out_to_be_read() {
    insta::assert_snapshot!(every_attribute().to_toml());
    assert_eq!(Migration::from_toml(&every_attribute().to_toml(), "f.toml").unwrap(), every_attribute());
}

#[test]
fn checksums_never_change() {
    assert_eq!(Checksum::of(&every_operation()).to_string(), "1-bc4581f19eaec97baf50768099472c64");
    assert!(!Checksum::of(&every_operation()).contradicts("2-anything"));
    assert!(Checksum::of(&every_operation()).contradicts("1-00000000000000000000000000000000"));
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("id".to_owned()),
        "[a-z_]{1,12}",
        any::<String>().prop_filter("named", |s| !s.is_empty())
    ]
}

fn some_expr() -> impl Strategy<Value = Expr> {
    prop_oneof![
        any::<i64>().prop_map(Expr::integer),
        any::<String>().prop_map(Expr::text),
        Just(Expr::Now),
        Just(expr("a > 0 AND b IS NOT NULL")),
        any::<String>()
            .prop_filter("text", |s| !s.trim().is_empty())
            .prop_map(|s| Expr::Raw(s.trim().to_owned())),
    ]
}

fn column() -> impl Strategy<Value = Column> {
    let ty = prop_oneof![
        Just(SqlType::BigInt),
        Just(SqlType::Varchar(7)),
        Just(SqlType::Array(Box::new(SqlType::Decimal { precision: 9, scale: 3 }))),
    ];
    let generated = proptest::option::of((some_expr(), any::<bool>()));
    let texts = (proptest::option::of(any::<String>()), proptest::option::of(any::<String>()));
    (name(), ty, any::<bool>(), any::<bool>(), proptest::option::of(some_expr()), generated, texts).prop_map(
        |(name, ty, nullable, identity, default, generated, (collation, comment))| {
            let generated = generated.map(|(expr, stored)| Generated { expr, stored });
            let column = Column { nullable, identity, default, generated, ..Column::new(name, ty) };
            Column { collation, comment, ..column }
        },
    )
}

fn index() -> impl Strategy<Value = Index> {
    let order = prop_oneof![Just(SortOrder::Ascending), Just(SortOrder::Descending)];
    let nulls = prop_oneof![Just(None), Just(Some(NullsOrder::First)), Just(Some(NullsOrder::Last))];
    let class = proptest::option::of(Just("text_pattern_ops".to_owned()));
    let key = (prop_oneof![name().prop_map(Expr::Column), some_expr()], class, order, nulls);
    let key = key.prop_map(|(expr, class, order, nulls)| IndexColumn { expr, class, order, nulls });
    let keys = vec(key, 1..3);
    let method = proptest::sample::select(IndexMethod::ALL);
    let rest = (method, vec(name(), 0..3), any::<bool>());
    (name(), keys, any::<bool>(), proptest::option::of(some_expr()), rest).prop_map(
        |(name, columns, unique, predicate, (method, include, nulls_not_distinct))| Index {
            name,
            columns,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
        },
    )
}

fn deferrable() -> impl Strategy<Value = Option<Deferrable>> {
    proptest::sample::select(vec![
        None,
        Some(Deferrable::InitiallyImmediate),
        Some(Deferrable::InitiallyDeferred),
    ])
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let action = prop_oneof![Just(ReferentialAction::NoAction), Just(ReferentialAction::SetNull)];
    let key = (vec((name(), name()), 1..3), name(), action.clone(), action, deferrable()).prop_map(
        |(pairs, table, on_delete, on_update, deferrable)| {
            let (columns, references) = pairs.into_iter().unzip();
            ForeignKey { columns, table, references, on_delete, on_update, deferrable }
        },
    );
    let unique = (vec(name(), 1..3), any::<bool>(), deferrable()).prop_map(
        |(columns, nulls_not_distinct, deferrable)| {
            ConstraintKind::Unique(UniqueConstraint { columns, nulls_not_distinct, deferrable })
        },
    );
    let operator = proptest::sample::select(vec!["=", "&&", "<>", "~="]);
    let class = proptest::option::of(Just("inet_ops".to_owned()));
    let element = (prop_oneof![name().prop_map(Expr::Column), some_expr()], class, operator).prop_map(
        |(expr, class, operator)| {
            let mut element = ExclusionElement::new(expr, operator.parse().unwrap());
            element.key.class = class;
            element
        },
    );
    let method = proptest::sample::select(IndexMethod::ALL);
    let exclusion = (vec(element, 1..3), method, proptest::option::of(some_expr()), deferrable()).prop_map(
        |(elements, method, predicate, deferrable)| ExclusionConstraint {
            elements,
            method,
            predicate,
            deferrable,
        },
    );
    prop_oneof![
        (name(), exclusion).prop_map(|(name, exclusion)| Constraint::exclusion(name, exclusion)),
        (name(), unique).prop_map(|(name, kind)| Constraint { name, kind }),
        (name(), some_expr()).prop_map(|(name, expr)| Constraint::check(name, expr)),
        (name(), key).prop_map(|(name, key)| Constraint::foreign_key(name, key)),
    ]
}

fn backends() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::btree_set(name(), 0..3).prop_map(|names| names.into_iter().collect())
}

fn operation() -> impl Strategy<Value = Operation> {
    let comment = || proptest::option::of(any::<String>());
    let created = (name(), vec(column(), 1..4), vec(index(), 0..3), vec(constraint(), 0..3));
    let created = (created, comment(), backends());
    let created = created.prop_map(|((name, columns, indexes, constraints), comment, backends)| {
        let columns: IndexMap<_, _> = columns.into_iter().map(|c| (c.name.clone(), c)).collect();
        let mut table = Table { name, columns, comment, backends, ..Table::default() };
        table.primary_key = table.columns.keys().take(1).cloned().collect();
        table.indexes = indexes.into_iter().map(|i| (i.name.clone(), i)).collect();
        table.constraints = constraints.into_iter().map(|c| (c.name.clone(), c)).collect();
        Operation::CreateTable(ops::CreateTable { table })
    });
    let script = || btree_map(name(), any::<String>(), 1..3);
    prop_oneof![
        created,
        (name(), column(), proptest::option::of(some_expr())).prop_map(|(table, column, backfill)| {
            Operation::AddColumn(ops::AddColumn { table, column, backfill })
        }),
        (name(), comment(), comment()).prop_map(|(table, from, to)| {
            Operation::AlterTableComment(ops::AlterTableComment { table, from, to })
        }),
        (name(), name(), any::<String>(), any::<String>()).prop_map(|(table, column, from, to)| {
            Operation::RenameLabel(ops::RenameLabel { table, column, from, to })
        }),
        (name(), backends(), backends()).prop_map(|(table, from, to)| {
            Operation::AlterTableBackends(ops::AlterTableBackends { table, from, to })
        }),
        (name(), index()).prop_map(|(table, index)| Operation::AddIndex(ops::AddIndex { table, index })),
        (name(), constraint()).prop_map(|(table, constraint)| {
            Operation::AddConstraint(ops::AddConstraint { table, constraint })
        }),
        (any::<String>(), script(), script(), any::<bool>()).prop_map(
            |(description, forward, backward, transactional)| {
                Operation::RunSql(ops::RunSql { description, forward, backward, transactional })
            }
        ),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(operations in vec(operation(), 0..4)) {
        let migration = Migration { operations, ..Migration::new("a", "0001_x") };
        let text = migration.to_toml();
        let read = Migration::from_toml(&text, "f.toml");
        prop_assert_eq!(read.as_ref().ok(), Some(&migration), "{:?}\n{}", read.as_ref().err(), text);
        prop_assert_eq!(Checksum::of(&read.unwrap()), Checksum::of(&migration));
        prop_assert_eq!(migration.to_toml(), text);
    }
}
