//! What introspection finds.

use super::{Live, on_mysql};
use umbral::backend::{DatabaseUrl, LiveObjectKind, PoolOptions, Statement, TransactionOptions};
use umbral::migrations::Operation;
use umbral::migrations::operations::CreateTable;
use umbral::schema::{
    Column, Constraint, Expr, ForeignKey, Index, IndexColumn, ReferentialAction, SqlType, Table,
};

fn expr(text: &str) -> Expr {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn goods() -> Table {
    let decimal = SqlType::Decimal { precision: 10, scale: 2 };
    Table::new("goods")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("title", SqlType::Varchar(80)))
        .with_column(Column::new("note", SqlType::Text).nullable())
        .with_column(Column::new("price", decimal))
        .with_column(Column::new("pages", SqlType::Integer).nullable())
        .with_column(Column::new("few", SqlType::SmallInt))
        .with_column(Column::new("weight", SqlType::Real))
        .with_column(Column::new("share", SqlType::Double))
        .with_column(Column::new("sold", SqlType::Boolean))
        .with_column(Column::new("day", SqlType::Date))
        .with_column(Column::new("at", SqlType::Timestamp))
        .with_column(Column::new("since", SqlType::TimestampTz))
        .with_column(Column::new("key", SqlType::Uuid))
        .with_column(Column::new("naïve", SqlType::Integer).nullable())
        .with_primary_key(["id"])
}

/// Expressions over [`goods`], as people write them.
const CONDITIONS: &[&str] = &[
    "price >= 0",
    "price > -0.5 AND price < 1000",
    "price BETWEEN 1 AND 99.99",
    "price * 2 > pages",
    "price / 2 > 1",
    "pages / 2 > 1",
    "pages % 2 = 0",
    "pages > 0.5",
    "pages IS NULL OR pages > 0",
    "few > 0 AND few < pages",
    "few + 1 > 0",
    "few IN (1, 2, 3)",
    "weight > 0.5",
    "share >= 0.0 AND share <= 1",
    "title <> ''",
    "title = 'it''s \\ \"quoted\"'",
    "title IN ('draft', 'done')",
    "title NOT IN ('draft', 'done')",
    "note IN ('a', 'b')",
    "title LIKE 'a%'",
    "title NOT LIKE '%z'",
    "length(title) > 2",
    "lower(title) = title",
    "upper(note) || title <> ''",
    "coalesce(note, '') <> 'x'",
    "coalesce(price, 0) > 0",
    "abs(pages) < 10",
    "round(price) = price",
    "trim(title) <> ''",
    "sold",
    "NOT sold",
    "sold = TRUE OR price = 0",
    "day >= '2020-01-01'",
    "at < '2030-06-01 12:00'",
    "since < '2030-06-01'",
    "key <> '00000000-0000-0000-0000-000000000000'",
    "CASE WHEN sold THEN price > 0 ELSE TRUE END",
    "CASE WHEN pages > 1 THEN 1 ELSE 0 END = 1",
    "CAST(pages AS text) <> '7'",
    "CAST(pages AS decimal(10, 2)) / 4 > 1",
    "-pages < 0",
    "(pages = 1 OR pages = 2) AND sold",
    "title = note",
    "title <> 'ü'",
    "naïve > 1",
];

#[test]
fn expressions_come_back_as_they_were_written() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let mut table = goods();
        for (number, condition) in CONDITIONS.iter().enumerate() {
            let check = Constraint::check(format!("goods_{number}_check"), expr(condition));
            table.constraints.insert(check.name.clone(), check);
        }
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
    });
}

