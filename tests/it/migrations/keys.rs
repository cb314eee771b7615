//! Columns of foreign keys that get other names or go, and what serves the keys.

use super::*;
use umbral::backend::BackendFeature;
use umbral::migrations::operations::{
    AlterPrimaryKey, DropConstraint, DropIndex, RenameColumn, RenameConstraint,
};
use umbral::schema::{EnumType, IndexColumn};
use umbral_testkit::each_engine;

fn author() -> Table {
    table("author", &[("name", "varchar(80)")])
}

fn to_itself(column: &str, references: &str) -> ForeignKey {
    ForeignKey {
        columns: vec![column.into()],
        table: "author".into(),
        references: vec![references.into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    }
}

/// MySQL copies a table to rename any of its columns where a check reads a date, an enum or a long text, and copies none to
/// rename a column of a foreign key.
#[test]
fn columns_of_foreign_keys_are_renamed_beside_checks_of_every_type() {
    let rename = |from: &str, to: &str| {
        Operation::RenameColumn(RenameColumn { table: "author".into(), from: from.into(), to: to.into() })
    };
    let checked = [
        (
            "mood",
            SqlType::Enum(Box::new(EnumType::new("mood", ["calm", "wild"]))),
            "mood <> 'wild'",
            "'calm'",
        ),
        ("born", SqlType::Date, "born IS NOT NULL", "'1970-01-02'"),
        ("at", SqlType::Time, "at IS NOT NULL", "'10:20:30'"),
        ("seen", SqlType::Timestamp, "seen IS NOT NULL", "'1970-01-02 10:20:30'"),
        ("bio", SqlType::Text, "bio <> 'forbidden'", "'it is long'"),
        ("photo", SqlType::Bytes, "photo IS NULL OR photo IS NOT NULL", "NULL"),
        ("age", SqlType::Integer, "age > 0", "7"),
        ("token", SqlType::Uuid, "token IS NULL OR token IS NOT NULL", "NULL"),
        ("notes", SqlType::Json, "notes IS NOT NULL", "'[]'"),
    ];
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        let is_held = |ty: &SqlType| driver.backend().map_type(ty).is_ok();
        for (name, ty, text, value) in checked.iter().filter(|(_, ty, ..)| is_held(ty)) {
            let mut first = author();
            first.columns.insert((*name).into(), Column::new(*name, ty.clone()).nullable());
            first.columns.insert("idol_id".into(), Column::new("idol_id", SqlType::BigInt).nullable());
            let first = first
                .with_constraint(Constraint::check("allowed", expr(text)))
                .with_constraint(references("author", "idol_id", "author"));
            let set =
                chain([vec![create(first)], vec![rename("idol_id", "hero_id"), rename("id", "number")]]);
            migrate(driver, &set, &to("0001")).await.unwrap();
            for row in [format!("1, 'Ann', {value}, NULL"), format!("2, 'Bob', {value}, 1")] {
                let insert = format!("INSERT INTO author (id, name, {name}, idol_id) VALUES ({row})");
                execute(driver, &insert).await;
            }
            for _ in 0..2 {
                migrate(driver, &set, &Target::Latest)
                    .await
                    .unwrap_or_else(|error| panic!("{name}: {error:?}"));
                check(driver, &set).await;
                let read = "SELECT number, name, hero_id FROM author ORDER BY number";
                assert_eq!(rows(driver, read).await, ["1|Ann|NULL", "2|Bob|1"], "{name}");
                migrate(driver, &set, &to("0001")).await.unwrap();
                check(driver, &set).await;
            }
            migrate(driver, &set, &to("zero")).await.unwrap();
        }
    });
}

/// On MySQL a generated column goes and comes with each rename of what it reads, and the index that serves the key with it.
#[test]
fn a_foreign_keys_column_that_a_generated_one_reads_is_renamed() {
    let next = Column::new("next", SqlType::BigInt).nullable().stored_as(expr("idol_id + 1"));
    let first = table("author", &[("idol_id", "bigint?")])
        .with_column(next)
        .with_index(Index::new("author_idol_idx", ["idol_id", "next"]))
        .with_constraint(Constraint::check("author_check", expr("idol_id IS NULL OR idol_id > 0")))
        .with_constraint(Constraint::foreign_key("author_idol_fk", to_itself("idol_id", "id")));
    let rename = |from: &str, to: &str| {
        Operation::RenameColumn(RenameColumn { table: "author".into(), from: from.into(), to: to.into() })
    };
    let set = chain([vec![create(first)], vec![rename("idol_id", "hero_id"), rename("id", "number")]]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO author (id, idol_id) VALUES (1, NULL), (2, 1)").await;
        for _ in 0..2 {
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            let read = "SELECT number, hero_id, next FROM author ORDER BY number";
            assert_eq!(rows(driver, read).await, ["1|NULL|NULL", "2|1|2"]);
            migrate(driver, &set, &to("0001")).await.unwrap();
            check(driver, &set).await;
        }
        driver.close().await;
    });
}

