//! Attributes of columns, indexes and constraints on databases that hold rows.

use crate::live::Live;
use umbral::backend::BackendFeature;
use umbral::migrations::Operation;
use umbral::migrations::operations::*;
use umbral::schema::{
    Column, Constraint, ConstraintKind, Deferrable, ExclusionConstraint, Expr, ForeignKey, Index,
    IndexColumn, IndexMethod, NullsOrder, ReferentialAction, SqlType, Table, UniqueConstraint,
};
use umbral_testkit::each_engine;

pub(super) fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

/// People with a name and a place in a queue; two of them.
pub(super) async fn people(live: &mut Live) {
    let table = Table::new("person")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("name", SqlType::Varchar(40)))
        .with_column(Column::new("place", SqlType::Integer).nullable())
        .with_primary_key(["id"]);
    live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
    live.execute("INSERT INTO person (id, name, place) VALUES (1, 'Ann', 1), (2, 'bob', 2)").await;
}

pub(super) fn alter(live: &Live, column: &str, change: impl FnOnce(&mut Column)) -> Operation {
    let from = live.schema.tables["person"].columns[column].clone();
    let mut to = from.clone();
    change(&mut to);
    Operation::AlterColumn(AlterColumn { table: "person".into(), from, to, backfill: None })
}

fn comment_table(from: Option<&str>, to: Option<&str>) -> Operation {
    let (from, to) = (from.map(str::to_owned), to.map(str::to_owned));
    Operation::AlterTableComment(AlterTableComment { table: "person".into(), from, to })
}

/// Cases: 23.
#[test]
fn comments_come_change_and_go() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let comment = |text: &str| Some(text.to_owned());
        live.apply(&[
            comment_table(None, Some("it's who \"waits\" \\ here")),
            alter(&live, "name", |column| column.comment = comment("first\nand last")),
        ])
        .await
        .unwrap();
        live.apply(&[alter(&live, "name", |column| column.ty = SqlType::Varchar(80))]).await.unwrap();
        let kept = live.schema.tables["person"].columns["name"].comment.as_deref();
        assert_eq!(kept, Some("first\nand last"), "a change of type keeps it");
        let operations = [
            comment_table(Some("it's who \"waits\" \\ here"), None),
            alter(&live, "name", |column| column.comment = None),
        ];
        live.apply(&operations).await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM person").await, "2");
    });
}

/// Each index that is Unsupported says so before anything is changed; what is supported comes back as it was made.
///
/// Cases: 44.
#[test]
fn every_attribute_of_an_index_is_kept_or_refused() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let key = |text: &str| text.parse::<IndexColumn>().unwrap();
        let index = |name: &str| Index::new(name, ["place"]);
        let asked = [
            (Index { predicate: Some(expr("place > 0")), ..index("a") }, BackendFeature::PartialIndexes),
            (Index { columns: vec![key("lower(name)")], ..index("b") }, BackendFeature::ExpressionIndexes),
            (
                Index { columns: vec![key("place desc"), key("name")], ..index("c") },
                BackendFeature::DescendingIndexes,
            ),
            (
                Index {
                    columns: vec![IndexColumn { nulls: Some(NullsOrder::First), ..key("place") }],
                    ..index("d")
                },
                BackendFeature::IndexNullsOrder,
            ),
            (
                Index { columns: vec![key("name text_pattern_ops desc"), key("place")], ..index("i") },
                BackendFeature::OperatorClasses,
            ),
            (
                Index { columns: vec![key("lower(name) text_pattern_ops")], ..index("j") },
                BackendFeature::OperatorClasses,
            ),
            (Index { columns: vec![key("name text_ops")], ..index("k") }, BackendFeature::OperatorClasses),
            (Index { method: IndexMethod::Hash, ..index("e") }, BackendFeature::IndexMethods),
            (Index { method: IndexMethod::Brin, ..index("f") }, BackendFeature::IndexMethods),
            (
                Index { include: vec!["name".to_owned()], unique: true, ..index("g") },
                BackendFeature::CoveringIndexes,
            ),
            (
                Index { nulls_not_distinct: true, unique: true, ..index("h") },
                BackendFeature::NullsNotDistinct,
            ),
        ];
        for (index, feature) in asked {
            let add = [Operation::AddIndex(AddIndex { table: "person".into(), index: index.clone() })];
            let outcome = live.apply(&add).await;
            if live.driver.backend().supports(feature) {
                outcome.unwrap_or_else(|error| panic!("{}: {error}", index.name));
            } else {
                let error = outcome.unwrap_err();
                assert!(error.is_unsupported() && error.hint().is_some(), "{}: {error}", index.name);
            }
        }
        let expected = live.driver.backend().normalize(&live.schema);
        let mut connection = live.driver.acquire().await.unwrap();
        let found = live.driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        assert_eq!(found.tables["person"].indexes, expected.tables["person"].indexes);
    });
}