/// Cases: 30.
#[test]
fn defaults_come_back_as_they_were_written() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let mut table = Table::new("d").with_column(Column::new("id", SqlType::BigInt).identity());
        table.primary_key = vec!["id".to_owned()];
        for (number, (ty, default)) in [
            ("smallint", "0"),
            ("integer", "-1"),
            ("bigint", "9223372036854775807"),
            ("bigint", "-9223372036854775808"),
            ("real", "0.5"),
            ("double", "-1.25"),
            ("double", "0.50"),
            ("boolean", "TRUE"),
            ("boolean", "NOT FALSE"),
            ("decimal(10, 2)", "0"),
            ("decimal(10, 2)", "12.50"),
            ("decimal(10, 2)", "-1"),
            ("varchar(20)", "'it''s'"),
            ("varchar(20)", "'a\\b'"),
            ("varchar(20)", "''"),
            ("varchar(20)", "'7'"),
            ("text", "''"),
            ("text", "'ü \\ it''s'"),
            ("text", "lower('ABC')"),
            ("text", "'a' || 'b'"),
            ("bytes", "x'00ff'"),
            ("date", "'2024-02-29'"),
            ("date", "CURRENT_TIMESTAMP"),
            ("time", "'12:30'"),
            ("time", "CURRENT_TIMESTAMP"),
            ("timestamp", "'2024-02-29 10:00'"),
            ("timestamp", "CURRENT_TIMESTAMP"),
            ("timestamptz", "'2024-02-29'"),
            ("timestamptz", "CURRENT_TIMESTAMP"),
            ("uuid", "'00112233-4455-6677-8899-AABBCCDDEEFF'"),
            ("json", "'{\"a\":[1]}'"),
            ("integer", "1 + 1"),
            ("integer", "NULL"),
        ]
        .into_iter()
        .enumerate()
        {
            let column = Column::new(format!("c{number}"), ty.parse().unwrap()).nullable();
            table = table.with_column(column.with_default(expr(default)));
        }
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO d () VALUES ()").await;
        let row = "SELECT CONCAT_WS('|', c6, c8, c9, c13, c17, c23, c25, c31) FROM d";
        assert_eq!(
            live.one(row).await,
            "0.5|1|0.00|a\\b|ü \\ it's|12:30:00.000000|2024-02-29 10:00:00.000000|2"
        );
        let recent =
            "SELECT COUNT(*) FROM d WHERE c26 BETWEEN UTC_TIMESTAMP() - INTERVAL 1 HOUR AND UTC_TIMESTAMP(6)";
        assert_eq!(live.one(recent).await, "1");
    });
}

/// Names that need quotes, and as many columns as people have seen.
#[test]
fn names_and_wide_tables_come_back() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let key = |name: &str| IndexColumn::descending(Expr::column(name));
        let mut index = Index::new("Käse `idx`", ["select"]);
        index.columns = vec![key("Mixed Case"), key("select")];
        let mut table = Table::new("Order \"1\" `x`")
            .with_column(Column::new("Mixed Case", SqlType::Integer))
            .with_column(Column::new("select", SqlType::Varchar(20)))
            .with_column(Column::new("naïve", SqlType::Varchar(20)).nullable())
            .with_primary_key(["select", "Mixed Case"])
            .with_index(index)
            .with_constraint(Constraint::check("c'k", expr("naïve <> 'ü'")))
            .with_constraint(Constraint::unique("u'n", ["naïve", "select"]));
        for number in 0..64 {
            table = table.with_column(Column::new(format!("c{number}"), SqlType::Integer).nullable());
        }
        let names: Vec<String> = (0..64).map(|_| "ä".to_owned()).collect();
        let longest = Table::new(names.concat()).with_column(Column::new(names.concat(), SqlType::Integer));
        live.apply(&[
            Operation::CreateTable(CreateTable { table }),
            Operation::CreateTable(CreateTable { table: longest }),
        ])
        .await
        .unwrap();
    });
}

