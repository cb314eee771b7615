//! Changes of tables that hold rows.

use super::{Live, on_mysql, refused};
use umbral::backend::Statement;
use umbral::migrations::Operation;
use umbral::migrations::operations::*;
use umbral::schema::{
    Column, Constraint, ConstraintKind, Expr, ForeignKey, Index, ReferentialAction, SqlType, Table,
};

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn key_to(table: &str, column: &str, of: &str) -> Constraint {
    let key = ForeignKey {
        columns: vec![column.to_owned()],
        table: of.to_owned(),
        references: vec!["id".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Constraint::foreign_key(format!("{table}_{column}_fk"), key)
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
        .with_column(Column::new("title", SqlType::Varchar(80)))
        .with_column(
            Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }).with_default(expr("1.50")),
        )
        .with_column(Column::new("isbn", SqlType::Varchar(20)).nullable())
        .with_column(Column::new("author_id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_index(Index::new("book_author_id_idx", ["author_id"]))
        .with_constraint(Constraint::check("book_price_check", expr("price >= 0")))
        .with_constraint(key_to("book", "author_id", "author"))
}

/// Two authors and three books.
async fn library(live: &mut Live) {
    let create = |table| Operation::CreateTable(CreateTable { table });
    live.apply(&[create(author()), create(book())]).await.unwrap();
    live.execute("INSERT INTO author (name) VALUES ('Ann'), ('Bob')").await;
    live.execute(
        "INSERT INTO book (title, isbn, author_id) VALUES ('One', '1', 1), ('Two', NULL, 1), ('Two', '1', 2)",
    )
    .await;
}

fn alter(table: &Table, name: &str, change: impl FnOnce(&mut Column), backfill: Option<Expr>) -> Operation {
    let from = table.columns[name].clone();
    let mut to = from.clone();
    change(&mut to);
    Operation::AlterColumn(AlterColumn { table: table.name.clone(), from, to, backfill })
}

fn add_constraint(constraint: Constraint) -> Operation {
    Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint })
}

#[test]
fn rows_that_stand_against_a_change_are_counted_and_found() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let unique_index = Index::new("book_title_uniq", ["title"]).unique();
        live.execute("ALTER TABLE book DROP FOREIGN KEY book_author_id_fk").await;
        live.execute("INSERT INTO book (title, author_id) VALUES ('Orphan', 9)").await;
        let drop_key =
            DropConstraint { table: "book".to_owned(), constraint: "book_author_id_fk".to_owned() };
        Operation::DropConstraint(drop_key).apply(&mut live.schema).unwrap();
        let pages = Column::new("pages", SqlType::Integer);
        for (operation, count, found) in [
            (alter(&book(), "isbn", |column| column.nullable = false, None), 2, 2),
            (add_constraint(Constraint::unique("book_isbn_uniq", ["isbn"])), 1, 1),
            (add_constraint(Constraint::unique("book_title_isbn_uniq", ["title", "price"])), 1, 1),
            (add_constraint(Constraint::check("book_title_check", expr("title <> 'Two'"))), 2, 2),
            (add_constraint(key_to("book", "author_id", "author")), 1, 1),
            (Operation::AddIndex(AddIndex { table: "book".to_owned(), index: unique_index }), 1, 1),
            (
                Operation::AddColumn(AddColumn { table: "book".to_owned(), column: pages, backfill: None }),
                4,
                4,
            ),
        ] {
            let error = live.apply(std::slice::from_ref(&operation)).await.unwrap_err();
            let refused = refused(&error);
            assert_eq!(refused.count, count, "{operation:?}");
            let find = refused.refusal.find.clone().unwrap();
            assert_eq!(live.column(&find).await.len(), found, "{find}");
            assert!(!refused.refusal.hint.is_empty());
        }
        live.execute("DELETE FROM book WHERE id > 1").await;
        live.apply(&[
            alter(&book(), "isbn", |column| column.nullable = false, None),
            add_constraint(Constraint::unique("book_isbn_uniq", ["isbn"])),
            add_constraint(key_to("book", "author_id", "author")),
        ])
        .await
        .unwrap();
    });
}

