//! Integers without a sign, addresses and bits as fields: kept to their extremes, found, sorted and refused.

use super::*;
use crate::live::{Live, refused};
use std::net::{IpAddr, Ipv4Addr};
use umbral::ErrorKind;
use umbral::backend::Statement;
use umbral::migrations::Operation;
use umbral::migrations::operations::{AlterColumn, CreateTable, RenameColumn, RenameTable};
use umbral::schema::{Column, SqlType, Table};
use umbral::value::{Bits, Cidr, Inet, MacAddr, Value};
use umbral_testkit::each_engine;

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "stored_host")]
struct Host {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(default = 7)]
    weight: u8,
    port: Option<u16>,
    hits: u32,
    #[umbral(index)]
    bytes: u64,
    #[umbral(default = "10.0.0.1")]
    address: IpAddr,
    interface: Option<Inet>,
    network: Option<Cidr>,
    card: Option<MacAddr>,
    #[umbral(length = 9)]
    flags: Bits,
}

fn models() -> Registry {
    Registry::new().with::<Host>()
}

fn hosts() -> Vec<Host> {
    let host = |id: i64, weight, port, hits, bytes, address: &str, flags: &str| Host {
        id,
        weight,
        port,
        hits,
        bytes,
        address: address.parse().unwrap(),
        interface: Some(Inet::new(address.parse().unwrap(), 24).unwrap()),
        network: Some("10.0.0.0/8".parse().unwrap()),
        card: Some(MacAddr([8, 0, 0x2b, 0, 0, id as u8])),
        flags: flags.parse().unwrap(),
    };
    vec![
        host(1, 0, Some(0), 0, 0, "0.0.0.0", "000000000"),
        host(2, 9, Some(443), 65_536, 10_000_000_000, "10.0.0.1", "100000001"),
        host(3, 10, Some(8080), 1 << 31, i64::MAX as u64 + 1, "2001:db8::1", "100000010"),
        Host {
            interface: None,
            network: None,
            card: None,
            ..host(
                4,
                u8::MAX,
                None,
                u32::MAX,
                u64::MAX,
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "111111111",
            )
        },
    ]
}

async fn with_hosts(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    Host::bulk_create(hosts()).keep_keys().exec(&db).await.unwrap();
    db
}

#[test]
fn extremes_come_back_are_found_and_sort() {
    each_engine(async |database| {
        let db = with_hosts(database).await;
        assert_tables(&db, "stored", &models());
        let all = Host::objects().order_by(|h| h.id.asc()).all(&db).await.unwrap();
        assert_eq!(all, hosts());
        for host in &all {
            let same = Host::objects()
                .filter(|h| h.weight.eq(host.weight) & h.hits.eq(host.hits) & h.bytes.eq(host.bytes))
                .filter(|h| h.address.eq(host.address) & h.flags.eq(&host.flags))
                .filter(|h| h.port.eq(host.port) & h.interface.eq(host.interface) & h.card.eq(host.card));
            assert_eq!(same.all(&db).await.unwrap(), std::slice::from_ref(host));
        }
        let ids = |hosts: Vec<Host>| hosts.into_iter().map(|host| host.id).collect::<Vec<_>>();
        let found = Host::objects().filter(|h| h.bytes.gt(10_000_000_000u64)).order_by(|h| h.bytes.desc());
        assert_eq!(ids(found.all(&db).await.unwrap()), [4, 3]);
        let found = Host::objects().filter(|h| h.hits.in_([u32::MAX, 65_536])).order_by(|h| h.flags.asc());
        assert_eq!(ids(found.all(&db).await.unwrap()), [2, 4]);
        let found = Host::objects().filter(|h| h.bytes.in_([u64::MAX, 0])).order_by(|h| h.weight.asc());
        assert_eq!(ids(found.all(&db).await.unwrap()), [1, 4]);
        let addresses = [IpAddr::from(Ipv4Addr::new(10, 0, 0, 1)), "2001:db8::1".parse().unwrap()];
        let found = Host::objects().filter(|h| h.address.in_(addresses)).order_by(|h| h.card.asc());
        assert_eq!(ids(found.all(&db).await.unwrap()), [2, 3]);
        let flags: Vec<Bits> = ["100000010", "111111111"].map(|text| text.parse().unwrap()).to_vec();
        let found = Host::objects().filter(|h| h.flags.in_(&flags)).order_by(|h| h.flags.desc());
        assert_eq!(ids(found.all(&db).await.unwrap()), [4, 3]);
    });
}

