//! Changes of tables that hold rows.

use super::{Live, on_postgres, refused};
use umbral::backend::Statement;
use umbral::migrations::Operation;
use umbral::migrations::operations::*;
use umbral::schema::{
    Column, Constraint, ConstraintKind, Deferrable, Expr, ForeignKey, Index, IndexColumn, ReferentialAction,
    SqlType, Table,
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
        .with_column(Column::new("isbn", SqlType::Text).nullable())
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

fn run_sql(text: &str, transactional: bool) -> Operation {
    Operation::RunSql(RunSql {
        description: String::new(),
        forward: [("postgres".to_owned(), text.to_owned())].into(),
        backward: Default::default(),
        transactional,
    })
}

fn add_constraint(constraint: Constraint) -> Operation {
    Operation::AddConstraint(AddConstraint { table: "book".to_owned(), constraint })
}

#[test]
fn rows_that_stand_against_a_change_are_counted_and_found() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let mut unique_index = Index::new("book_lower_uniq", ["title"]).unique();
        unique_index.columns = vec![IndexColumn::new(expr("lower(title)"))];
        unique_index.predicate = Some(expr("price > 0"));
        live.execute("ALTER TABLE book DROP CONSTRAINT book_author_id_fk").await;
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
    on_postgres(async |database| {
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
        let recent = "SELECT count(*) FROM book WHERE made BETWEEN (now() AT TIME ZONE 'UTC') - interval '1 hour' \
                      AND (now() AT TIME ZONE 'UTC')";
        assert_eq!(live.one(recent).await, "4");
    });
}

#[test]
fn a_default_goes_along_with_a_change_of_type() {
    on_postgres(async |database| {
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
        assert_eq!(
            live.one("SELECT string_agg(price, ',' ORDER BY id) FROM book").await,
            "1.50,1.50,1.50,free"
        );
    });
}

#[test]
fn counting_goes_on_behind_the_greatest_key() {
    on_postgres(async |database| {
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
        live.apply(&[alter(&counted, "id", |column| column.ty = SqlType::Integer, None)]).await.unwrap();
        live.execute("INSERT INTO author (name) VALUES ('Eve')").await;
        assert_eq!(live.one("SELECT id FROM author WHERE name = 'Eve'").await, "43");
    });
}

/// Cases: 32.
#[test]
fn a_key_and_what_points_at_it_change_type_together() {
    on_postgres(async |database| {
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
        assert_eq!(live.one("SELECT string_agg(author_id, ',' ORDER BY id) FROM \"Work\"").await, "1,1,2");
        let orphan = live.driver.execute(Statement::new("UPDATE \"Work\" SET author_id = '7'")).await;
        assert!(orphan.unwrap_err().is_foreign_key_violation());
        live.execute("DELETE FROM author WHERE id = '1'").await;
        assert_eq!(live.one("SELECT count(*) FROM \"Work\"").await, "1");
    });
}

#[test]
fn the_primary_key_moves_to_other_columns() {
    on_postgres(async |database| {
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

#[test]
fn a_view_in_the_way_of_a_change_is_named() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        live.execute("CREATE VIEW cheap AS SELECT title FROM book WHERE price < 2").await;
        let retype = |name: &str, ty| alter(&book(), name, |column| column.ty = ty, None);
        let error = live.apply(&[retype("title", SqlType::Text)]).await.unwrap_err();
        let refused = refused(&error);
        assert_eq!((refused.count, refused.refusal.message.contains("book.title")), (1, true));
        // The column that no view reads is free.
        live.apply(&[retype("isbn", SqlType::Varchar(20))]).await.unwrap();
        live.apply(&[
            run_sql("DROP VIEW cheap", true),
            retype("title", SqlType::Text),
            run_sql("CREATE VIEW cheap AS SELECT title FROM book WHERE price < 2", true),
        ])
        .await
        .unwrap();
        assert_eq!(live.one("SELECT count(*) FROM cheap").await, "3");
    });
}

#[test]
fn a_table_is_altered_after_its_rows_in_one_transaction() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let mut later = book().constraints["book_author_id_fk"].clone();
        if let ConstraintKind::ForeignKey(key) = &mut later.kind {
            key.deferrable = Some(Deferrable::InitiallyDeferred);
        }
        live.apply(&[
            Operation::DropConstraint(DropConstraint {
                table: "book".into(),
                constraint: later.name.clone(),
            }),
            Operation::AddConstraint(AddConstraint { table: "book".into(), constraint: later }),
        ])
        .await
        .unwrap();
        live.apply(&[
            run_sql("UPDATE book SET author_id = 2", true),
            alter(&book(), "title", |column| column.ty = SqlType::Text, None),
            alter(&book(), "isbn", |column| column.nullable = false, Some(expr("''"))),
            run_sql("UPDATE book SET author_id = 1", true),
        ])
        .await
        .unwrap();
        // What a deferred constraint refuses is refused at the latest by the next change.
        let error = live
            .apply(&[
                run_sql("UPDATE book SET author_id = 99", true),
                Operation::DropIndex(DropIndex {
                    table: "book".to_owned(),
                    index: "book_author_id_idx".to_owned(),
                }),
            ])
            .await
            .unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
    });
}

#[test]
fn an_index_is_built_beside_the_transaction() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let drop = Operation::DropIndex(DropIndex {
            table: "book".to_owned(),
            index: "book_author_id_idx".to_owned(),
        });
        let build = "CREATE INDEX CONCURRENTLY book_author_id_idx ON book (author_id)";
        live.apply(&[drop]).await.unwrap();
        // The operation says nothing of the index; the state gets it as if it had been added.
        let plan =
            live.driver.backend().planner().plan(&[run_sql(build, false)], &live.schema, &Default::default());
        assert!(!plan.unwrap().transactional);
        live.script(build).await;
        let index = Index::new("book_author_id_idx", ["author_id"]);
        let add = Operation::AddIndex(AddIndex { table: "book".to_owned(), index });
        add.apply(&mut live.schema).unwrap();
        live.check().await;
    });
}

#[test]
fn what_fails_half_way_leaves_nothing_behind() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        library(&mut live).await;
        let error = live
            .apply(&[
                alter(&book(), "title", |column| column.ty = SqlType::Text, None),
                Operation::RenameColumn(RenameColumn {
                    table: "book".to_owned(),
                    from: "title".to_owned(),
                    to: "name".to_owned(),
                }),
                run_sql("SELECT 1 / 0", true),
            ])
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("22012"));
    });
}

#[test]
fn a_column_that_a_constraint_reads_is_not_dropped_with_it() {
    on_postgres(async |database| {
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