#[test]
fn nulls_are_filled_and_columns_come_with_values() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let add =
            |column, backfill| Operation::AddColumn(AddColumn { table: "book".to_owned(), column, backfill });
        live.apply(&[
            alter(&book(), "isbn", |column| column.nullable = false, Some(expr("title || '?'"))),
            add(Column::new("pages", SqlType::Integer), Some(expr("7"))),
            add(Column::new("slug", SqlType::Text).with_default(expr("'-'")), Some(expr("lower(title)"))),
            add(Column::new("made", SqlType::Timestamp).with_default(Expr::Now), None),
            add(Column::new("number", SqlType::Integer).nullable(), None),
        ])
        .await
        .unwrap();
        live.execute("INSERT INTO book (title, isbn, author_id, pages) VALUES ('New', '5', 1, 1)").await;
        let all = live.column("SELECT concat_ws(' ', isbn, pages, slug, number) FROM book ORDER BY id").await;
        let all: Vec<String> = all.into_iter().flatten().collect();
        assert_eq!(all, ["1 7 one", "Two? 7 two", "1 7 two", "5 1 -"]);
        let recent = "SELECT COUNT(*) FROM book WHERE made BETWEEN UTC_TIMESTAMP() - INTERVAL 1 HOUR AND \
                      UTC_TIMESTAMP(6)";
        assert_eq!(live.one(recent).await, "4");
    });
}

#[test]
fn a_default_goes_along_with_a_change_of_type() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        // The check compares with a number: it goes first.
        let error = live.apply(&[alter(&book(), "price", |column| column.ty = SqlType::Text, None)]).await;
        let error = error.unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains("book_price_check"), "{error:?}");
        live.apply(&[
            Operation::DropConstraint(DropConstraint {
                table: "book".to_owned(),
                constraint: "book_price_check".to_owned(),
            }),
            alter(
                &book(),
                "price",
                |column| {
                    column.ty = SqlType::Text;
                    column.default = Some(expr("'free'"));
                },
                None,
            ),
        ])
        .await
        .unwrap();
        live.execute("INSERT INTO book (title, author_id) VALUES ('New', 1)").await;
        assert_eq!(live.one("SELECT GROUP_CONCAT(price ORDER BY id) FROM book").await, "1.50,1.50,1.50,free");
    });
}

#[test]
fn counting_goes_on_behind_the_greatest_key() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let counted = author();
        let mut plain = counted.clone();
        plain.columns["id"].identity = false;
        live.apply(&[alter(&counted, "id", |column| column.identity = false, None)]).await.unwrap();
        live.execute("INSERT INTO author (id, name) VALUES (41, 'Cem')").await;
        live.apply(&[alter(&plain, "id", |column| column.identity = true, None)]).await.unwrap();
        live.execute("INSERT INTO author (name) VALUES ('Dee')").await;
        assert_eq!(live.one("SELECT id FROM author WHERE name = 'Dee'").await, "42");
    });
}

/// Cases: 25.
#[test]
fn a_key_and_what_points_at_it_change_type_together() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let mut plain = author();
        plain.columns["id"].identity = false;
        live.apply(&[
            alter(&author(), "id", |column| column.identity = false, None),
            alter(&plain, "id", |column| column.ty = SqlType::Varchar(20), None),
            Operation::RenameTable(RenameTable { from: "book".to_owned(), to: "Work".to_owned() }),
            {
                let mut work = book();
                work.name = "Work".to_owned();
                alter(&work, "author_id", |column| column.ty = SqlType::Varchar(20), None)
            },
        ])
        .await
        .unwrap();
        assert_eq!(live.one("SELECT GROUP_CONCAT(author_id ORDER BY id) FROM `Work`").await, "1,1,2");
        let orphan = live.driver.execute(Statement::new("UPDATE `Work` SET author_id = '7'")).await;
        assert!(orphan.unwrap_err().is_foreign_key_violation());
        live.execute("DELETE FROM author WHERE id = '1'").await;
        assert_eq!(live.one("SELECT count(*) FROM `Work`").await, "1");
    });
}

