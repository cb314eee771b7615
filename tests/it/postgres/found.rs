//! What introspection finds.

use super::{Live, on_postgres};
use umbral::backend::{DatabaseUrl, LiveObjectKind, PoolOptions};
use umbral::migrations::Operation;
use umbral::migrations::operations::CreateTable;
use umbral::schema::{Column, Constraint, Expr, Index, IndexColumn, IndexMethod, SqlType, Table};

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
    "NOT (pages = 1 AND sold)",
    "(pages = 1 OR pages = 2) AND sold",
    "title = note",
];

#[test]
fn expressions_come_back_as_they_were_written() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        let mut table = goods();
        for (number, condition) in CONDITIONS.iter().enumerate() {
            let check = Constraint::check(format!("goods_{number}_check"), expr(condition));
            table.constraints.insert(check.name.clone(), check);
            let mut index = Index::new(format!("goods_{number}_idx"), ["id"]);
            index.predicate = Some(expr(condition));
            table.indexes.insert(index.name.clone(), index);
        }
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
    });
}

#[test]
fn defaults_come_back_as_they_were_written() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        let mut table = Table::new("d");
        for (number, (ty, default)) in [
            ("smallint", "0"),
            ("integer", "-1"),
            ("bigint", "9223372036854775807"),
            ("bigint", "-9223372036854775808"),
            ("real", "0.5"),
            ("double", "-1.25"),
            ("boolean", "TRUE"),
            ("boolean", "NOT FALSE"),
            ("decimal(10, 2)", "0"),
            ("decimal(10, 2)", "12.50"),
            ("decimal(10, 2)", "-1"),
            ("varchar(20)", "'it''s'"),
            ("text", "''"),
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
            ("uuid", "gen_random_uuid()"),
            ("json", "'{\"a\":[1]}'"),
            ("integer", "1 + 1"),
            ("integer", "NULL"),
            ("array<integer>", "'{1,2}'"),
        ]
        .into_iter()
        .enumerate()
        {
            // gen_random_uuid is built in from version 13.
            let column = Column::new(format!("c{number}"), ty.parse().unwrap()).nullable();
            table = table.with_column(column.with_default(expr(default)));
        }
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO d DEFAULT VALUES").await;
    });
}

#[test]
fn names_that_need_quotes_and_two_tables_of_one_name() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        let key = |name: &str| IndexColumn::descending(Expr::column(name));
        let mut index = Index::new("Käse \"idx\"", ["select"]);
        index.columns = vec![key("Mixed Case"), key("select")];
        let table = Table::new("Order \"1\"")
            .with_column(Column::new("Mixed Case", SqlType::Integer))
            .with_column(Column::new("select", SqlType::Text))
            .with_column(Column::new("e\u{1F600}", SqlType::Text).nullable())
            .with_primary_key(["select", "Mixed Case"])
            .with_index(index)
            .with_constraint(Constraint::unique("u'n", ["e\u{1F600}", "select"]));
        live.apply(&[Operation::CreateTable(CreateTable { table: table.clone() })]).await.unwrap();

        live.script("CREATE SCHEMA other; CREATE TABLE other.\"Order \"\"1\"\"\" (x integer CHECK (x > 0))")
            .await;
        live.check().await;
        let url = format!("{}?options=-csearch_path%3Dother", database.url().reveal());
        let url = DatabaseUrl::parse(&url).unwrap();
        let other = database.backend().connect(&url, &PoolOptions::default()).await.unwrap();
        let mut connection = other.acquire().await.unwrap();
        let found = other.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        let names: Vec<&String> = found.tables["Order \"1\""].columns.keys().collect();
        assert_eq!(names, ["x"]);
        drop(connection);
        other.close().await;
    });
}

#[test]
fn what_the_schema_has_no_word_for_is_left_out() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.script(
            "CREATE TYPE mood AS (calm boolean);
             CREATE TABLE t (id integer PRIMARY KEY, m mood, net macaddr8, doc jsonb, n integer,
                twice integer GENERATED ALWAYS AS (n * 2) STORED);
             CREATE INDEX t_doc ON t USING gin (doc);
             CREATE INDEX t_n ON t (n);
             CREATE TABLE parts (day date) PARTITION BY RANGE (day);
             CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
             CREATE TABLE nothing ();
             INSERT INTO t (id, n) VALUES (1, 1), (2, 1)",
        )
        .await;
        // Interrupted by a duplicate, it leaves an index behind that is not valid.
        let build = "CREATE UNIQUE INDEX CONCURRENTLY t_n_uniq ON t (n)";
        let mut connection = live.driver.acquire().await.unwrap();
        assert!(connection.execute_script(build).await.unwrap_err().is_unique_violation());
        let found = live.driver.backend().introspector().introspect(connection.as_mut()).await.unwrap();
        let tables: Vec<&str> = found.tables.keys().map(String::as_str).collect();
        assert_eq!(tables, ["nothing", "parts", "t"]);
        let t = &found.tables["t"];
        assert_eq!(t.columns.keys().collect::<Vec<_>>(), ["id", "doc", "n", "twice"]);
        assert_eq!(t.columns["twice"].default, None);
        assert_eq!(t.indexes.keys().collect::<Vec<_>>(), ["t_doc", "t_n"]);
        assert_eq!(t.indexes["t_doc"].method, IndexMethod::Gin);
        assert!(found.tables["nothing"].columns.is_empty());
    });
}

#[test]
fn what_stands_beside_the_schema() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.script(
            "CREATE TABLE t (id integer PRIMARY KEY, n integer);
             CREATE VIEW v AS SELECT n FROM t;
             CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
             CREATE INDEX i ON t (n)",
        )
        .await;
        let mut connection = live.driver.acquire().await.unwrap();
        let introspector = live.driver.backend().introspector();
        let catalog = introspector.live_catalog(connection.as_mut()).await.unwrap();
        let objects: Vec<(LiveObjectKind, &str, &str, bool)> = catalog
            .objects
            .iter()
            .map(|object| (object.kind, object.name.as_str(), object.table.as_str(), object.sql.is_empty()))
            .collect();
        assert_eq!(
            objects,
            [
                (LiveObjectKind::Index, "t_pkey", "t", true),
                (LiveObjectKind::View, "v", "v", false),
                (LiveObjectKind::Trigger, "g", "t", false),
                (LiveObjectKind::Index, "i", "t", false),
            ]
        );
        // The texts create what they say.
        drop(connection);
        live.script("DROP VIEW v; DROP TRIGGER g ON t; DROP INDEX i").await;
        for object in catalog.objects.iter().filter(|object| !object.sql.is_empty()) {
            live.execute(&object.sql).await;
        }
    });
}
