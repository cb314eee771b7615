//! Changes of type with rows: every value is kept, or its row is found before anything changes.

use super::{Live, on_mysql, refused};
use umbral::migrations::Operation;
use umbral::migrations::operations::{AlterColumn, CreateTable, DropTable};
use umbral::schema::{Column, SqlType, Table};

/// A change of type: values as SQL with what they become, as text, and values that stand against it.
struct Case {
    from: &'static str,
    to: &'static str,
    kept: &'static [(&'static str, &'static str)],
    lost: &'static [&'static str],
}

const fn case(
    from: &'static str,
    to: &'static str,
    kept: &'static [(&'static str, &'static str)],
    lost: &'static [&'static str],
) -> Case {
    Case { from, to, kept, lost }
}

const CASES: &[Case] = &[
    case("smallint", "bigint", &[("-32768", "-32768"), ("32767", "32767")], &[]),
    case("bigint", "integer", &[("-2147483648", "-2147483648")], &["2147483648", "-2147483649"]),
    case("integer", "smallint", &[("32767", "32767")], &["32768"]),
    case("bigint", "real", &[("-16777216", "-16777200")], &["16777217", "9223372036854775807"]),
    case("bigint", "double", &[("9007199254740992", "9.007199254740992e15")], &["9007199254740993"]),
    case("integer", "boolean", &[("0", "0"), ("1", "1")], &["2", "-1"]),
    case("boolean", "integer", &[("FALSE", "0"), ("TRUE", "1")], &[]),
    case("integer", "decimal(4, 2)", &[("99", "99.00"), ("-99", "-99.00")], &["100", "-100"]),
    case("integer", "varchar(2)", &[("10", "10"), ("-1", "-1")], &["-10", "100"]),
    case("bigint", "text", &[("-9223372036854775808", "-9223372036854775808")], &[]),
    case("double", "integer", &[("-3", "-3")], &["3.5", "3e9"]),
    case("double", "bigint", &[("4503599627370496", "4503599627370496")], &["9223372036854775807", "1e300"]),
    case("double", "decimal(5, 2)", &[("1.25", "1.25"), ("-0.1", "-0.10")], &["1.234", "1000", "1e300"]),
    case("integer", "uint16", &[("0", "0"), ("65535", "65535")], &["-1", "65536"]),
    case("uint32", "integer", &[("2147483647", "2147483647")], &["2147483648"]),
    case("uint64", "bigint", &[("9223372036854775807", "9223372036854775807")], &["9223372036854775808"]),
    case("uint64", "decimal(20, 0)", &[("9223372036854775807", "9223372036854775807")], &[]),
    case(
        "text",
        "uint64",
        &[("'9223372036854775807'", "9223372036854775807")],
        &["'-1'", "'9223372036854775808'"],
    ),
    case("text", "char(2)", &[("'ab'", "ab"), ("''", "")], &["'a '", "'abc'"]),
    case("char(3)", "varchar(3)", &[("'a'", "a")], &[]),
    case("double", "text", &[("0.1", "0.1"), ("-2.5", "-2.5")], &[]),
    case("decimal(10, 2)", "decimal(10, 1)", &[("1.50", "1.5")], &["1.55"]),
    case("decimal(10, 2)", "decimal(4, 2)", &[("99.99", "99.99")], &["100.00", "-100"]),
    case("decimal(10, 2)", "decimal(20, 4)", &[("99.99", "99.9900")], &[]),
    case("decimal(12, 2)", "integer", &[("5.00", "5")], &["5.50", "3000000000"]),
    case(
        "decimal(38, 10)",
        "double",
        &[("0.1", "0.1"), ("-12.5", "-12.5")],
        &["1234567890123456789.0123456789"],
    ),
    case("decimal(10, 2)", "text", &[("12.5", "12.50")], &[]),
    case("decimal(10, 2)", "varchar(4)", &[("1.50", "1.50")], &["12.50"]),
    case(
        "text",
        "integer",
        &[("'0'", "0"), ("'-5'", "-5"), ("'2147483647'", "2147483647")],
        &[
            "'007'",
            "' 5'",
            "'5.0'",
            "'abc'",
            "''",
            "'2147483648'",
            "'-0'",
            "'9999999999999999999999999'",
            "'5\n'",
        ],
    ),
    case(
        "varchar(30)",
        "bigint",
        &[("'9223372036854775807'", "9223372036854775807")],
        &["'9223372036854775808'"],
    ),
    case(
        "text",
        "decimal(5, 2)",
        &[("'1.5'", "1.50"), ("'-100'", "-100.00"), ("'0.10'", "0.10")],
        &["'1.555'", "'1000'", "'1e2'", "'+1'", "'NaN'", "'0.0000000000000000000000000000001'"],
    ),
    case("text", "double", &[("'0.1'", "0.1"), ("'-2.50'", "-2.5")], &["'0.12345678901234567890'", "'x'"]),
    case("text", "boolean", &[("'true'", "1"), ("'false'", "0")], &["'1'", "'TRUE'", "'yes'"]),
    case("boolean", "text", &[("TRUE", "true"), ("FALSE", "false")], &[]),
    case("boolean", "varchar(4)", &[("TRUE", "true")], &["FALSE"]),
    case("varchar(20)", "text", &[("'it''s'", "it's"), ("'ü🎵'", "ü🎵")], &[]),
    case("text", "varchar(3)", &[("'abc'", "abc"), ("'🎵🎵🎵'", "🎵🎵🎵")], &["'abcd'"]),
    case("varchar(20)", "varchar(3)", &[("'abc'", "abc")], &["'abcd'", "'abc '"]),
    case(
        "text",
        "date",
        &[("'2024-02-29'", "2024-02-29")],
        &["'2023-02-29'", "'0000-01-01'", "'2024-2-9'", "'x'"],
    ),
    case("text", "time", &[("'23:59:59.000001'", "23:59:59.000001")], &["'24:00:00'", "'1:00'"]),
    case(
        "text",
        "timestamp",
        &[
            ("'2024-02-29 10:00:00.5'", "2024-02-29 10:00:00.500000"),
            ("'2024-02-29T10:00'", "2024-02-29 10:00:00.000000"),
        ],
        &["'2023-02-29 10:00'", "'2024-02-29 25:00'", "'2024-02-29'"],
    ),
    case("date", "timestamp", &[("'2024-02-29'", "2024-02-29 00:00:00.000000")], &[]),
    case("timestamp", "date", &[("'2024-02-29'", "2024-02-29")], &["'2024-02-29 00:00:00.000001'"]),
    case("timestamp", "timestamptz", &[("'2024-02-29'", "2024-02-29 00:00:00.000000")], &[]),
    case("date", "text", &[("'0001-01-01'", "0001-01-01")], &[]),
    case("time", "varchar(15)", &[("'00:00:00.000001'", "00:00:00.000001")], &[]),
    case("timestamp", "varchar(26)", &[("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999")], &[]),
];