#[test]
fn the_primary_key_moves_to_other_columns() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let drop_key = Operation::DropConstraint(DropConstraint {
            table: "book".to_owned(),
            constraint: "book_author_id_fk".to_owned(),
        });
        let move_key = Operation::AlterPrimaryKey(AlterPrimaryKey {
            table: "writer".to_owned(),
            from: vec!["id".to_owned()],
            to: vec!["name".to_owned(), "id".to_owned()],
        });
        live.apply(&[
            drop_key,
            alter(&author(), "id", |column| column.identity = false, None),
            // The key's constraint keeps the name of the table as it was.
            Operation::RenameTable(RenameTable { from: "author".to_owned(), to: "writer".to_owned() }),
            move_key,
        ])
        .await
        .unwrap();
        live.execute("INSERT INTO writer (id, name) VALUES (1, 'Bob')").await;
        let again =
            live.driver.execute(Statement::new("INSERT INTO writer (id, name) VALUES (1, 'Bob')")).await;
        assert!(again.unwrap_err().is_unique_violation());
    });
}

/// A foreign key to its own table is looked for in the table as it was before the statement.
#[test]
fn a_table_comes_to_point_at_a_new_key_of_its_own() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let table = Table::new("node")
            .with_column(Column::new("id", SqlType::BigInt))
            .with_column(Column::new("code", SqlType::Varchar(20)))
            .with_column(Column::new("number", SqlType::Integer))
            .with_column(Column::new("parent", SqlType::Varchar(20)).nullable())
            .with_column(Column::new("above", SqlType::Integer).nullable())
            .with_primary_key(["id"]);
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO node VALUES (1, 'a', 7, NULL, NULL), (2, 'b', 8, 'a', 7)").await;
        let add =
            |constraint| Operation::AddConstraint(AddConstraint { table: "node".to_owned(), constraint });
        let pointing = |column: &str, references: &str| {
            let ConstraintKind::ForeignKey(key) = key_to("node", column, "node").kind else { unreachable!() };
            let key = ForeignKey { references: vec![references.to_owned()], ..key };
            Constraint::foreign_key(format!("node_{column}_fk"), key)
        };
        let names = |name: &str| vec![name.to_owned()];
        live.apply(&[
            Operation::AlterPrimaryKey(AlterPrimaryKey {
                table: "node".to_owned(),
                from: names("id"),
                to: names("code"),
            }),
            add(pointing("parent", "code")),
            add(Constraint::unique("node_number_uniq", ["number"])),
            add(pointing("above", "number")),
        ])
        .await
        .unwrap();
        live.execute("DELETE FROM node WHERE id = 1").await;
        assert_eq!(live.one("SELECT count(*) FROM node").await, "0");
    });
}

/// Cases: 24.
#[test]
fn a_column_that_a_constraint_reads_is_not_dropped_with_it() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        live.apply(&[add_constraint(Constraint::check("book_both_check", expr("price > 0 OR isbn <> ''")))])
            .await
            .unwrap();
        for column in ["price", "isbn"] {
            let drop = DropColumn { table: "book".to_owned(), column: column.to_owned() };
            let error = live.apply(&[Operation::DropColumn(drop)]).await.unwrap_err();
            assert_eq!(error.kind(), umbral::ErrorKind::Schema, "{error:?}");
        }
    });
}

/// The servers refuse it when the foreign key is made, which may be in the middle of a migration.
#[test]
fn a_column_that_a_foreign_key_sets_to_null_is_not_closed() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let add = AddColumn {
            table: "book".to_owned(),
            column: Column::new("editor_id", SqlType::BigInt).nullable(),
            backfill: None,
        };
        let mut key = key_to("book", "editor_id", "author");
        if let ConstraintKind::ForeignKey(key) = &mut key.kind {
            key.on_delete = ReferentialAction::SetNull;
        }
        live.apply(&[Operation::AddColumn(add), add_constraint(key.clone())]).await.unwrap();
        let close = alter(
            &live.schema.tables["book"],
            "editor_id",
            |column| column.nullable = false,
            Some(expr("1")),
        );
        let error = live.apply(std::slice::from_ref(&close)).await.unwrap_err();
        assert!(error.is_unsupported() && error.to_string().contains("book_editor_id_fk"), "{error:?}");
        let drop = DropConstraint { table: "book".to_owned(), constraint: key.name.clone() };
        live.apply(&[Operation::DropConstraint(drop), close]).await.unwrap();
        let error = live.apply(&[add_constraint(key)]).await.unwrap_err();
        assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
        assert_eq!(live.one("SELECT GROUP_CONCAT(editor_id) FROM book").await, "1,1,1");

        // An update of what is referenced to NULL would cascade.
        let number = Column::new("number", SqlType::BigInt).nullable();
        let unique = Constraint::unique("author_number_uniq", ["number"]);
        let add = [
            Operation::AddColumn(AddColumn { table: "author".to_owned(), column: number, backfill: None }),
            Operation::AddConstraint(AddConstraint { table: "author".to_owned(), constraint: unique }),
        ];
        live.apply(&add).await.unwrap();
        live.execute("UPDATE author SET number = id").await;
        let mut key = key_to("book", "editor_id", "author");
        if let ConstraintKind::ForeignKey(key) = &mut key.kind {
            key.on_update = ReferentialAction::Cascade;
            key.references = vec!["number".to_owned()];
        }
        let done = live.apply(&[add_constraint(key)]).await;
        match live.driver.backend().name() {
            "mariadb" => assert!(done.unwrap_err().is_unsupported()),
            _ => done.unwrap(),
        }
    });
}

