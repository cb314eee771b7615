//! Values in the wire's form: there and back, and whatever bytes may come.

use super::encode::encode;
use super::{decoder, extension_decoders, type_oid};
use crate::schema::SqlType;
use crate::value::{Date, Interval, MacAddr, Time, Timestamp, Value, ValueRef};
use proptest::prelude::*;

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out).unwrap();
    out
}

/// What is read of a value's own bytes, by the type that it is sent as.
fn read_back(value: &Value) -> String {
    let bytes = bytes(value);
    let mut text = Vec::new();
    match decoder(type_oid(value)).unwrap()(&bytes).unwrap() {
        ValueRef::Array(array) => array
            .for_each(&mut |item| {
                text.push(item.describe());
                Ok(())
            })
            .unwrap(),
        other => text.push(other.describe()),
    }
    text.join(", ")
}

#[test]
fn values_are_read_as_they_are_sent() {
    let instant = Timestamp { micros: -1 };
    for (value, read) in [
        (Value::Boolean(true), "boolean true"),
        (Value::SmallInt(i16::MIN), "integer -32768"),
        (Value::Integer(-1), "integer -1"),
        (Value::BigInt(i64::MAX), "integer 9223372036854775807"),
        (Value::Real(0.5), "real 0.5"),
        (Value::Double(-0.0), "double -0"),
        (Value::Decimal("-12.50".parse().unwrap()), "decimal -12.50"),
        (Value::Text("\u{1F600}".to_owned()), "text \"\u{1F600}\""),
        (Value::Bytes(vec![0, 255]), "2 bytes"),
        (Value::Date(Date::MIN), "date 0001-01-01"),
        (Value::Date(Date::MAX), "date 9999-12-31"),
        (Value::Time(Time { micros: 1 }), "time 00:00:00.000001"),
        (Value::Timestamp(instant), "timestamp 1969-12-31 23:59:59.999999"),
        (Value::TimestampTz(instant), "timestamptz 1969-12-31 23:59:59.999999Z"),
        (Value::Uuid([1; 16]), "uuid 01010101-0101-0101-0101-010101010101"),
        (Value::UInt8(255), "integer 255"),
        (Value::UInt32(u32::MAX), "integer 4294967295"),
        (Value::UInt64(u64::MAX), "decimal 18446744073709551615"),
        (
            Value::Interval(Interval { months: 14, days: -3, micros: 1 }),
            "interval 1 year 2 mons -3 days +00:00:00.000001",
        ),
        (Value::Inet("10.0.0.1/8".parse().unwrap()), "inet 10.0.0.1/8"),
        (Value::Cidr("2001:db8::/32".parse().unwrap()), "cidr 2001:db8::/32"),
        (Value::MacAddr(MacAddr([8, 0, 0x2b, 1, 2, 3])), "macaddr 08:00:2b:01:02:03"),
        (Value::Bits("101000001".parse().unwrap()), "bits 101000001"),
        (array(SqlType::Char(3), vec![Value::Text("a  ".to_owned())]), "text \"a\""),
        (array(SqlType::UInt64, vec![Value::UInt64(1), Value::Null]), "decimal 1, NULL"),
        (Value::Json("{}".to_owned()), "JSON"),
        (array(SqlType::Integer, vec![Value::Integer(1), Value::Null]), "integer 1, NULL"),
        (array(SqlType::Varchar(3), vec![Value::Text("a".to_owned())]), "text \"a\""),
        (array(SqlType::Date, vec![]), ""),
    ] {
        assert_eq!(read_back(&value), read);
    }
}

fn array(element: SqlType, items: Vec<Value>) -> Value {
    Value::Array { element, items }
}

#[test]
fn what_no_place_holds_is_not_sent() {
    for value in [
        Value::Text("a\0b".to_owned()),
        Value::Json("\0".to_owned()),
        Value::Date(Date { days: Date::MAX.days + 1 }),
        Value::Time(Time { micros: 86_400_000_000 }),
        Value::Timestamp(Timestamp { micros: i64::MIN }),
        Value::TimestampTz(Timestamp { micros: i64::MAX }),
        array(SqlType::Integer, vec![Value::BigInt(1)]),
        array(SqlType::Text, vec![Value::Text("\0".to_owned())]),
        array(SqlType::Array(Box::new(SqlType::Integer)), vec![array(SqlType::Integer, vec![])]),
    ] {
        assert!(encode(&value, &mut Vec::new()).is_err(), "{value:?}");
    }
}

/// Every type that there is a decoder for.
fn readable() -> impl Strategy<Value = u32> {
    let known: Vec<u32> = (0..5000).filter(|oid| decoder(*oid).is_some()).collect();
    prop::sample::select(known)
}

/// Reads what is read only when it is asked for.
fn read_all(value: ValueRef<'_>) {
    match value {
        ValueRef::Array(array) => {
            let _ = array.for_each(&mut |item| {
                read_all(item);
                Ok(())
            });
        }
        ValueRef::Range(range) => drop(range.ends()),
        ValueRef::Hstore(pairs) => drop(pairs.read()),
        ValueRef::TsVector(words) => drop(words.read()),
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_decoder_panic(oid in readable(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Some(Ok(value)) = decoder(oid).map(|decode| decode(&bytes)) {
            read_all(value);
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_of_an_extension_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for name in ["citext", "hstore", "ltree"] {
            let (one, array) = extension_decoders(name).unwrap();
            for decode in [one, array] {
                if let Ok(value) = decode(&bytes) {
                    read_all(value);
                }
            }
        }
    }

    #[test]
    fn no_array_makes_its_reader_panic(
        element in readable(),
        count in any::<i32>(),
        rest in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let mut bytes = Vec::new();
        for head in [1i32, 0, element as i32, count, 1] {
            bytes.extend_from_slice(&head.to_be_bytes());
        }
        bytes.extend_from_slice(&rest);
        if let Ok(value) = decoder(1007).unwrap()(&bytes) {
            read_all(value);
        }
    }
}
