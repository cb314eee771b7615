//! Text and bits of one length as fields: kept, found, sorted, and changed to text of any length and back.

use super::*;
use crate::live::{Live, refused};
use std::sync::Arc;
use umbral::ErrorKind;
use umbral::db::QueryCounter;
use umbral::migrations::operations::{AlterColumn, CreateTable};
use umbral::migrations::{AutodetectOptions, MigrationSet, Models, NoInput, Operation, autodetect};
use umbral::schema::{Column, Index, SqlType, Table};
use umbral::value::Bits;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Eq, Hash, FieldType)]
#[umbral(length = 3)]
struct Currency(String);

#[derive(Debug, Clone, PartialEq, FieldType)]
#[umbral(length = 12)]
struct Flags(Bits);

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "exact_country")]
struct Country {
    #[umbral(primary_key, length = 2)]
    code: String,
    #[umbral(length = 5, unique)]
    short: Option<String>,
    #[umbral(default = "EUR")]
    currency: Currency,
    #[umbral(index)]
    flags: Flags,
    part_of: Option<ForeignKey<Country>>,
}

fn models() -> Registry {
    Registry::new().with::<Country>()
}

fn flags(text: &str) -> Flags {
    Flags(text.parse().unwrap())
}

fn country(code: &str, short: Option<&str>, part_of: Option<&str>) -> Country {
    Country {
        code: code.to_owned(),
        short: short.map(str::to_owned),
        currency: Currency("EUR".to_owned()),
        flags: flags("100000000001"),
        part_of: part_of.map(|code| ForeignKey::new(code.to_owned())),
    }
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    let all = vec![
        country("DE", Some("deu"), None),
        country("BY", Some("Bay\u{fc}\u{1f980}"), Some("DE")),
        country("é", None, Some("DE")),
        country("", Some(""), Some("BY")),
    ];
    Country::bulk_create(all).exec(&db).await.unwrap();
    db
}

#[test]
fn texts_of_one_length_are_keys_are_found_and_sort() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "exact", &models());
        let codes = async |query: QuerySet<Country>| -> Vec<String> {
            let found = query.order_by(|c| c.code.asc()).all(&db).await.unwrap();
            found.into_iter().map(|country| country.code).collect()
        };
        let all = Country::objects();
        assert_eq!(codes(all.clone()).await, ["", "BY", "DE", "é"]);
        let by = Country::objects().filter(|c| c.code.eq("BY")).get(&db).await.unwrap();
        assert_eq!(by, country("BY", Some("Bay\u{fc}\u{1f980}"), Some("DE")));
        assert_eq!(codes(all.clone().filter(|c| c.code.in_(["DE", "é", "XX", "BY "]))).await, ["DE", "é"]);
        assert_eq!(codes(all.clone().filter(|c| c.code.eq("BY "))).await, [""; 0], "a blank is a character");
        assert_eq!(codes(all.clone().filter(|c| c.code.ne("BY "))).await.len(), 4);
        assert_eq!(codes(all.clone().filter(|c| c.short.eq("") | c.short.is_null())).await, ["", "é"]);
        assert_eq!(codes(all.clone().filter(|c| c.code.gt("BY") & c.code.le("DE"))).await, ["DE"]);
        assert_eq!(codes(all.clone().filter(|c| c.short.startswith("Bay"))).await, ["BY"]);
        assert_eq!(codes(all.clone().filter(|c| c.short.endswith("de"))).await, [""; 0]);
        assert_eq!(codes(all.clone().filter(|c| c.short.endswith("u"))).await, ["DE"]);
        assert_eq!(codes(all.clone().filter(|c| c.short.icontains("EU"))).await, ["DE"]);
        assert_eq!(codes(all.clone().filter(|c| c.currency.eq(Currency("EUR".into())))).await.len(), 4);
        assert_eq!(codes(all.clone().filter(|c| c.part_of.eq("DE".to_owned()))).await, ["BY", "é"]);
        assert_eq!(codes(all.clone().filter(|c| c.part_of().short.eq("deu"))).await, ["BY", "é"]);
        assert_eq!(codes(all.clone().filter(|c| c.flags.eq(flags("100000000001")))).await.len(), 4);
        let parts = all.clone().filter(|c| c.part_of.is_null()).select_related(|c| c.part_of());
        assert_eq!(codes(parts).await, ["DE"]);

        let changed = Country::objects().filter(|c| c.code.eq("DE")).update(|c| c.short.set("D"));
        assert_eq!(changed.exec(&db).await.unwrap(), 1);
        assert_eq!(codes(all.clone().filter(|c| c.short.endswith("D"))).await, ["DE"]);
        let twice =
            create!(Country { code: "XX", short: Some("D".to_owned()), flags: flags("000000000000") });
        assert!(twice.exec(&db).await.unwrap_err().is_unique_violation());
    });
}

