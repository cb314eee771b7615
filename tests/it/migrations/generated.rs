//! Generated columns through migrations, with rows in the tables, forwards and backwards.

use super::{alter_column, column, create, drop_column, expr, table};
use crate::live::{Live, refused};
use umbral::backend::BackendFeature;
use umbral::migrations::Operation;
use umbral::migrations::operations::{AddColumn, AddConstraint, AddIndex, RenameColumn};
use umbral::schema::{Column, Constraint, EnumType, Expr, Generated, Index, SqlType, Table};
use umbral::{ErrorKind, Result};
use umbral_testkit::{TestDatabase, each_engine};

impl Live {
    /// Applies operations, takes them back one by one, and applies them again.
    async fn there_and_back(&mut self, operations: &[Operation]) -> Result<()> {
        let mut before = Vec::new();
        let mut state = self.schema.clone();
        for operation in operations {
            before.push(operation.invert(&state).unwrap());
            operation.apply(&mut state)?;
        }
        self.apply(operations).await?;
        before.reverse();
        self.apply(&before).await?;
        self.apply(operations).await
    }

    /// The values of a column, by the key.
    async fn values(&self, column: &str) -> Vec<Option<String>> {
        self.column(&format!("SELECT {column} FROM item ORDER BY id")).await
    }

    /// The sorts of generated columns that there are.
    fn sorts(&self) -> Vec<bool> {
        let has = |feature| self.driver.backend().supports(feature);
        let mut sorts = vec![true];
        sorts.extend(has(BackendFeature::VirtualGeneratedColumns).then_some(false));
        sorts
    }

    fn indexes_virtual(&self) -> bool {
        self.driver.backend().supports(BackendFeature::VirtualGeneratedIndexes)
    }
}

/// A table with rows, the second of which has no `price`.
async fn filled(database: &TestDatabase) -> Live {
    let mut live = Live::on(database).await;
    live.execute("DROP TABLE IF EXISTS item").await;
    let columns = [("price", "integer?"), ("pages", "integer"), ("title", "varchar(40)")];
    live.apply(&[create(table("item", &columns))]).await.unwrap();
    live.execute("INSERT INTO item (id, price, pages, title) VALUES (1, 250, 4, 'Ann'), (2, NULL, 3, 'Bob')")
        .await;
    live
}

fn generated(name: &str, ty: &str, text: &str, stored: bool) -> Column {
    Column { generated: Some(Generated { expr: expr(text), stored }), ..column(name, ty) }
}

fn add(column: Column) -> Operation {
    Operation::AddColumn(AddColumn { table: "item".into(), column, backfill: None })
}

fn alter(from: &Column, to: &Column) -> Operation {
    alter_column("item", from.clone(), to.clone())
}

fn rename(from: &str, to: &str) -> Operation {
    Operation::RenameColumn(RenameColumn { table: "item".into(), from: from.into(), to: to.into() })
}

fn texts(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| (*value != "NULL").then(|| (*value).to_owned())).collect()
}

#[test]
fn one_comes_changes_and_goes() {
    each_engine(async |database| {
        for stored in filled(database).await.sorts() {
            let mut live = filled(database).await;
            let twice = generated("twice", "integer?", "price * 2", stored);
            live.there_and_back(&[add(twice.clone())]).await.unwrap();
            assert_eq!(live.values("twice").await, texts(&["500", "NULL"]));
            live.execute("UPDATE item SET price = 7 WHERE id = 2").await;
            assert_eq!(live.values("twice").await, texts(&["500", "14"]));
            let more = generated("twice", "bigint?", "price * 2 + pages", stored);
            live.there_and_back(&[alter(&twice, &more)]).await.unwrap();
            assert_eq!(live.values("twice").await, texts(&["504", "17"]));
            let closed = Column { nullable: false, comment: Some("of both".into()), ..more.clone() };
            live.there_and_back(&[alter(&more, &closed)]).await.unwrap();
            live.there_and_back(&[
                rename("price", "cost"),
                rename("twice", "sum"),
                rename("pages", "leaves"),
            ])
            .await
            .unwrap();
            assert_eq!(live.values("sum").await, texts(&["504", "17"]));
            live.execute("UPDATE item SET leaves = 5 WHERE id = 2").await;
            assert_eq!(live.values("sum").await, texts(&["504", "19"]));
            live.apply(&[drop_column("item", "sum"), drop_column("item", "leaves")]).await.unwrap();
            assert_eq!(live.values("cost").await, texts(&["250", "7"]));
            live.apply(&[Operation::DropTable(umbral::migrations::operations::DropTable {
                table: "item".into(),
            })])
            .await
            .unwrap();
            live.driver.close().await;
        }
    });
}

