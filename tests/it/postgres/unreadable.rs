//! Values that umbral's types do not hold, and types that it does not read.

use super::{Live, on_postgres};
use umbral::ErrorKind;
use umbral::backend::Statement;
use umbral::backend::standard::rows::fetch_cells;

#[test]
fn values_outside_a_type_say_so() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        let mut connection = live.driver.acquire().await.unwrap();
        for (sql, kind, says) in [
            ("SELECT 'NaN'::numeric", ErrorKind::Value, "NaN"),
            ("SELECT 1e40::numeric", ErrorKind::Value, "38 digits"),
            ("SELECT 'infinity'::date", ErrorKind::Value, "infinity"),
            ("SELECT '-infinity'::timestamp", ErrorKind::Value, "-infinity"),
            ("SELECT 'infinity'::timestamptz", ErrorKind::Value, "infinity"),
            ("SELECT '0044-03-15 BC'::date", ErrorKind::Value, "years 1 to 9999"),
            ("SELECT '10000-01-01'::timestamp", ErrorKind::Value, "years 1 to 9999"),
            ("SELECT '24:00'::time", ErrorKind::Value, "24:00:00"),
            ("SELECT '(1,2)'::point AS span", ErrorKind::Unsupported, "`span`"),
            ("SELECT '08:00:2b:01:02:03:04:05'::macaddr8", ErrorKind::Unsupported, "macaddr8"),
            ("SELECT row(1, 2)", ErrorKind::Unsupported, "record"),
        ] {
            let error = fetch_cells(connection.as_mut(), Statement::new(sql)).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{sql}: {error:?}");
            assert!(error.to_string().contains(says), "{sql}: {error:?}");
            assert!(error.hint().is_some(), "{sql}: {error:?}");
        }
        // The connection has not suffered.
        assert_eq!(fetch_cells(connection.as_mut(), Statement::new("SELECT 1")).await.unwrap().len(), 1);
    });
}

#[test]
fn what_has_the_form_of_text_is_text() {
    on_postgres(async |database| {
        let live = Live::on(database).await;
        live.script("CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE DOMAIN short AS varchar(3)").await;
        for (sql, text) in [
            ("SELECT 'sad'::mood", "sad"),
            ("SELECT 'abc'::short", "abc"),
            ("SELECT 'x'::\"char\"", "x"),
            ("SELECT 'n'::name", "n"),
            ("SELECT 'ab'::char(4)", "ab"),
            ("SELECT relname FROM pg_class WHERE relname = 'pg_class'", "pg_class"),
            ("SELECT 7::oid", "7"),
        ] {
            assert_eq!(live.one(sql).await, text, "{sql}");
        }
        assert_eq!(live.column("SELECT pg_sleep(0)").await, [None]);
    });
}