/// The SQL of a lookup: PostgreSQL takes a column beside text for text, which no index over it serves.
#[test]
fn a_lookup_is_one_that_an_index_serves() {
    each_engine(async |database| {
        let db = filled(database).await;
        let counter = Arc::new(QueryCounter::new());
        let counted = db.instrument(counter.clone());
        let all = Country::objects;
        all().filter(|c| c.code.eq("DE")).count(&counted).await.unwrap();
        all().filter(|c| c.part_of.eq("DE".to_owned())).count(&counted).await.unwrap();
        all().filter(|c| c.short.in_(["deu", "x"])).count(&counted).await.unwrap();
        all().filter(|c| c.short.endswith("u")).count(&counted).await.unwrap();
        all().filter(|c| c.short.eq(c.code)).count(&counted).await.unwrap();
        let name = format!("exact_lookups_{}", db.backend().name());
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, counter.statements().join("\n"));
        });
    });
}

/// Longer than the column is an error everywhere; a blank at the end is cut off by servers, and refused by SQLite.
#[test]
fn what_does_not_fit_is_refused_or_loses_its_blanks() {
    each_engine(async |database| {
        let db = filled(database).await;
        let with = |short: &str| {
            create!(Country { code: "XX", short: Some(short.to_owned()), flags: flags("000000000000") })
        };
        let error = with("sixsix").exec(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Value | ErrorKind::Violation), "{error:?}");
        match with("a  ").exec(&db).await {
            Ok(_) => {
                let found = Country::objects().filter(|c| c.short.eq("a")).get(&db).await.unwrap();
                assert_eq!(found.short.as_deref(), Some("a"));
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Value);
                assert!(error.to_string().contains("ends in a blank"), "{error}");
            }
        }
        let bits = create!(Country { code: "YY", flags: flags("1") }).exec(&db).await;
        match bits {
            // MySQL and MariaDB fill bits up with zeros in front.
            Ok(_) => {
                let made = Country::objects().filter(|c| c.code.eq("YY")).get(&db).await.unwrap();
                assert_eq!(made.flags, flags("000000000001"));
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Value, "{error:?}"),
        }
    });
}

#[test]
fn text_of_any_length_becomes_text_of_one_length_and_back() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let code = |ty| Column::new("code", ty);
        let table = Table::new("airport")
            .with_column(Column::new("id", SqlType::BigInt))
            .with_column(code(SqlType::Varchar(9)))
            .with_primary_key(["id"])
            .with_index(Index::new("airport_code_idx", ["code"]));
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO airport VALUES (1, 'TXL'), (2, 'ab '), (3, ''), (4, 'LONGER')").await;
        let change = |from, to| {
            let (table, from, to) = ("airport".to_owned(), code(from), code(to));
            [Operation::AlterColumn(AlterColumn { table, from, to, backfill: None })]
        };
        let (any, one) = (SqlType::Varchar(9), SqlType::Char(3));
        let error = live.apply(&change(any.clone(), one.clone())).await.unwrap_err();
        assert_eq!(refused(&error).count, 2, "too long, and with a blank at its end");
        live.execute("UPDATE airport SET code = 'ab' WHERE id = 2").await;
        live.execute("UPDATE airport SET code = 'LON' WHERE id = 4").await;
        let codes = async |live: &Live| -> Vec<String> {
            live.column("SELECT code FROM airport ORDER BY id").await.into_iter().flatten().collect()
        };
        for to in [one, any, SqlType::Char(5), SqlType::Text, SqlType::Char(4)] {
            let from = live.schema.tables["airport"].columns["code"].ty.clone();
            let keyed = live.driver.backend().map_key(&to).is_ok();
            if !keyed {
                continue;
            }
            live.apply(&change(from, to)).await.unwrap();
            assert_eq!(codes(&live).await, ["TXL", "ab", "", "LON"]);
        }
        live.driver.close().await;
    });
}

mod before {
    use super::*;

    #[derive(Debug, Model)]
    #[umbral(table = "exact_airport", app = "exact")]
    pub(super) struct Airport {
        #[umbral(primary_key)]
        id: i64,
        #[umbral(max_length = 3)]
        code: String,
    }
}

mod after {
    use super::*;

    #[derive(Debug, Model)]
    #[umbral(table = "exact_airport", app = "exact")]
    pub(super) struct Airport {
        #[umbral(primary_key)]
        id: i64,
        #[umbral(length = 3)]
        code: String,
    }
}

#[test]
fn a_length_is_a_change_of_type() {
    let detect = |set: &MigrationSet, models: Registry| {
        let models = Models::of(&models).unwrap();
        autodetect(set, &models, &mut NoInput, &AutodetectOptions::default()).unwrap()
    };
    let first = detect(&MigrationSet::default(), Registry::new().with::<before::Airport>());
    let set = MigrationSet::new(first.clone()).unwrap();
    let second = detect(&set, Registry::new().with::<after::Airport>());
    let described: Vec<String> = second[0].operations.iter().map(Operation::describe).collect();
    assert_eq!(described, ["Alter column code of exact_airport: type char(3) instead of varchar(3)"]);
    let set = MigrationSet::new(first.into_iter().chain(second)).unwrap();
    assert!(detect(&set, Registry::new().with::<after::Airport>()).is_empty());
}