#[test]
fn what_stands_on_one_stays_through_its_changes() {
    each_engine(async |database| {
        let mut live = filled(database).await;
        let stored = generated("sum", "integer?", "pages * 2", true);
        let index = |name: &str| Index::new(name, ["title", "sum"]);
        live.apply(&[
            add(stored.clone()),
            Operation::AddIndex(AddIndex { table: "item".into(), index: index("item_sum_idx") }),
            Operation::AddConstraint(AddConstraint {
                table: "item".into(),
                constraint: Constraint::unique("item_sum_uniq", ["sum"]),
            }),
            Operation::AddConstraint(AddConstraint {
                table: "item".into(),
                constraint: Constraint::check("item_sum_check", expr("sum > pages AND sum < 100")),
            }),
        ])
        .await
        .unwrap();
        let other = generated("sum", "integer?", "pages * 3", true);
        live.there_and_back(&[alter(&stored, &other)]).await.unwrap();
        assert_eq!(live.values("sum").await, texts(&["12", "9"]));
        if live.indexes_virtual() {
            let read = generated("sum", "integer?", "pages * 3", false);
            live.there_and_back(&[alter(&other, &read)]).await.unwrap();
            live.apply(&[alter(&read, &other)]).await.unwrap();
        } else if live.sorts().len() > 1 {
            let read = generated("sum", "integer?", "pages * 3", false);
            let error = live.apply(&[alter(&other, &read)]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
        }
        live.there_and_back(&[rename("pages", "leaves")]).await.unwrap();
        let wide = |ty: &str| column("leaves", ty);
        live.there_and_back(&[alter(&wide("integer"), &wide("bigint"))]).await.unwrap();
        assert_eq!(live.values("sum").await, texts(&["12", "9"]));
        let plain = column("sum", "integer?");
        let now = live.schema.tables["item"].columns["sum"].clone();
        live.there_and_back(&[alter(&now, &plain)]).await.unwrap();
        assert_eq!(live.values("sum").await, texts(&["12", "9"]));
        let duplicate = live.driver.execute(umbral::backend::Statement::new(
            "INSERT INTO item (id, leaves, title, sum) VALUES (3, 1, 'x', 12)",
        ));
        assert!(duplicate.await.unwrap_err().is_unique_violation());
        live.driver.close().await;
    });
}

#[test]
fn a_plain_column_becomes_one_and_back_with_its_values() {
    each_engine(async |database| {
        for stored in filled(database).await.sorts() {
            let mut live = filled(database).await;
            let plain = column("twice", "integer?");
            live.apply(&[add(plain.clone())]).await.unwrap();
            live.execute("UPDATE item SET twice = 500 WHERE id = 1").await;
            let twice = generated("twice", "integer?", "price * 2", stored);
            live.there_and_back(&[alter(&plain, &twice)]).await.unwrap();
            assert_eq!(live.values("twice").await, texts(&["500", "NULL"]));
            live.apply(&[alter(&twice, &plain)]).await.unwrap();
            live.execute("UPDATE item SET twice = 1").await;
            assert_eq!(live.values("twice").await, texts(&["1", "1"]), "it is plain");
            let error = live.apply(&[alter(&plain, &twice)]).await.unwrap_err();
            assert_eq!(refused(&error).count, 2, "values would be lost: {error:?}");
            assert_eq!(live.values("twice").await, texts(&["1", "1"]));
            live.driver.close().await;
        }
    });
}

/// MySQL lets a generated column read none behind it that has an expression as its default.
#[test]
fn a_column_is_computed_from_one_behind_it_with_a_default() {
    each_engine(async |database| {
        for stored in filled(database).await.sorts() {
            let mut live = Live::on(database).await;
            live.execute("DROP TABLE IF EXISTS item").await;
            let now = Column { default: Some(Expr::Now), ..Column::new("at", SqlType::Timestamp) };
            let item = Table::new("item")
                .with_column(Column::new("id", SqlType::BigInt))
                .with_column(generated("is_at", "boolean?", "at IS NOT NULL", stored))
                .with_column(generated("is_seen", "boolean?", "seen IS NOT NULL", stored))
                .with_column(now)
                .with_column(Column::new("seen", SqlType::Timestamp).nullable())
                .with_primary_key(["id"]);
            live.apply(&[create(item)]).await.unwrap();
            live.execute("INSERT INTO item (id) VALUES (1)").await;
            let yes = |column: &str| format!("SELECT count(*) FROM item WHERE {column}");
            assert_eq!(
                (live.one(&yes("is_at")).await, live.one(&yes("is_seen")).await),
                ("1".into(), "0".into())
            );
            let seen = Column::new("seen", SqlType::Timestamp).nullable();
            let with_default = Column { default: Some(Expr::Now), ..seen.clone() };
            live.there_and_back(&[alter(&seen, &with_default)]).await.unwrap();
            live.execute("INSERT INTO item (id) VALUES (2)").await;
            assert_eq!(
                (live.one(&yes("is_at")).await, live.one(&yes("is_seen")).await),
                ("2".into(), "1".into())
            );
            live.driver.close().await;
        }
    });
}

/// A collation that ignores case holds what would be lost to be equal; and one side may have another than the other.
#[test]
fn texts_that_become_computed_are_compared_byte_by_byte() {
    each_engine(async |database| {
        for stored in filled(database).await.sorts() {
            let mut live = filled(database).await;
            let collations = live.driver.backend().collations();
            let ignores_case = ["NOCASE", "utf8mb4_general_ci"];
            let named = collations.iter().find(|name| ignores_case.contains(name)).or(collations.first());
            let plain =
                Column { collation: named.map(ToString::to_string), ..column("again", "varchar(40)?") };
            let low = generated("again", "varchar(40)?", "lower(title)", stored);
            live.apply(&[add(plain.clone())]).await.unwrap();
            live.execute("UPDATE item SET again = CASE id WHEN 1 THEN 'ANN' ELSE 'bob' END").await;
            let error = live.apply(&[alter(&plain, &low)]).await.unwrap_err();
            assert_eq!(refused(&error).count, 1, "ANN would be lost: {error:?}");
            assert_eq!(live.values("again").await, texts(&["ANN", "bob"]));
            live.execute("UPDATE item SET again = 'ann' WHERE id = 1").await;
            live.apply(&[alter(&plain, &low)]).await.unwrap();
            live.apply(&[alter(&low, &plain)]).await.unwrap();
            // What it is computed from has a collation, and the column has none.
            let title = Column { collation: plain.collation.clone(), ..column("title", "varchar(40)") };
            live.apply(&[alter(&column("title", "varchar(40)"), &title)]).await.unwrap();
            let bare = Column { collation: None, ..plain.clone() };
            live.apply(&[alter(&plain, &bare)]).await.unwrap();
            live.there_and_back(&[alter(&bare, &low)]).await.unwrap();
            assert_eq!(live.values("again").await, texts(&["ann", "bob"]));
            // Labels are other values than texts, or the same, as the database has them.
            let of = EnumType::new("people", ["ann", "bob"]);
            let label = Column { ty: of.into(), ..column("word", "text?") };
            if live.driver.backend().map_type(&label.ty).is_ok() {
                live.apply(&[add(label.clone())]).await.unwrap();
                for (id, word) in [(1, "ann"), (2, "bob")] {
                    live.execute(&format!("UPDATE item SET word = '{word}' WHERE id = {id}")).await;
                }
                let word = generated("word", "text?", "lower(title)", stored);
                match live.there_and_back(&[alter(&label, &word)]).await {
                    Ok(()) => assert!(live.driver.backend().name().starts_with('m')),
                    Err(error) => assert_eq!(refused(&error).count, 2, "{error:?}"),
                }
                assert_eq!(live.values("word").await, texts(&["ann", "bob"]));
                live.apply(&[drop_column("item", "word")]).await.unwrap();
            }
            live.driver.close().await;
        }
    });
}

#[test]
fn what_does_not_accept_null_is_not_computed_as_null() {
    each_engine(async |database| {
        for stored in filled(database).await.sorts() {
            let mut live = filled(database).await;
            let before = live.schema.clone();
            let twice = generated("twice", "integer", "price * 2", stored);
            let error = live.apply(&[add(twice.clone())]).await.unwrap_err();
            assert_eq!(refused(&error).count, 1, "{error:?}");
            assert_eq!(live.schema, before);
            live.execute("UPDATE item SET price = 1 WHERE id = 2").await;
            live.apply(&[add(twice)]).await.unwrap();
            let null = live
                .driver
                .execute(umbral::backend::Statement::new("UPDATE item SET price = NULL WHERE id = 1"));
            let error = null.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Violation, "{error:?}");
            live.driver.close().await;
        }
    });
}