#[test]
fn defaults_are_filled_in_and_the_databases_own_too() {
    each_engine(async |database| {
        let db = with_tables(database, &models()).await;
        let flags: Bits = "100000010".parse().unwrap();
        let made = create!(Host { hits: 1, bytes: 7, flags: &flags }).exec(&db).await.unwrap();
        assert_eq!((made.weight, made.address, made.flags), (7, Ipv4Addr::new(10, 0, 0, 1).into(), flags));
        let dialect = db.backend().dialect();
        let (columns, places): (Vec<_>, Vec<_>) = ["hits", "bytes", "flags"]
            .iter()
            .zip(1..)
            .map(|(name, position)| (dialect.quote_identifier(name), dialect.placeholder(position)))
            .unzip();
        let sql =
            format!("INSERT INTO stored_host (id, {}) VALUES (9, {})", columns.join(", "), places.join(", "));
        let values = vec![Value::UInt32(1), Value::UInt64(2), Value::Bits("000000001".parse().unwrap())];
        let driver = database.connect().await;
        driver.execute(Statement::new(sql).with_params(values)).await.unwrap();
        driver.close().await;
        let made = Host::objects().filter(|h| h.bytes.eq(2)).first(&db).await.unwrap().unwrap();
        assert_eq!((made.weight, made.address.to_string().as_str(), made.port), (7, "10.0.0.1", None));
    });
}

/// A column keeps its range through every change of its name, its table's, and its type.
#[test]
fn a_range_is_kept_through_changes_and_values_outside_are_refused() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let (id, load) = (Column::new("id", SqlType::BigInt), Column::new("load", SqlType::UInt8));
        let table = Table::new("host").with_column(id).with_column(load.clone()).with_primary_key(["id"]);
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO host VALUES (1, 0), (2, 255)").await;
        let table = || "node".to_owned();
        live.apply(&[
            Operation::RenameTable(RenameTable { from: "host".to_owned(), to: table() }),
            Operation::RenameColumn(RenameColumn {
                table: table(),
                from: "load".into(),
                to: "weight".into(),
            }),
        ])
        .await
        .unwrap();
        let column = |ty| Column { name: "weight".to_owned(), ty, ..load.clone() };
        let change = |from, to| {
            let (from, to) = (column(from), column(to));
            [Operation::AlterColumn(AlterColumn { table: table(), from, to, backfill: None })]
        };
        let refuses = async |live: &Live, value: &str| {
            let sql = format!("UPDATE node SET weight = {value} WHERE id = 2");
            let error = live.driver.execute(Statement::new(sql)).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Value | ErrorKind::Violation), "{error:?}");
        };
        refuses(&live, "-1").await;
        refuses(&live, "256").await;
        live.apply(&change(SqlType::UInt8, SqlType::UInt16)).await.unwrap();
        live.execute("UPDATE node SET weight = 65535 WHERE id = 2").await;
        refuses(&live, "65536").await;
        let error = live.apply(&change(SqlType::UInt16, SqlType::UInt8)).await.unwrap_err();
        assert_eq!(refused(&error).count, 1);
        live.apply(&change(SqlType::UInt16, SqlType::BigInt)).await.unwrap();
        live.execute("UPDATE node SET weight = -1 WHERE id = 2").await;
        let error = live.apply(&change(SqlType::BigInt, SqlType::UInt64)).await.unwrap_err();
        assert_eq!(refused(&error).count, 1);
        live.execute("UPDATE node SET weight = 9223372036854775807 WHERE id = 2").await;
        live.apply(&change(SqlType::BigInt, SqlType::UInt64)).await.unwrap();
        refuses(&live, "-1").await;
        let error = live.apply(&change(SqlType::UInt64, SqlType::UInt32)).await.unwrap_err();
        assert_eq!(refused(&error).count, 1);
        live.driver.close().await;
    });
}

/// What is computed with integers without a sign may be negative in between, and not in a column.
#[test]
fn they_are_computed_with() {
    each_engine(async |database| {
        let db = with_hosts(database).await;
        let ids = async |query: QuerySet<Host>| -> Vec<i64> {
            let found = query.order_by(|h| h.id.asc()).all(&db).await.unwrap();
            found.into_iter().map(|host| host.id).collect()
        };
        let all = Host::objects;
        assert_eq!(ids(all().filter(|h| (h.hits - 65_537).lt(0))).await, [1, 2]);
        assert_eq!(ids(all().filter(|h| (h.hits - 65_537u32).ge(0))).await, [3, 4]);
        assert_eq!(ids(all().filter(|h| (h.weight + h.weight).eq(20))).await, [3]);
        assert_eq!(ids(all().filter(|h| (h.hits / 65_535).eq(1))).await, [2], "without its rest");
        assert_eq!(ids(all().filter(|h| (h.port * 2).gt(1000))).await, [3]);
        let more = all().filter(|h| h.id.le(3)).update(|h| h.hits.set(h.hits + 7));
        assert_eq!(more.exec(&db).await.unwrap(), 3);
        assert_eq!(ids(all().filter(|h| h.hits.in_([7, 65_543]))).await, [1, 2]);
        for outside in [
            all().filter(|h| h.id.eq(1)).update(|h| h.hits.set(h.hits - 8)).exec(&db).await,
            all().filter(|h| h.id.eq(4)).update(|h| h.hits.set(h.hits + 1)).exec(&db).await,
            all().filter(|h| h.id.eq(4)).update(|h| h.weight.set(h.weight * 2)).exec(&db).await,
        ] {
            let error = outside.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Value | ErrorKind::Violation), "{error:?}");
        }
        assert_eq!(ids(all().filter(|h| h.hits.in_([7, u32::MAX]))).await, [1, 4]);
    });
}