/// MySQL and MariaDB look for what a foreign key to its own table needs in the table as it was before the statement.
#[test]
fn a_key_to_its_own_table_goes_with_what_it_references() {
    let unique = || Constraint::unique("author_code_uniq", ["code"]);
    let first = table("author", &[("code", "integer"), ("idol", "integer?")])
        .with_constraint(unique())
        .with_constraint(Constraint::foreign_key("author_idol_fk", to_itself("idol", "code")));
    let drop = |name: &str| {
        Operation::DropConstraint(DropConstraint { table: "author".into(), constraint: name.into() })
    };
    let key = |from: &str, to: &str| {
        let (from, to) = (vec![from.to_owned()], vec![to.to_owned()]);
        Operation::AlterPrimaryKey(AlterPrimaryKey { table: "author".into(), from, to })
    };
    let index = Index::new("author_code_idol_idx", ["code", "idol"]);
    for second in [
        vec![drop("author_idol_fk"), drop("author_code_uniq")],
        vec![add_index("author", index), drop("author_idol_fk")],
        vec![drop("author_idol_fk"), drop("author_code_uniq"), drop_column("author", "code")],
        vec![drop("author_idol_fk"), drop("author_code_uniq"), key("id", "code")],
    ] {
        let drops = second.iter().any(|operation| matches!(operation, Operation::DropColumn(_)));
        let set = chain([vec![create(first.clone())], second]);
        each_engine(async |database| {
            let driver = database.connect().await;
            let driver = driver.as_ref();
            migrate(driver, &set, &to("0001")).await.unwrap();
            execute(driver, "INSERT INTO author (id, code, idol) VALUES (1, 10, NULL), (2, 20, 10)").await;
            for _ in 0..2 {
                migrate(driver, &set, &Target::Latest).await.unwrap();
                check(driver, &set).await;
                let read = "SELECT id, idol FROM author ORDER BY id";
                assert_eq!(rows(driver, read).await, ["1|NULL", "2|10"]);
                if drops {
                    break;
                }
                migrate(driver, &set, &to("0001")).await.unwrap();
                check(driver, &set).await;
            }
            driver.close().await;
        });
    }
}

/// MariaDB 10.11 ends at the last of these where the statement before it drops an index as well.
#[test]
fn columns_go_one_migration_after_the_other() {
    let first = table(
        "author",
        &[
            ("price", "integer"),
            ("big", "bigint"),
            ("few", "integer?"),
            ("name", "varchar(200)"),
            ("last", "bigint?"),
        ],
    )
    .with_index(Index {
        columns: vec![IndexColumn::descending(Expr::column("few"))],
        ..Index::new("few", ["few"])
    })
    .with_index(Index::new("last", ["last"]));
    let index = |name: &str| Operation::DropIndex(DropIndex { table: "author".into(), index: name.into() });
    let columns = ["price", "big", "few", "name"].map(|name| drop_column("author", name));
    let second = [index("last"), index("few")].into_iter().chain(columns).collect();
    let set = chain([vec![create(first)], second, vec![drop_column("author", "last")]]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        if !driver.backend().supports(BackendFeature::DescendingIndexes) {
            return driver.close().await;
        }
        for _ in 0..10 {
            migrate(driver, &set, &to("0001")).await.unwrap();
            execute(driver, "INSERT INTO author (id, price, big, name) VALUES (1, 2, 3, 'Ann')").await;
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            assert_eq!(rows(driver, "SELECT * FROM author").await, ["1"]);
            execute(driver, "DELETE FROM author").await;
            migrate(driver, &set, &to("zero")).await.unwrap();
        }
        driver.close().await;
    });
}

/// To MySQL and MariaDB both names are one.
#[test]
fn a_foreign_key_is_renamed_in_its_capitals() {
    let first = table("author", &[("idol", "bigint?")])
        .with_constraint(Constraint::foreign_key("author_idol_fk", to_itself("idol", "id")));
    let rename = RenameConstraint {
        table: "author".into(),
        from: "author_idol_fk".into(),
        to: "Author_Idol_FK".into(),
    };
    let set = chain([vec![create(first)], vec![Operation::RenameConstraint(rename)]]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO author (id, idol) VALUES (1, NULL), (2, 1)").await;
        for _ in 0..2 {
            migrate(driver, &set, &Target::Latest).await.unwrap();
            check(driver, &set).await;
            migrate(driver, &set, &to("0001")).await.unwrap();
            check(driver, &set).await;
        }
        driver.close().await;
    });
}

/// A counted column needs an index, which goes with it.
#[test]
fn a_counted_key_goes_with_its_column() {
    let mut first = table("author", &[("name", "varchar(80)")]);
    first.columns["id"].identity = true;
    let key = AlterPrimaryKey { table: "author".into(), from: vec!["id".into()], to: Vec::new() };
    let second = vec![Operation::AlterPrimaryKey(key), drop_column("author", "id")];
    let set = chain([vec![create(first)], second]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO author (name) VALUES ('Ann')").await;
        migrate(driver, &set, &Target::Latest).await.unwrap();
        check(driver, &set).await;
        assert_eq!(rows(driver, "SELECT * FROM author").await, ["Ann"]);
        driver.close().await;
    });
}