#[test]
fn text_dates_and_booleans_are_computed_alike_when_read_back() {
    each_engine(async |database| {
        let mut live = filled(database).await;
        for stored in live.sorts() {
            for (name, ty, text, ones) in [
                ("label", "varchar(50)", "lower(title) || '''s'", "ann's"),
                ("kind", "varchar(9)", "CASE WHEN pages > 3 THEN 'long' ELSE 'short' END", "long"),
                ("given", "integer", "coalesce(price, 0) + length(title)", "253"),
                (
                    "either",
                    "integer",
                    "CASE WHEN title IN ('Ann', 'Bob') AND price IS NOT NULL THEN 1 ELSE 0 END",
                    "1",
                ),
                ("size", "bigint", "-pages", "-4"),
            ] {
                live.there_and_back(&[add(generated(name, ty, text, stored))]).await.unwrap();
                assert_eq!(live.values(name).await[0].as_deref(), Some(ones), "{text}");
                live.apply(&[drop_column("item", name)]).await.unwrap();
            }
        }
        live.driver.close().await;
    });
}

#[test]
fn nonsense_is_refused_before_anything_changes() {
    each_engine(async |database| {
        let mut live = filled(database).await;
        let sum = generated("sum", "integer?", "price + pages", true);
        live.apply(&[add(sum)]).await.unwrap();
        for column in [
            generated("again", "integer?", "sum + 1", true),
            generated("at", "timestamptz", "CURRENT_TIMESTAMP", true),
            generated("itself", "integer?", "itself + 1", true),
            Column { default: Some(expr("1")), ..generated("given", "integer", "pages", true) },
        ] {
            let name = column.name.clone();
            let error = live.apply(&[add(column)]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Schema, "{name}: {error:?}");
        }
        // SQLite computes with whatever text it finds.
        if !live.driver.backend().supports(BackendFeature::AlterColumn) {
            return live.driver.close().await;
        }
        let text = Column { ty: SqlType::Text, ..column("pages", "integer") };
        let error = live.apply(&[alter(&column("pages", "integer"), &text)]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "it is computed with: {error:?}");
        live.driver.close().await;
    });
}
