//! Shapes of schemas that tools stumble over: odd names, wide and empty tables, circles of foreign keys, keys that change
//! their type under foreign keys. Through the differ, and with rows, on every engine.

use crate::live::Live;
use umbral::migrations::{Renames, diff};
use umbral::schema::{
    Column, Constraint, Expr, ForeignKey, Index, ReferentialAction, Schema, SqlType, Table, constraint_name,
};
use umbral_testkit::each_engine;

impl Live {
    /// Brings the database to a schema by what the differ finds.
    async fn become_schema(&mut self, to: &Schema) {
        let operations = diff(&self.schema, to, &Renames::none()).unwrap();
        self.apply(&operations).await.unwrap();
        assert_eq!(self.schema, *to);
        assert_eq!(diff(&self.schema, to, &Renames::none()).unwrap(), []);
    }

    fn quoted(&self, name: &str) -> String {
        self.driver.backend().dialect().quote_identifier(name)
    }
}

fn key(column: &str, table: &str) -> ForeignKey {
    ForeignKey {
        columns: vec![column.to_owned()],
        table: table.to_owned(),
        references: vec!["id".to_owned()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    }
}

fn pointing(name: &str, ty: &SqlType, columns: &[(&str, &str)]) -> Table {
    let mut table = Table::new(name).with_column(Column::new("id", ty.clone())).with_primary_key(["id"]);
    for (column, target) in columns {
        table = table.with_column(Column::new(*column, ty.clone()).nullable());
        let name = constraint_name(name, &[column], "fk");
        table = table.with_constraint(Constraint::foreign_key(name, key(column, target)));
    }
    table
}

const NAMES: &[&str] = &[
    "select",
    "Mixed Case",
    "quo\"te",
    "it's",
    "back`tick",
    "[bracket]",
    "naïve",
    "note🎵",
    "a.b",
    "percent%",
    "-- x",
];

/// Cases: 29, 35.
#[test]
fn any_name_is_kept_with_its_rows() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let backend = std::sync::Arc::clone(live.driver.backend());
        let names: Vec<&str> =
            NAMES.iter().copied().filter(|name| backend.check_name(name).is_ok()).collect();
        assert!(names.len() >= 9, "{names:?}");
        let tables = |ty: &SqlType| {
            Schema::new(names.iter().map(|name| {
                Table::new(*name)
                    .with_column(Column::new("id", SqlType::BigInt))
                    .with_column(Column::new(*name, ty.clone()).with_comment("kept"))
                    .with_primary_key(["id"])
                    .with_index(Index::new(constraint_name(name, &[name], "idx"), [*name]))
                    .with_constraint(Constraint::unique(
                        constraint_name(name, &[name], "uniq"),
                        ["id", *name],
                    ))
                    .with_constraint(Constraint::check(
                        constraint_name(name, &[name], "check"),
                        Expr::binary(
                            umbral::schema::expr::BinaryOp::Gt,
                            Expr::column(*name),
                            Expr::integer(0),
                        ),
                    ))
            }))
        };
        live.become_schema(&tables(&SqlType::Integer)).await;
        for name in &names {
            let name = live.quoted(name);
            live.execute(&format!("INSERT INTO {name} (id, {name}) VALUES (1, 7)")).await;
        }
        live.become_schema(&tables(&SqlType::BigInt)).await;
        for name in &names {
            let name = live.quoted(name);
            assert_eq!(live.one(&format!("SELECT {name} FROM {name}")).await, "7");
        }
        live.become_schema(&Schema::default()).await;
    });
}

/// Made-up names of two long ones differ where they are cut, and a database keeps both.
///
/// Cases: 15, 26.
#[test]
fn long_names_are_cut_to_different_ones() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let long = |end: &str| format!("{}{end}", "very_long_name_".repeat(3));
        let (first, second) = (long("first"), long("second"));
        let of =
            |column: &str, suffix: &str| constraint_name(&long("table"), &[&long("column"), column], suffix);
        let table = Table::new(long("table"))
            .with_column(Column::new("id", SqlType::BigInt))
            .with_column(Column::new(&first, SqlType::BigInt).nullable())
            .with_column(Column::new(&second, SqlType::BigInt).nullable())
            .with_primary_key(["id"])
            .with_index(Index::new(of(&first, "idx"), [&first]))
            .with_index(Index::new(of(&second, "idx"), [&second]))
            .with_constraint(Constraint::foreign_key(of(&first, "fk"), key(&first, &long("table"))))
            .with_constraint(Constraint::foreign_key(of(&second, "fk"), key(&second, &long("table"))));
        assert_eq!((table.indexes.len(), table.constraints.len()), (2, 2));
        live.become_schema(&Schema::new([table])).await;
        let name = live.quoted(&long("table"));
        live.execute(&format!("INSERT INTO {name} (id) VALUES (1)")).await;
        live.become_schema(&Schema::default()).await;
    });
}

