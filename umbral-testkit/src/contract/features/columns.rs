//! What columns can hold and do by themselves.
//!
//! A native type is seen by three things: it takes a value, gives it back as its own kind of value without being told
//! the type, and refuses what is none. A UUID comes as text from some servers, and has to be told.

use super::{Outcome, Trial};
use umbral_core::schema::SqlType;
use umbral_core::value::{Date, Decimal, Timestamp, Value};

/// A table of one column `v` of a type spelled as the database spells it.
async fn column(trial: &Trial, ty: &str) -> Result<String, super::Absent> {
    let table = trial.table("column");
    trial.run(format!("CREATE TABLE {table} (v {ty})")).await?;
    Ok(table)
}

async fn native(trial: &Trial, ty: &str, literal: &str, value: Value, nonsense: &str) -> Outcome {
    let table = column(trial, ty).await?;
    trial.run(format!("INSERT INTO {table} VALUES ({literal})")).await?;
    trial.gives_value(format!("SELECT v FROM {table}"), value).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ({nonsense})")).await
}

pub(super) async fn arrays(trial: &Trial) -> Outcome {
    let table = column(trial, "integer[]").await?;
    trial.run(format!("INSERT INTO {table} VALUES ('{{1,NULL,3}}')")).await?;
    let rows = trial.rows(format!("SELECT v FROM {table}")).await?;
    let Some([Value::Array { items, .. }]) = rows.first().map(Vec::as_slice) else {
        return Err(super::Absent(format!("an array came back as {rows:?}")));
    };
    super::same(items, &vec![Value::BigInt(1), Value::Null, Value::BigInt(3)], "the array")?;
    trial.gives(format!("SELECT count(*) FROM {table} WHERE v[3] = 3"), "1").await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('nonsense')")).await
}

pub(super) async fn hstore(trial: &Trial) -> Outcome {
    trial.run("CREATE EXTENSION IF NOT EXISTS hstore").await?;
    let table = column(trial, "hstore").await?;
    trial.run(format!("INSERT INTO {table} VALUES ('a=>1, b=>NULL')")).await?;
    trial.gives(format!("SELECT v -> 'a' FROM {table}"), "1").await?;
    trial.gives(format!("SELECT count(*) FROM {table} WHERE v -> 'b' IS NULL"), "1").await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('=>')")).await
}

pub(super) async fn jsonb(trial: &Trial) -> Outcome {
    let json = trial.live.backend().type_name(&SqlType::Json)?;
    let table = column(trial, &json).await?;
    trial.run(format!("INSERT INTO {table} VALUES ('{{\"b\":1,   \"a\":2}}')")).await?;
    // A binary form keeps neither white space nor the order of keys.
    let text = ["text", "char"].map(|text| format!("SELECT CAST(v AS {text}) FROM {table}"));
    trial.gives_either(&text, "{\"a\": 2, \"b\": 1}").await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('{{')")).await
}

pub(super) async fn exact_json_numbers(trial: &Trial) -> Outcome {
    let json = trial.live.backend().type_name(&SqlType::Json)?;
    let table = column(trial, &json).await?;
    let document = "[12345678901234567890.120]";
    trial.run(format!("INSERT INTO {table} VALUES ('{document}')")).await?;
    trial.gives_as(format!("SELECT v FROM {table}"), SqlType::Json, Value::Json(document.to_owned())).await
}

pub(super) async fn inet(trial: &Trial) -> Outcome {
    let table = column(trial, "inet").await?;
    trial.run(format!("INSERT INTO {table} VALUES ('10.1.2.3'), ('192.168.0.1')")).await?;
    trial.gives(format!("SELECT count(*) FROM {table} WHERE v << cidr '10.0.0.0/8'"), "1").await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('10.1.2.300')")).await
}

pub(super) async fn uuid(trial: &Trial) -> Outcome {
    let bytes = *b"\x0f\x8f\xad\x5b\xd9\xcb\x46\x9f\xa1\x65\x70\x86\x77\x28\x95\x0e";
    let table = column(trial, "uuid").await?;
    trial.run(format!("INSERT INTO {table} VALUES ('0F8FAD5B-d9cb-469f-a165-70867728950e')")).await?;
    trial.gives_as(format!("SELECT v FROM {table}"), SqlType::Uuid, Value::Uuid(bytes)).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('0f8fad5b')")).await
}

pub(super) async fn boolean(trial: &Trial) -> Outcome {
    native(trial, "boolean", "1 = 1", Value::Boolean(true), "'nonsense'").await
}

pub(super) async fn decimal(trial: &Trial) -> Outcome {
    let digits = "1234567890123456789012345678.0123456789";
    let value: Decimal = digits.parse()?;
    native(trial, "decimal(38, 10)", digits, Value::Decimal(value), "'nonsense'").await?;
    let sum = format!("SELECT v + v FROM {}", trial.table("column"));
    trial.gives(sum, "2469135780246913578024691356.0246913578").await
}