/// A check over a column that a foreign key changes by itself: the server refuses it in the middle of a migration, so
/// the plan does before the first statement.
#[test]
fn a_check_over_what_a_foreign_key_changes_is_unsupported() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        for (on_delete, on_update, may) in [
            (ReferentialAction::SetNull, ReferentialAction::NoAction, false),
            (ReferentialAction::NoAction, ReferentialAction::Cascade, false),
            (ReferentialAction::NoAction, ReferentialAction::SetNull, false),
            (ReferentialAction::Cascade, ReferentialAction::Restrict, true),
        ] {
            let add = AddColumn {
                table: "book".to_owned(),
                column: Column::new("editor_id", SqlType::BigInt).nullable(),
                backfill: None,
            };
            let mut key = key_to("book", "editor_id", "author");
            if let ConstraintKind::ForeignKey(key) = &mut key.kind {
                (key.on_delete, key.on_update) = (on_delete, on_update);
            }
            let check = Constraint::check("book_editor_check", expr("editor_id > 0"));
            let drop = DropColumn { table: "book".to_owned(), column: "editor_id".to_owned() };
            let drop = ["book_editor_check", "book_editor_id_fk"]
                .map(|name| {
                    let (table, constraint) = ("book".to_owned(), name.to_owned());
                    Operation::DropConstraint(DropConstraint { table, constraint })
                })
                .into_iter()
                .chain([Operation::DropColumn(drop)]);
            for constraints in [[key.clone(), check.clone()], [check, key]] {
                let constraints = constraints.map(add_constraint);
                let operations = [Operation::AddColumn(add.clone())].into_iter().chain(constraints);
                let done = live.apply(&operations.collect::<Vec<_>>()).await;
                match done {
                    Ok(()) => {
                        assert!(may, "{on_delete:?} {on_update:?}");
                        live.apply(&drop.clone().collect::<Vec<_>>()).await.unwrap();
                    }
                    Err(error) => {
                        assert!(!may && error.is_unsupported() && error.hint().is_some(), "{error:?}")
                    }
                }
            }
        }
        assert_eq!(live.one("SELECT COUNT(*) FROM book").await, "3");
    });
}

/// What is to be refused late in a migration is refused before anything of it was done.
#[test]
fn a_late_refusal_leaves_nothing_behind() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let mut renamed = book();
        renamed.name = "work".to_owned();
        let error = live
            .apply(&[
                Operation::RenameTable(RenameTable { from: "book".to_owned(), to: "work".to_owned() }),
                Operation::RenameColumn(RenameColumn {
                    table: "work".to_owned(),
                    from: "title".to_owned(),
                    to: "name".to_owned(),
                }),
                alter(&renamed, "isbn", |column| column.nullable = false, Some(expr("'1'"))),
                Operation::AddConstraint(AddConstraint {
                    table: "work".to_owned(),
                    constraint: Constraint::unique("work_uniq", ["name", "isbn"]),
                }),
            ])
            .await
            .unwrap_err();
        let refused = refused(&error);
        assert_eq!(refused.count, 1);
        let find = refused.refusal.find.clone().unwrap();
        assert_eq!(live.column(&find).await, [Some("Two".to_owned())]);
    });
}