/// Text is equal where it is the same: with its case, its accents and its trailing spaces.
#[test]
fn text_compares_exactly() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let table = Table::new("t")
            .with_column(Column::new("v", SqlType::Varchar(20)))
            .with_column(Column::new("long", SqlType::Text).nullable())
            .with_primary_key(["v"]);
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO t (v) VALUES ('a'), ('A'), ('ä'), ('a '), ('a  ')").await;
        live.execute("UPDATE t SET `long` = v").await;
        assert_eq!(live.one("SELECT COUNT(*) FROM t WHERE v = 'a'").await, "1");
        assert_eq!(live.one("SELECT COUNT(DISTINCT `long`) FROM t").await, "5");
        assert_eq!(live.one("SELECT COUNT(*) FROM t WHERE v LIKE 'a%'").await, "3");
    });
}

/// A violated key is told with its table and columns, though the servers call every primary key `PRIMARY`.
#[test]
fn violated_keys_are_told_with_their_columns() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let table = Table::new("it`s")
            .with_column(Column::new("b", SqlType::BigInt))
            .with_column(Column::new("a", SqlType::BigInt))
            .with_column(Column::new("code", SqlType::Varchar(20)))
            .with_primary_key(["b", "a"])
            .with_constraint(Constraint::unique("it`s_code_uniq", ["code"]));
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO `it``s` VALUES (1, 2, 'x'), (3, 4, 'PRIMARY')").await;
        for (sql, key, columns) in [
            ("INSERT INTO `it``s` VALUES (1, 2, 'y')", "PRIMARY", &["b", "a"][..]),
            ("UPDATE `it``s` SET b = 3, a = 4 WHERE b = 1", "PRIMARY", &["b", "a"]),
            ("INSERT INTO `it``s` VALUES (5, 6, 'PRIMARY')", "it`s_code_uniq", &["code"]),
        ] {
            let mut connection = live.driver.acquire().await.unwrap();
            connection.begin(TransactionOptions::default()).await.unwrap();
            let error = connection.execute(Statement::new(sql)).await.unwrap_err();
            let violation = error.constraint_violation().unwrap_or_else(|| panic!("{error:?}"));
            assert_eq!(violation.table.as_deref(), Some("it`s"), "{sql}");
            assert_eq!(violation.constraint.as_deref(), Some(key), "{sql}");
            assert_eq!(violation.columns, columns, "{sql}");
            // The connection and its transaction go on.
            connection.execute(Statement::new("UPDATE `it``s` SET code = 'z' WHERE b = 1")).await.unwrap();
            connection.commit().await.unwrap();
        }
        assert_eq!(live.one("SELECT code FROM `it``s` WHERE b = 1").await, "z");
    });
}

#[test]
fn what_the_schema_has_no_word_for_is_left_out() {
    on_mysql(async |database| {
        let live = Live::on(database).await;
        live.script(
            "CREATE TABLE t (id int PRIMARY KEY, moods set('ok'), n mediumint unsigned, m int, title varchar(80),
                twice int GENERATED ALWAYS AS (m * 2) STORED, short datetime,
                INDEX t_m (m), INDEX t_part (title(10)), FULLTEXT INDEX t_full (title));
             CREATE TABLE parent (id int PRIMARY KEY);
             CREATE TABLE child (p int, CONSTRAINT child_p_fk FOREIGN KEY (p) REFERENCES parent (id))",
        )
        .await;
        let mut connection = live.driver.acquire().await.unwrap();
        let found = live.driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        assert_eq!(found.tables.keys().collect::<Vec<_>>(), ["child", "parent", "t"]);
        let t = &found.tables["t"];
        assert_eq!(t.columns.keys().collect::<Vec<_>>(), ["id", "m", "title", "twice"]);
        assert_eq!(t.indexes.keys().collect::<Vec<_>>(), ["t_m"]);
        // The server made an index for the key by itself.
        assert!(found.tables["child"].indexes.is_empty());
        assert_eq!(found.tables["child"].foreign_keys().count(), 1);
    });
}