pub(super) async fn temporal(trial: &Trial) -> Outcome {
    let day = Date { days: 19_782 };
    native(trial, "date", "'2024-02-29'", Value::Date(day), "'2024-02-30'").await?;
    let table = trial.table("instants");
    let timestamp = trial.live.backend().type_name(&SqlType::Timestamp)?;
    trial.run(format!("CREATE TABLE {table} (v {timestamp})")).await?;
    trial.run(format!("INSERT INTO {table} VALUES ('2024-02-29 23:59:59.000001')")).await?;
    let instant: Timestamp = "2024-02-29 23:59:59.000001".parse()?;
    trial.gives_value(format!("SELECT v FROM {table}"), Value::Timestamp(instant)).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('2024-02-29 25:00:00')")).await
}

pub(super) async fn varchar_length(trial: &Trial) -> Outcome {
    let table = column(trial, "varchar(3)").await?;
    // Characters, not bytes.
    trial.run(format!("INSERT INTO {table} VALUES ('\u{1F600}\u{1F600}\u{1F600}')")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('abcd')")).await?;
    trial.gives(format!("SELECT count(*) FROM {table}"), "1").await
}

pub(super) async fn expression_defaults(trial: &Trial) -> Outcome {
    let table = trial.table("column");
    trial.run(format!("CREATE TABLE {table} (id integer, v text DEFAULT (lower('ABCD')))")).await?;
    trial.run(format!("INSERT INTO {table} (id) VALUES (1)")).await?;
    trial.gives(format!("SELECT v FROM {table}"), "abcd").await
}

pub(super) async fn generated_stored(trial: &Trial) -> Outcome {
    generated(trial, "STORED").await
}

pub(super) async fn generated_virtual(trial: &Trial) -> Outcome {
    generated(trial, "VIRTUAL").await
}

async fn generated(trial: &Trial, kind: &str) -> Outcome {
    let table = trial.table("column");
    trial
        .run(format!("CREATE TABLE {table} (n integer, v integer GENERATED ALWAYS AS (n * 2) {kind})"))
        .await?;
    trial.run(format!("INSERT INTO {table} (n) VALUES (4)")).await?;
    trial.gives(format!("SELECT v FROM {table}"), "8").await?;
    trial.run(format!("UPDATE {table} SET n = 5")).await?;
    trial.gives(format!("SELECT v FROM {table}"), "10").await?;
    trial.refuses(format!("UPDATE {table} SET v = 1")).await
}

pub(super) async fn generated_over_enum(trial: &Trial) -> Outcome {
    let table = trial.table("column");
    // A type of its own where there are such, or a column's.
    let made = trial.run(format!("CREATE TYPE {table}_mood AS ENUM ('calm', 'wild')")).await.is_ok();
    let ty = if made { format!("{table}_mood") } else { "ENUM('calm', 'wild')".to_owned() };
    let value = "CASE WHEN e IS NULL THEN 1 ELSE 0 END";
    let created =
        trial.run(format!("CREATE TABLE {table} (e {ty}, v integer GENERATED ALWAYS AS ({value}) VIRTUAL)"));
    let created = created.await;
    if made && created.is_err() {
        trial.run(format!("DROP TYPE {table}_mood")).await?;
    }
    created?;
    trial.run(format!("INSERT INTO {table} (e) VALUES ('calm')")).await?;
    trial.gives(format!("SELECT v FROM {table}"), "0").await
}

pub(super) async fn comments(trial: &Trial) -> Outcome {
    let table = column(trial, "integer").await?;
    trial
        .run_either(&[
            format!("COMMENT ON TABLE {table} IS 'it''s a table'"),
            format!("ALTER TABLE {table} COMMENT = 'it''s a table'"),
        ])
        .await?;
    trial
        .run_either(&[
            format!("COMMENT ON COLUMN {table}.v IS 'a column'"),
            format!("ALTER TABLE {table} MODIFY COLUMN v integer COMMENT 'a column'"),
        ])
        .await?;
    let catalogue = |what: &str, catalogue: &str| {
        format!(
            "SELECT {what} FROM information_schema.{catalogue} WHERE table_schema = database() AND table_name = '{table}'"
        )
    };
    let of_table = format!("SELECT obj_description('{table}'::regclass, 'pg_class')");
    trial.gives_either(&[of_table, catalogue("table_comment", "tables")], "it's a table").await?;
    let of_column = format!("SELECT col_description('{table}'::regclass, 1)");
    trial.gives_either(&[of_column, catalogue("column_comment", "columns")], "a column").await
}
