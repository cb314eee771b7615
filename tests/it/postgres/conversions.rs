//! Changes of type with rows: every value is kept, or its row is found before anything changes.

use super::{Live, on_postgres, refused};
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

const CASES: &[Case] = &[
    Case { from: "smallint", to: "bigint", kept: &[("-32768", "-32768"), ("32767", "32767")], lost: &[] },
    Case {
        from: "bigint",
        to: "integer",
        kept: &[("-2147483648", "-2147483648")],
        lost: &["2147483648", "-2147483649"],
    },
    Case { from: "integer", to: "smallint", kept: &[("32767", "32767")], lost: &["32768"] },
    Case {
        from: "bigint",
        to: "real",
        kept: &[("16777216", "1.6777216e+07")],
        lost: &["16777217", "9223372036854775807"],
    },
    Case {
        from: "bigint",
        to: "double",
        kept: &[("9007199254740992", "9.007199254740992e+15")],
        lost: &["9007199254740993", "9223372036854775807", "-9223372036854775807"],
    },
    Case { from: "integer", to: "boolean", kept: &[("0", "false"), ("1", "true")], lost: &["2", "-1"] },
    Case {
        from: "integer",
        to: "decimal(4, 2)",
        kept: &[("99", "99.00"), ("-99", "-99.00")],
        lost: &["100", "-100"],
    },
    Case { from: "integer", to: "varchar(2)", kept: &[("10", "10"), ("-1", "-1")], lost: &["-10", "100"] },
    Case { from: "integer", to: "uint16", kept: &[("0", "0"), ("65535", "65535")], lost: &["-1", "65536"] },
    Case { from: "uint32", to: "integer", kept: &[("2147483647", "2147483647")], lost: &["2147483648"] },
    Case {
        from: "uint64",
        to: "bigint",
        kept: &[("9223372036854775807", "9223372036854775807")],
        lost: &["9223372036854775808"],
    },
    Case {
        from: "text",
        to: "uint64",
        kept: &[("'18446744073709551615'", "18446744073709551615")],
        lost: &["'-1'", "'18446744073709551616'", "'x'"],
    },
    Case { from: "text", to: "char(2)", kept: &[("'ab'", "ab"), ("''", "")], lost: &["'a '", "'abc'"] },
    Case { from: "char(3)", to: "varchar(3)", kept: &[("'a'", "a")], lost: &[] },
    Case { from: "bigint", to: "text", kept: &[("-9223372036854775808", "-9223372036854775808")], lost: &[] },
    Case { from: "real", to: "double", kept: &[("0.1", "0.10000000149011612"), ("'NaN'", "NaN")], lost: &[] },
    Case {
        from: "double",
        to: "real",
        kept: &[("0.5", "0.5"), ("'-Infinity'", "-Infinity"), ("'NaN'", "NaN"), ("0", "0")],
        lost: &["0.1", "1e300", "1e-300"],
    },
    Case {
        from: "double",
        to: "integer",
        kept: &[("-3", "-3")],
        lost: &["3.5", "'NaN'", "'Infinity'", "3e9"],
    },
    Case {
        from: "double",
        to: "bigint",
        kept: &[("4611686018427387904", "4611686018427387904")],
        lost: &["9223372036854775807", "1e300"],
    },
    Case {
        from: "double",
        to: "decimal(5, 2)",
        kept: &[("1.25", "1.25"), ("-0.1", "-0.10")],
        lost: &["1.234", "'NaN'", "1000", "'Infinity'"],
    },
    Case { from: "double", to: "text", kept: &[("0.1", "0.1")], lost: &[] },
    Case { from: "decimal(10, 2)", to: "decimal(10, 1)", kept: &[("1.50", "1.5")], lost: &["1.55"] },
    Case {
        from: "decimal(10, 2)",
        to: "decimal(4, 2)",
        kept: &[("99.99", "99.99")],
        lost: &["100.00", "-100"],
    },
    Case { from: "decimal(10, 2)", to: "decimal(20, 4)", kept: &[("99.99", "99.9900")], lost: &[] },
    Case { from: "decimal(12, 2)", to: "integer", kept: &[("5.00", "5")], lost: &["5.50", "3000000000"] },
    Case {
        from: "decimal(38, 10)",
        to: "double",
        kept: &[("0.1", "0.1"), ("-12.5", "-12.5"), ("0", "0")],
        lost: &["1234567890123456789.0123456789"],
    },
    Case { from: "decimal(10, 2)", to: "text", kept: &[("12.5", "12.50")], lost: &[] },
    Case { from: "decimal(10, 2)", to: "varchar(4)", kept: &[("1.50", "1.50")], lost: &["12.50"] },
    Case {
        from: "text",
        to: "integer",
        kept: &[("'0'", "0"), ("'-5'", "-5"), ("'2147483647'", "2147483647")],
        lost: &[
            "'007'",
            "' 5'",
            "'5.0'",
            "'abc'",
            "''",
            "'2147483648'",
            "'-0'",
            "'99999999999999999999999999'",
        ],
    },
    Case {
        from: "varchar(30)",
        to: "bigint",
        kept: &[("'9223372036854775807'", "9223372036854775807")],
        lost: &["'9223372036854775808'"],
    },
    Case {
        from: "text",
        to: "decimal(5, 2)",
        kept: &[("'1.5'", "1.50"), ("'-100'", "-100.00"), ("'0.10'", "0.10")],
        lost: &["'1.555'", "'1000'", "'1e2'", "'+1'", "'NaN'"],
    },
    Case {
        from: "text",
        to: "double",
        kept: &[("'0.1'", "0.1"), ("'1e+20'", "1e+20"), ("'-2.50'", "-2.5"), ("'0'", "0")],
        lost: &["'0.12345678901234567890'", "'1e999'", "'1e-999'", "'NaN'", "'x'"],
    },
    Case {
        from: "text",
        to: "real",
        kept: &[("'0.1'", "0.1")],
        lost: &["'0.123456789'", "'1e39'", "'1e-39'"],
    },
    Case {
        from: "text",
        to: "boolean",
        kept: &[("'true'", "true"), ("'false'", "false")],
        lost: &["'t'", "'1'", "''"],
    },
    Case {
        from: "text",
        to: "uuid",
        kept: &[("'00112233-4455-6677-8899-aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff")],
        lost: &["'00112233-4455-6677-8899-AABBCCDDEEFF'", "'00112233'"],
    },
    Case {
        from: "text",
        to: "date",
        kept: &[("'2024-02-29'", "2024-02-29"), ("'9999-12-31'", "9999-12-31")],
        lost: &["'2023-02-29'", "'2024-13-01'", "'0000-01-01'", "'today'", "'2024-02-29 '"],
    },
    Case {
        from: "text",
        to: "time",
        kept: &[("'23:59:59.123456'", "23:59:59.123456"), ("'07:30'", "07:30:00")],
        lost: &["'24:00:00'", "'now'"],
    },
    Case {
        from: "text",
        to: "timestamp",
        kept: &[
            ("'2024-02-29 10:00:00.5'", "2024-02-29 10:00:00.5"),
            ("'2024-02-29T10:00'", "2024-02-29 10:00:00"),
        ],
        lost: &["'2024-02-30 10:00:00'", "'2024-02-29'", "'infinity'"],
    },
    Case {
        from: "text",
        to: "timestamptz",
        kept: &[
            ("'2024-02-29T10:00:00Z'", "2024-02-29 10:00:00+00"),
            ("'2024-02-29 10:00:00'", "2024-02-29 10:00:00+00"),
        ],
        lost: &["'2024-02-29 10:00:00 Europe/Zurich'"],
    },
    Case {
        from: "text",
        to: "varchar(3)",
        kept: &[("'abc'", "abc"), ("'äöü'", "äöü")],
        lost: &["'abcd'", "'abc '"],
    },
    Case { from: "varchar(3)", to: "text", kept: &[("'abc'", "abc")], lost: &[] },
    Case { from: "date", to: "timestamp", kept: &[("'2024-02-29'", "2024-02-29 00:00:00")], lost: &[] },
    Case { from: "date", to: "timestamptz", kept: &[("'2024-02-29'", "2024-02-29 00:00:00+00")], lost: &[] },
    Case {
        from: "date",
        to: "text",
        kept: &[("'2024-02-29'", "2024-02-29"), ("'0001-01-01'", "0001-01-01")],
        lost: &["'infinity'", "'10000-01-01'", "'0001-01-01 BC'"],
    },
    Case {
        from: "timestamp",
        to: "date",
        kept: &[("'2024-02-29'", "2024-02-29")],
        lost: &["'2024-02-29 12:00'"],
    },
    Case {
        from: "timestamp",
        to: "timestamptz",
        kept: &[("'2024-02-29 12:00'", "2024-02-29 12:00:00+00")],
        lost: &[],
    },
    Case {
        from: "timestamptz",
        to: "timestamp",
        kept: &[("'2024-02-29 12:00+02'", "2024-02-29 10:00:00")],
        lost: &[],
    },
    Case {
        from: "timestamptz",
        to: "date",
        kept: &[("'2024-02-29 02:00+02'", "2024-02-29")],
        lost: &["'2024-02-29 00:00+02'"],
    },
    Case {
        from: "timestamptz",
        to: "text",
        kept: &[("'2024-02-29 12:00+02'", "2024-02-29 10:00:00.000000")],
        lost: &["'infinity'"],
    },
    Case {
        from: "timestamp",
        to: "varchar(26)",
        kept: &[("'2024-02-29 12:00'", "2024-02-29 12:00:00.000000")],
        lost: &[],
    },
    Case { from: "timestamp", to: "varchar(10)", kept: &[], lost: &["'2024-02-29 12:00'"] },
    Case { from: "time", to: "text", kept: &[("'12:00'", "12:00:00.000000")], lost: &[] },
    Case {
        from: "uuid",
        to: "varchar(36)",
        kept: &[("'00112233-4455-6677-8899-aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff")],
        lost: &[],
    },
    Case { from: "boolean", to: "smallint", kept: &[("true", "1"), ("false", "0")], lost: &[] },
    Case { from: "boolean", to: "varchar(4)", kept: &[("true", "true")], lost: &["false"] },
    Case { from: "json", to: "text", kept: &[("'{\"a\": 1}'", "{\"a\": 1}")], lost: &[] },
    Case {
        from: "array<integer>",
        to: "array<bigint>",
        kept: &[("'{1,NULL}'", "{1,NULL}"), ("'{}'", "{}")],
        lost: &[],
    },
    Case {
        from: "array<bigint>",
        to: "array<integer>",
        kept: &[("'{1,NULL}'", "{1,NULL}")],
        lost: &["'{1,2147483648}'"],
    },
    Case { from: "array<text>", to: "array<varchar(2)>", kept: &[("'{ab}'", "{ab}")], lost: &["'{a,abc}'"] },
    Case {
        from: "array<text>",
        to: "array<integer>",
        kept: &[("'{1,-2}'", "{1,-2}")],
        lost: &["'{1,x}'", "'{01}'"],
    },
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
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        for case in CASES {
            let (from, to): (SqlType, SqlType) = (case.from.parse().unwrap(), case.to.parse().unwrap());
            live.apply(&[Operation::CreateTable(CreateTable { table: table(&from) })]).await.unwrap();
            keeps(&mut live, case, &from, &to).await;
            for value in case.lost {
                refuses(&mut live, value, &from, &to).await;
            }
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
    let all = "SELECT \"Value\"::text FROM t ORDER BY id";
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
    live.execute("DELETE FROM t").await;
}

/// One value that would be lost: it is counted, and found by the refusal's own query, among others that would not.
async fn refuses(live: &mut Live, value: &str, from: &SqlType, to: &SqlType) {
    live.execute(&format!("INSERT INTO t VALUES (1, {value}), (2, NULL)")).await;
    let what = format!("{value}, {from} to {to}");
    let Err(error) = live.apply(&[retype(from, to)]).await else { panic!("{what} was not refused") };
    let refused = refused(&error);
    assert_eq!(refused.count, 1, "{what}");
    // Of the rows that it finds the key alone: umbral does not read every value that there may be.
    let find = format!("SELECT id FROM ({}) found", refused.refusal.find.clone().unwrap());
    assert_eq!(live.column(&find).await, [Some("1".to_owned())], "{what}");
    live.execute("DELETE FROM t").await;
}

#[test]
fn text_becomes_json_where_it_is_json() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        live.apply(&[Operation::CreateTable(CreateTable { table: table(&SqlType::Text) })]).await.unwrap();
        live.execute("INSERT INTO t VALUES (1, '{\"a\":1}'), (2, NULL)").await;
        live.apply(&[retype(&SqlType::Text, &SqlType::Json)]).await.unwrap();
        assert_eq!(live.one("SELECT \"Value\"->>'a' FROM t WHERE id = 1").await, "1");
        live.apply(&[retype(&SqlType::Json, &SqlType::Text)]).await.unwrap();
        live.execute("INSERT INTO t VALUES (3, '{')").await;
        // Version 16 counts the rows; before it the server refuses the change itself, as a whole.
        let error = live.apply(&[retype(&SqlType::Text, &SqlType::Json)]).await.unwrap_err();
        if live.driver.backend().version().at_least(&[16]) {
            assert_eq!(refused(&error).count, 1);
        }
        assert_eq!(live.one("SELECT count(*) FROM t").await, "3");
    });
}

#[test]
fn what_has_no_conversion_is_unsupported() {
    on_postgres(async |database| {
        let mut live = Live::on(database).await;
        for (from, to) in [
            ("bytes", "text"),
            ("text", "bytes"),
            ("json", "integer"),
            ("uuid", "integer"),
            ("integer", "date"),
            ("time", "timestamp"),
            ("array<integer>", "text"),
            ("integer", "array<integer>"),
            ("array<boolean>", "array<integer>"),
        ] {
            let (from, to): (SqlType, SqlType) = (from.parse().unwrap(), to.parse().unwrap());
            live.apply(&[Operation::CreateTable(CreateTable { table: table(&from) })]).await.unwrap();
            let error = live.apply(&[retype(&from, &to)]).await.unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{from} to {to}: {error:?}");
            live.apply(&[Operation::DropTable(DropTable { table: "t".to_owned() })]).await.unwrap();
        }
    });
}