#[test]
fn nulls_that_are_not_distinct_are_counted_before_a_unique_index() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        if !live.driver.backend().supports(BackendFeature::NullsNotDistinct) {
            return;
        }
        people(&mut live).await;
        live.execute("UPDATE person SET place = NULL").await;
        let index = Index { nulls_not_distinct: true, unique: true, ..Index::new("one_null", ["place"]) };
        let add = Operation::AddIndex(AddIndex { table: "person".into(), index });
        let error = live.apply(std::slice::from_ref(&add)).await.unwrap_err();
        assert!(error.to_string().contains("agree in all keys"), "{error}");
        live.execute("UPDATE person SET place = 1 WHERE id = 1").await;
        live.apply(&[add]).await.unwrap();
    });
}

/// A foreign key and a unique constraint that wait for COMMIT, where a database has them.
#[test]
fn what_is_deferred_is_checked_at_commit() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let key = ForeignKey {
            columns: vec!["place".to_owned()],
            table: "person".to_owned(),
            references: vec!["id".to_owned()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Some(Deferrable::InitiallyDeferred),
        };
        live.apply(&[alter(&live, "place", |column| column.ty = SqlType::BigInt)]).await.unwrap();
        let constraint = Constraint::foreign_key("person_place_fk", key);
        let add = Operation::AddConstraint(AddConstraint { table: "person".into(), constraint });
        let outcome = live.apply(&[add]).await;
        if !live.driver.backend().supports(BackendFeature::DeferrableConstraints) {
            assert!(outcome.unwrap_err().is_unsupported());
            return;
        }
        outcome.unwrap();
        let insert = "INSERT INTO person (id, name, place) VALUES (3, 'Cid', 4)";
        let parent = "INSERT INTO person (id, name, place) VALUES (4, 'Dan', NULL)";
        in_transaction(&live, &[insert, parent]).await.unwrap();
        in_transaction(&live, &["INSERT INTO person (id, name, place) VALUES (5, 'Eve', 9)"])
            .await
            .unwrap_err();
        assert_eq!(live.one("SELECT count(*) FROM person").await, "4");
        let unique = UniqueConstraint {
            deferrable: Some(Deferrable::InitiallyDeferred),
            ..UniqueConstraint::new(["place"])
        };
        let constraint =
            Constraint { name: "person_place_uniq".into(), kind: ConstraintKind::Unique(unique) };
        let add = Operation::AddConstraint(AddConstraint { table: "person".into(), constraint });
        let outcome = live.apply(&[add]).await;
        if !live.driver.backend().supports(BackendFeature::DeferrableUnique) {
            assert!(outcome.unwrap_err().is_unsupported());
            return;
        }
        outcome.unwrap();
        let swap = ["UPDATE person SET place = 2 WHERE id = 1", "UPDATE person SET place = 1 WHERE id = 2"];
        in_transaction(&live, &swap).await.unwrap();
        in_transaction(&live, &swap[..1]).await.unwrap();
        in_transaction(&live, &["UPDATE person SET place = 1 WHERE id = 1"]).await.unwrap_err();
    });
}

