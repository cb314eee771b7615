//! Columns of decimals that become wider and narrower than what a 64-bit integer holds, text, numbers, and decimals again.

use super::*;
use crate::live::{Live, refused};
use umbral::ErrorKind;
use umbral_testkit::each_engine;

/// A table whose column `v` accepts NULL, with these values, written as SQL, and NULL.
async fn filled(live: &mut Live, ty: &str, values: &[&str]) {
    live.apply(&[create(table("account", &[("v", &format!("{ty}?"))]))]).await.unwrap();
    let (mut id, mut connection) = (0, live.driver.acquire().await.unwrap());
    for value in values.iter().chain(&["NULL"]) {
        id += 1;
        let sql = format!("INSERT INTO account (id, v) VALUES ({id}, {value})");
        connection.execute(Statement::new(sql)).await.unwrap();
    }
}

async fn become_type(live: &mut Live, ty: &str) -> umbral::Result<()> {
    let from = live.schema.tables["account"].columns["v"].clone();
    live.apply(&[alter_column("account", from, column("v", &format!("{ty}?")))]).await
}

/// The values by key, NULL left out: numbers without zeros at the end of their fraction.
async fn values(live: &Live) -> Vec<String> {
    let ty = live.schema.tables["account"].columns["v"].ty.clone();
    let mut connection = live.driver.acquire().await.unwrap();
    let statement = Statement::new("SELECT v FROM account ORDER BY id").with_columns(vec![ty]);
    let rows = fetch_cells(connection.as_mut(), statement).await.unwrap();
    assert_eq!(rows.last().unwrap()[0], Cell::Null);
    let shown = |cell: &Cell| match cell {
        Cell::Integer(number) => number.to_string(),
        other => {
            let text = other.text().unwrap().rsplit(' ').next().unwrap_or_default().trim_matches('"');
            match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
                false => text.to_owned(),
            }
        }
    };
    rows[..rows.len() - 1].iter().map(|row| shown(&row[0])).collect()
}

const NUMBERS: [&str; 8] = ["0", "12.5", "-12.5", "99999999.99", "-99999999.99", "-0.01", "10", "-9"];

#[test]
fn numbers_are_kept_through_every_size_and_sort_of_number() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        // Text is what every database reads numbers from in one way.
        let quoted: Vec<String> = NUMBERS.iter().map(|number| format!("'{number}'")).collect();
        let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
        filled(&mut live, "varchar(40)", &quoted).await;
        for ty in [
            "decimal(28, 10)",
            "decimal(10, 2)",
            "decimal(19, 2)",
            "decimal(38, 20)",
            "text",
            "decimal(38, 28)",
            "double",
            "decimal(24, 6)",
            "decimal(10, 2)",
            "decimal(22, 3)",
            "varchar(60)",
            "decimal(20, 2)",
            "decimal(18, 2)",
            "decimal(28, 10)",
        ] {
            become_type(&mut live, ty).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
            assert_eq!(values(&live).await, NUMBERS, "{ty}");
        }
        // Every digit counts where they are compared.
        let above =
            live.column("SELECT count(*) FROM account WHERE v = (SELECT v FROM account WHERE id = 6)").await;
        assert_eq!(above, [Some("1".to_owned())]);
        live.driver.close().await;
    });
}

#[test]
fn integers_of_64_bits_become_decimals_and_integers_again() {
    let ends = ["0", "7", "-7", "9223372036854775807", "-9223372036854775808", "1000000000000000000"];
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        filled(&mut live, "bigint", &ends).await;
        let error = become_type(&mut live, "decimal(28, 10)").await.unwrap_err();
        assert_eq!(refused(&error).count, 3, "19 digits do not fit in front of the point");
        for ty in ["decimal(19, 0)", "decimal(38, 5)", "bigint", "decimal(20, 1)", "bigint"] {
            become_type(&mut live, ty).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
            assert_eq!(values(&live).await, ends, "{ty}");
        }
        become_type(&mut live, "decimal(20, 1)").await.unwrap();
        let error = become_type(&mut live, "integer").await.unwrap_err();
        assert_eq!(refused(&error).count, 3);
        live.driver.close().await;
    });
}

#[test]
fn what_would_lose_digits_is_counted_and_refused() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let texts = ["'0.0000000001'", "'-123456789012345678.5'", "'12'", "'x'", "'1.2.3'", "'-'"];
        filled(&mut live, "text", &texts).await;
        let error = become_type(&mut live, "decimal(28, 10)").await.unwrap_err();
        assert_eq!(refused(&error).count, 3);
        live.execute("UPDATE account SET v = '-0' WHERE id IN (4, 5, 6)").await;
        become_type(&mut live, "decimal(28, 10)").await.unwrap();
        let kept = ["0.0000000001", "-123456789012345678.5", "12", "0", "0", "0"];
        assert_eq!(values(&live).await, kept);
        for (ty, count) in [
            ("decimal(10, 2)", 2),
            ("decimal(18, 10)", 1),
            ("decimal(22, 1)", 1),
            ("decimal(27, 10)", 1),
            ("decimal(28, 9)", 1),
            ("bigint", 2),
            ("double", 1),
            ("varchar(12)", 2),
        ] {
            let error = become_type(&mut live, ty).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Migration, "{ty}: {error:?}");
            assert_eq!(refused(&error).count, count, "{ty}");
            assert_eq!(values(&live).await, kept, "{ty}");
        }
        live.driver.close().await;
    });
}