#[test]
fn what_stands_beside_the_schema() {
    on_mysql(async |database| {
        let live = Live::on(database).await;
        live.script(
            "CREATE TABLE t (id int PRIMARY KEY, n int COMMENT 'how many', s varchar(20) COLLATE utf8mb4_general_ci,
                at datetime ON UPDATE CURRENT_TIMESTAMP, twice int AS (n * 2));
             CREATE VIEW v AS SELECT n FROM t;
             CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = NEW.n + 1",
        )
        .await;
        let mut connection = live.driver.acquire().await.unwrap();
        let introspector = live.driver.backend().introspector();
        let catalog = introspector.live_catalog(connection.as_mut()).await.unwrap();
        let objects: Vec<(LiveObjectKind, &str, &str)> = catalog
            .objects
            .iter()
            .map(|object| (object.kind, object.name.as_str(), object.table.as_str()))
            .collect();
        assert_eq!(objects, [(LiveObjectKind::View, "v", "v"), (LiveObjectKind::Trigger, "g", "t")]);
        let columns = &catalog.columns["t"];
        assert_eq!(columns["n"].comment.as_deref(), Some("how many"));
        assert_eq!(columns["s"].collation.as_deref(), Some("utf8mb4_general_ci"));
        assert!(columns["at"].on_update.as_deref().unwrap().starts_with("current_timestamp"));
        assert!(columns["twice"].generated && !columns.contains_key("id"));
        // The texts create what they say.
        drop(connection);
        live.script("DROP VIEW v; DROP TRIGGER g").await;
        for object in &catalog.objects {
            live.script(&object.sql).await;
        }
    });
}

/// The index that a foreign key needs is the schema's own where that has one.
#[test]
fn foreign_keys_and_their_indexes_come_back() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        let parent = Table::new("p").with_column(Column::new("id", SqlType::BigInt)).with_primary_key(["id"]);
        let key = |column: &str, on_delete| ForeignKey {
            columns: vec![column.to_owned()],
            table: "p".to_owned(),
            references: vec!["id".to_owned()],
            on_delete,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        };
        let child = Table::new("c")
            .with_column(Column::new("a", SqlType::BigInt))
            .with_column(Column::new("b", SqlType::BigInt).nullable())
            .with_index(Index::new("c_a_idx", ["a"]))
            .with_constraint(Constraint::foreign_key("c_a_fk", key("a", ReferentialAction::Restrict)))
            .with_constraint(Constraint::foreign_key("c_b_fk", key("b", ReferentialAction::SetNull)));
        live.apply(&[
            Operation::CreateTable(CreateTable { table: parent }),
            Operation::CreateTable(CreateTable { table: child }),
        ])
        .await
        .unwrap();
        let indexes = "SELECT GROUP_CONCAT(DISTINCT index_name ORDER BY index_name) FROM information_schema.statistics \
                       WHERE table_schema = DATABASE() AND table_name = 'c'";
        assert_eq!(live.one(indexes).await, "c_a_idx,c_b_fk");
    });
}

/// A lock's name belongs to the whole server, regards no case and has 64 characters, as a database's name may have.
///
/// Cases: 26.
#[test]
fn databases_of_long_names_have_a_migration_lock_each() {
    on_mysql(async |database| {
        let live = Live::on(database).await;
        let (server, name) = database.url().reveal().rsplit_once('/').unwrap();
        let long = |end: &str| format!("{name:x<60}{end}");
        let names = [long("_one"), long("_two"), long("_ONE")];
        let mut locks = Vec::new();
        for name in &names {
            live.execute(&format!("CREATE DATABASE `{name}`")).await;
            let url = DatabaseUrl::parse(&format!("{server}/{name}")).unwrap();
            let driver = database.backend().connect(&url, &PoolOptions::default()).await.unwrap();
            let lock = driver.try_migration_lock().await.unwrap();
            locks.push((driver, lock.is_some(), lock));
        }
        let held: Vec<bool> = locks.iter().map(|(_, held, _)| *held).collect();
        let again = locks[0].0.try_migration_lock().await.unwrap().is_none();
        drop(locks);
        for name in &names {
            live.execute(&format!("DROP DATABASE `{name}`")).await;
        }
        assert_eq!(held, [true; 3], "each has its own");
        assert!(again, "and one only");
    });
}