fn table(ty: &SqlType) -> Table {
    Table::new("t")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("Value", ty.clone()).nullable())
        .with_primary_key(["id"])
}

fn retype(from: &SqlType, to: &SqlType) -> Operation {
    let column = |ty: &SqlType| Column::new("Value", ty.clone()).nullable();
    Operation::AlterColumn(AlterColumn {
        table: "t".to_owned(),
        from: column(from),
        to: column(to),
        backfill: None,
    })
}

#[test]
fn values_are_kept_or_their_rows_are_found_first() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        for case in CASES {
            let (from, to): (SqlType, SqlType) = (case.from.parse().unwrap(), case.to.parse().unwrap());
            live.apply(&[Operation::CreateTable(CreateTable { table: table(&from) })]).await.unwrap();
            refuses(&mut live, case.lost, &from, &to).await;
            keeps(&mut live, case, &from, &to).await;
            live.apply(&[Operation::DropTable(DropTable { table: "t".to_owned() })]).await.unwrap();
        }
    });
}

/// The values that are kept, NULL among them, there and back.
async fn keeps(live: &mut Live, case: &Case, from: &SqlType, to: &SqlType) {
    live.execute("INSERT INTO t VALUES (0, NULL)").await;
    for (id, (value, _)) in (1..).zip(case.kept) {
        live.execute(&format!("INSERT INTO t VALUES ({id}, {value})")).await;
    }
    let all = "SELECT CAST(`Value` AS char) FROM t ORDER BY id";
    let before = live.column(all).await;
    live.apply(&[retype(from, to)]).await.unwrap_or_else(|error| panic!("{from} to {to}: {error:?}"));
    let expected: Vec<Option<String>> =
        [None].into_iter().chain(case.kept.iter().map(|(_, text)| Some((*text).to_owned()))).collect();
    assert_eq!(live.column(all).await, expected, "{from} to {to}");
    match live.apply(&[retype(to, from)]).await {
        Ok(()) if *from != SqlType::Text => assert_eq!(live.column(all).await, before, "{to} back to {from}"),
        Ok(()) => {}
        Err(error) => panic!("{to} back to {from}: {error:?}"),
    }
}