/// Where a database has no such constraint, that is said before a statement is made.
#[test]
fn rows_exclude_each_other_or_the_constraint_is_refused() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let one_place_each = ExclusionConstraint::new(["place with =".parse().unwrap()]);
        let constraint = Constraint::exclusion("one_place_each", one_place_each);
        let table = Table::new("seat")
            .with_column(Column::new("place", SqlType::Integer))
            .with_constraint(Constraint { name: "seat_excl".into(), ..constraint.clone() });
        let create = Operation::CreateTable(CreateTable { table });
        let add = Operation::AddConstraint(AddConstraint { table: "person".into(), constraint });
        if !live.driver.backend().supports(BackendFeature::ExclusionConstraints) {
            for operation in [create, add] {
                let error = live.apply(&[operation]).await.unwrap_err();
                assert!(error.is_unsupported(), "{error:?}");
                assert!(error.to_string().contains("has no exclusion constraints"), "{error}");
                assert!(error.hint().unwrap().contains("leave it out"), "{error:?}");
            }
            return;
        }
        live.apply(&[create, add]).await.unwrap();
        let update = umbral::backend::Statement::new("UPDATE person SET place = 1");
        let error = live.driver.execute(update).await.unwrap_err();
        assert_eq!(error.constraint_violation().unwrap().constraint.as_deref(), Some("one_place_each"));
        assert_eq!(live.one("SELECT count(*) FROM person WHERE place = 1").await, "1");
    });
}

async fn in_transaction(live: &Live, statements: &[&str]) -> umbral::Result<()> {
    let mut connection = live.driver.acquire().await?;
    connection.begin(umbral::backend::TransactionOptions::default()).await?;
    for sql in statements {
        connection.execute_script(sql).await?;
    }
    match connection.commit().await {
        Ok(()) => Ok(()),
        Err(error) => {
            if connection.depth() > 0 {
                connection.rollback().await?;
            }
            Err(error)
        }
    }
}

#[test]
fn a_comment_that_goes_does_not_come_back_with_a_later_change() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let silent = live.schema.tables["person"].columns["place"].clone();
        let said = silent.clone().with_comment("In the queue");
        let open = Column { nullable: !silent.nullable, ..silent.clone() };
        let alter = |from: &Column, to: &Column| {
            let (table, from, to) = ("person".to_owned(), from.clone(), to.clone());
            Operation::AlterColumn(AlterColumn { table, from, to, backfill: None })
        };
        live.apply(&[alter(&silent, &said)]).await.unwrap();
        live.apply(&[alter(&said, &silent), alter(&silent, &open)]).await.unwrap();
    });
}

/// A table that takes the name of one that goes takes nothing else of it.
#[test]
fn a_table_made_again_has_nothing_of_the_one_before() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let comment = |column: &mut Column| column.comment = Some("who waits".into());
        live.apply(&[alter(&live, "name", comment)]).await.unwrap();
        let mut table = Table::new("person")
            .with_column(Column::new("id", SqlType::BigInt))
            .with_column(Column::new("name", SqlType::Varchar(40)))
            .with_primary_key(["id"]);
        let from = table.columns["name"].clone();
        let to = Column { nullable: true, ..from.clone() };
        live.apply(&[
            Operation::DropTable(DropTable { table: "person".into() }),
            Operation::CreateTable(CreateTable { table: table.clone() }),
            Operation::AlterColumn(AlterColumn {
                table: "person".into(),
                from,
                to: to.clone(),
                backfill: None,
            }),
        ])
        .await
        .unwrap();
        table.columns["name"] = to;
        assert_eq!(live.schema.tables["person"], table);
    });
}