/// Cases: 35.
#[test]
fn a_table_of_64_columns_changes_with_and_without_rows() {
    each_engine(async |database| {
        for rows in [0, 3] {
            let mut live = Live::on(database).await;
            let wide = |ty: SqlType| {
                let mut table =
                    Table::new(format!("wide{rows}")).with_column(Column::new("id", SqlType::BigInt));
                for number in 1..64 {
                    table = table.with_column(
                        Column::new(format!("c{number}"), ty.clone()).with_default(Expr::integer(5)),
                    );
                }
                Schema::new([table.with_primary_key(["id"])])
            };
            live.become_schema(&wide(SqlType::Integer)).await;
            for id in 0..rows {
                live.execute(&format!("INSERT INTO wide{rows} (id) VALUES ({id})")).await;
            }
            live.become_schema(&wide(SqlType::BigInt)).await;
            let sum = format!("SELECT count(*) FROM wide{rows} WHERE c1 = 5 AND c63 = 5");
            assert_eq!(live.one(&sum).await, rows.to_string());
            live.become_schema(&Schema::default()).await;
        }
    });
}

/// Cases: 31.
#[test]
fn a_circle_of_foreign_keys_comes_changes_type_and_goes() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let circle = |ty: &SqlType| {
            Schema::new([
                pointing("egg", ty, &[("hen_id", "hen")]),
                pointing("hen", ty, &[("egg_id", "egg"), ("mother_id", "hen")]),
            ])
        };
        live.become_schema(&circle(&SqlType::Integer)).await;
        live.execute("INSERT INTO hen (id) VALUES (1)").await;
        live.execute("INSERT INTO egg (id, hen_id) VALUES (7, 1)").await;
        live.execute("INSERT INTO hen (id, egg_id, mother_id) VALUES (2, 7, 1)").await;
        live.become_schema(&circle(&SqlType::BigInt)).await;
        assert_eq!(live.one("SELECT count(*) FROM hen JOIN egg ON hen.egg_id = egg.id").await, "1");
        let orphan =
            live.driver.execute(umbral::backend::Statement::new("UPDATE hen SET mother_id = 9 WHERE id = 2"));
        assert!(orphan.await.unwrap_err().is_foreign_key_violation(), "the foreign keys are back");
        live.become_schema(&Schema::default()).await;
    });
}

/// From an integer to text, on both sides at once.
///
/// Cases: 32.
#[test]
fn a_key_becomes_text_under_a_foreign_key() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let tables = |ty: &SqlType| {
            Schema::new([pointing("author", ty, &[]), pointing("book", ty, &[("author_id", "author")])])
        };
        live.become_schema(&tables(&SqlType::Integer)).await;
        live.execute("INSERT INTO author (id) VALUES (1), (2)").await;
        live.execute("INSERT INTO book (id, author_id) VALUES (1, 2), (2, NULL)").await;
        live.become_schema(&tables(&SqlType::Varchar(20))).await;
        assert_eq!(live.one("SELECT author_id FROM book WHERE id = '1'").await, "2");
        let orphan = live
            .driver
            .execute(umbral::backend::Statement::new("UPDATE book SET author_id = '9' WHERE id = '1'"));
        assert!(orphan.await.unwrap_err().is_foreign_key_violation(), "the foreign key is back");
    });
}

/// A unique constraint over the columns of the key, or of another one: a database that makes both asks for both to go.
#[test]
fn what_says_the_same_twice_is_made_twice() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let plain = Table::new("t")
            .with_column(Column::new("code", SqlType::Varchar(20)))
            .with_column(Column::new("number", SqlType::Integer))
            .with_primary_key(["code"]);
        let unique = |table: Table, name: &str, column: &str| {
            table.with_constraint(Constraint::unique(name, [column]))
        };
        let twice = unique(plain.clone(), "t_code_uniq", "code");
        let twice = unique(unique(twice, "t_number_uniq", "number"), "t_number_uniq_2", "number");
        live.become_schema(&Schema::new([twice])).await;
        live.execute("INSERT INTO t VALUES ('a', 1), ('b', 2)").await;
        live.become_schema(&Schema::new([unique(plain.clone(), "t_number_uniq_2", "number")])).await;
        let again = live.driver.execute(umbral::backend::Statement::new("INSERT INTO t VALUES ('c', 1)"));
        assert!(again.await.unwrap_err().is_unique_violation());
        live.become_schema(&Schema::new([plain])).await;
    });
}

/// What is computed from a number is none of a text: refused before a statement, on engines without types as well.
#[test]
fn a_column_under_a_generated_one_becomes_of_no_other_kind() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let decimal = SqlType::Decimal { precision: 10, scale: 2 };
        let twice = Column::new("twice", SqlType::Decimal { precision: 12, scale: 2 }).nullable();
        let table = Table::new("t")
            .with_column(Column::new("id", SqlType::BigInt))
            .with_column(Column::new("price", decimal).nullable())
            .with_column(twice.stored_as("price * 2".parse().unwrap()))
            .with_primary_key(["id"]);
        live.become_schema(&Schema::new([table.clone()])).await;
        live.execute("INSERT INTO t (id, price) VALUES (1, 1050)").await;
        let retyped = |ty: SqlType| {
            let mut table = table.clone();
            table.columns["price"].ty = ty;
            Schema::new([table])
        };
        let operations = diff(&live.schema, &retyped(SqlType::Varchar(40)), &Renames::none()).unwrap();
        let error = live.apply(&operations).await.unwrap_err();
        assert!(
            error.is_unsupported() && error.hint().is_some_and(|hint| hint.contains("drop twice")),
            "{error:?}"
        );
        live.become_schema(&retyped(SqlType::Decimal { precision: 11, scale: 2 })).await;
    });
}