/// Values that a migration gives are held to what holds for the table, before they are given.
#[test]
fn a_given_value_that_breaks_a_constraint_is_refused_first() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let mut table = book();
        table.columns["author_id"].nullable = true;
        table.columns["isbn"].nullable = true;
        table = table.with_constraint(Constraint::unique("book_isbn_uniq", ["isbn"]));
        let create = |table| Operation::CreateTable(CreateTable { table });
        live.apply(&[create(author()), create(table.clone())]).await.unwrap();
        live.execute("INSERT INTO author (name) VALUES ('Ann')").await;
        live.execute(
            "INSERT INTO book (title, isbn, author_id) VALUES ('One', NULL, NULL), ('Two', NULL, 1)",
        )
        .await;
        for (column, value, count) in [("isbn", "'x'", 1), ("author_id", "7", 1)] {
            let change = alter(&table, column, |column| column.nullable = false, Some(expr(value)));
            let error = live.apply(&[change]).await.unwrap_err();
            assert_eq!(refused(&error).count, count, "{column}");
        }
        live.apply(&[alter(&table, "author_id", |column| column.nullable = false, Some(expr("1")))])
            .await
            .unwrap();
        assert_eq!(live.one("SELECT COUNT(*) FROM book WHERE author_id = 1").await, "2");
    });
}

/// MODIFY says again what the schema has no word for: the comment, the collation, what an update sets.
///
/// Cases: 23.
#[test]
fn what_a_column_carries_lives_through_its_change() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        live.execute(
            "ALTER TABLE book MODIFY title varchar(80) COLLATE utf8mb4_general_ci NOT NULL COMMENT 'it''s the title', \
             ADD COLUMN touched datetime(6) ON UPDATE CURRENT_TIMESTAMP(6) COMMENT 'when'",
        )
        .await;
        let touched = Column::new("touched", SqlType::Timestamp).nullable().with_comment("when");
        let mut table = live.schema.tables["book"].clone();
        table.columns.insert("touched".to_owned(), touched);
        let carried = |name: &str| {
            let title = Column::new(name, SqlType::Varchar(80)).with_collation("utf8mb4_general_ci");
            title.with_comment("it's the title")
        };
        table.columns.insert("title".to_owned(), carried("title"));
        live.schema.tables.insert("book".to_owned(), table.clone());
        live.check().await;
        let rename =
            RenameColumn { table: "book".to_owned(), from: "title".to_owned(), to: "name".to_owned() };
        let from = carried("name");
        let to = Column { ty: SqlType::Varchar(120), nullable: true, ..from.clone() };
        live.apply(&[
            Operation::RenameColumn(rename),
            Operation::AlterColumn(AlterColumn { table: "book".to_owned(), from, to, backfill: None }),
            alter(&table, "touched", |column| column.nullable = false, Some(expr("CURRENT_TIMESTAMP"))),
        ])
        .await
        .unwrap();
        let carried = "SELECT GROUP_CONCAT(CONCAT_WS(' ', column_comment, collation_name, \
                       extra LIKE '%on update%') ORDER BY column_name) \
                       FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'book' \
                       AND column_name IN ('name', 'touched')";
        assert_eq!(live.one(carried).await, "it's the title utf8mb4_general_ci 0,when 1");
    });
}

/// Two tables that reference each other, and one that references itself.
#[test]
fn columns_of_foreign_keys_are_renamed_beside_others_that_checks_read() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let rename = |table: &str, from: &str, to: &str| {
            let (table, from, to) = (table.to_owned(), from.to_owned(), to.to_owned());
            Operation::RenameColumn(RenameColumn { table, from, to })
        };
        let positive = Constraint::check("book_author_id_check", expr("author_id > 0"));
        live.apply(&[
            add_constraint(positive),
            rename("book", "price", "cost"),
            rename("book", "author_id", "writer_id"),
            rename("book", "title", "name"),
            rename("author", "id", "number"),
        ])
        .await
        .unwrap();
        assert_eq!(
            live.column("SELECT concat(name, writer_id) FROM book ORDER BY id").await,
            ["One1", "Two1", "Two2"].map(|text| Some(text.to_owned()))
        );
        for refused in
            ["UPDATE book SET writer_id = -1", "UPDATE book SET writer_id = 9", "UPDATE book SET cost = -1"]
        {
            assert!(live.driver.execute(Statement::new(refused)).await.is_err(), "{refused}");
        }
    });
}