/// Values that would be lost: each is counted, and found by the refusal's own query, among others that would not.
async fn refuses(live: &mut Live, values: &[&str], from: &SqlType, to: &SqlType) {
    for value in values {
        live.execute(&format!("INSERT INTO t VALUES (1, {value}), (2, NULL)")).await;
        let what = format!("{value}, {from} to {to}");
        let Err(error) = live.apply(&[retype(from, to)]).await else { panic!("{what} was not refused") };
        let refused = refused(&error);
        assert_eq!(refused.count, 1, "{what}");
        let find = format!("SELECT id FROM ({}) AS found", refused.refusal.find.clone().unwrap());
        assert_eq!(live.column(&find).await, [Some("1".to_owned())], "{what}");
        live.execute("DELETE FROM t").await;
    }
}

#[test]
fn text_becomes_json_where_it_is_json() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&[Operation::CreateTable(CreateTable { table: table(&SqlType::Text) })]).await.unwrap();
        live.execute("INSERT INTO t VALUES (1, '{\"a\":1}'), (2, NULL)").await;
        live.apply(&[retype(&SqlType::Text, &SqlType::Json)]).await.unwrap();
        assert_eq!(
            live.one("SELECT CAST(JSON_EXTRACT(`Value`, '$.a') AS char) FROM t WHERE id = 1").await,
            "1"
        );
        live.apply(&[retype(&SqlType::Json, &SqlType::Text)]).await.unwrap();
        live.execute("INSERT INTO t VALUES (3, '{')").await;
        let error = live.apply(&[retype(&SqlType::Text, &SqlType::Json)]).await.unwrap_err();
        assert_eq!(refused(&error).count, 1);
        assert_eq!(live.one("SELECT COUNT(*) FROM t").await, "3");
    });
}

#[test]
fn what_has_no_conversion_is_unsupported() {
    on_mysql(async |database| {
        let mut live = Live::on(database).await;
        for (from, to) in [
            ("bytes", "text"),
            ("text", "bytes"),
            ("json", "integer"),
            ("uuid", "integer"),
            ("integer", "date"),
            ("time", "timestamp"),
            ("real", "text"),
            ("boolean", "decimal(4, 2)"),
        ] {
            let (from, to): (SqlType, SqlType) = (from.parse().unwrap(), to.parse().unwrap());
            live.apply(&[Operation::CreateTable(CreateTable { table: table(&from) })]).await.unwrap();
            let error = live.apply(&[retype(&from, &to)]).await.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{from} to {to}: {error:?}");
            live.apply(&[Operation::DropTable(DropTable { table: "t".to_owned() })]).await.unwrap();
        }
    });
}