/// Cases: 31.
#[test]
fn circles_of_foreign_keys_come_and_go() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let table = |name: &str, other: &str| {
            Table::new(name)
                .with_column(Column::new("id", SqlType::BigInt).identity())
                .with_column(Column::new("other_id", SqlType::BigInt).nullable())
                .with_column(Column::new("self_id", SqlType::BigInt).nullable())
                .with_primary_key(["id"])
                .with_constraint(key_to(name, "self_id", name))
                .with_constraint(key_to(name, "other_id", other))
        };
        let schema = umbral::schema::Schema::new([table("left", "right"), table("right", "left")]);
        let none = umbral::schema::Schema::default();
        let renames = umbral::migrations::Renames::none();
        live.apply(&umbral::migrations::diff(&none, &schema, &renames).unwrap()).await.unwrap();
        live.execute("INSERT INTO `left` (id, self_id) VALUES (1, 1)").await;
        live.execute("INSERT INTO `right` (id, other_id) VALUES (1, 1)").await;
        live.apply(&umbral::migrations::diff(&schema, &none, &renames).unwrap()).await.unwrap();
    });
}

/// An index that a foreign key needs goes only once another is there.
///
/// Cases: 25.
#[test]
fn the_index_under_a_foreign_key_is_replaced() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let drop = DropIndex { table: "book".to_owned(), index: "book_author_id_idx".to_owned() };
        let add =
            AddIndex { table: "book".to_owned(), index: Index::new("by_author", ["author_id", "title"]) };
        for operation in [Operation::DropIndex(drop), Operation::AddIndex(add)] {
            live.apply(&[operation]).await.unwrap();
        }
        let orphan = live.driver.execute(Statement::new("UPDATE book SET author_id = 7")).await;
        assert!(orphan.unwrap_err().is_foreign_key_violation());
        let indexes = "SELECT GROUP_CONCAT(DISTINCT index_name ORDER BY index_name) FROM information_schema.statistics \
                       WHERE table_schema = DATABASE() AND table_name = 'book'";
        assert_eq!(live.one(indexes).await, "by_author,PRIMARY");
    });
}

/// Zero is a key like any other when counting begins.
///
/// Cases: 52.
#[test]
fn counting_keeps_a_key_of_zero() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let mut plain = author();
        plain.columns["id"].identity = false;
        live.apply(&[Operation::CreateTable(CreateTable { table: plain.clone() })]).await.unwrap();
        live.execute("INSERT INTO author (id, name) VALUES (0, 'Zoe'), (5, 'Ann')").await;
        live.apply(&[alter(&plain, "id", |column| column.identity = true, None)]).await.unwrap();
        live.execute("INSERT INTO author (name) VALUES ('Bob')").await;
        assert_eq!(
            live.one("SELECT GROUP_CONCAT(CONCAT(id, name) ORDER BY id) FROM author").await,
            "0Zoe,5Ann,6Bob"
        );
    });
}

/// A statement of several clauses that fails leaves nothing of any of them.
///
/// Cases: 28.
#[test]
fn one_statement_is_all_or_nothing() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let add = AddColumn {
            table: "book".to_owned(),
            column: Column::new("pages", SqlType::Integer).nullable(),
            backfill: None,
        };
        // Stands in the database, and not in the state.
        live.execute("CREATE INDEX taken ON book (price)").await;
        let index = AddIndex { table: "book".to_owned(), index: Index::new("taken", ["title"]) };
        let plan = live.driver.backend().planner().plan(
            &[Operation::AddColumn(add), Operation::AddIndex(index)],
            &live.schema,
            &Default::default(),
        );
        let plan = plan.unwrap();
        assert_eq!(plan.steps.len(), 1);
        live.driver.execute(Statement::new(plan.steps[0].sql.as_str())).await.unwrap_err();
        live.execute("DROP INDEX taken ON book").await;
        live.check().await;
    });
}
