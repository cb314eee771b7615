use super::convert::conversion;
use super::encode::encode;
use crate::schema::SqlType;
use crate::value::{Date, Decimal, Time, Timestamp, Value, ValueRef};

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out).unwrap();
    out
}

#[test]
fn parameters_have_the_form_of_the_protocol() {
    let instant: Timestamp = "2024-02-29 23:59:58.000001".parse().unwrap();
    for (value, expected) in [
        (Value::Boolean(true), &[1][..]),
        (Value::SmallInt(-2), &[0xFE, 0xFF]),
        (Value::Decimal("-12.50".parse().unwrap()), b"\x06-12.50"),
        (Value::Text("\u{e4}".to_owned()), b"\x02\xC3\xA4"),
        (Value::Date(Date::MAX), &[4, 0x0F, 0x27, 12, 31]),
        (Value::Time(Time { micros: 1 }), &[12, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
        (Value::Timestamp(instant), &[11, 0xE8, 0x07, 2, 29, 23, 59, 58, 1, 0, 0, 0]),
    ] {
        assert_eq!(bytes(&value), expected, "{value:?}");
    }
}

#[test]
fn lengths_take_as_many_bytes_as_they_need() {
    for (length, head) in [
        (250, &[250][..]),
        (251, &[0xFC, 251, 0]),
        (0xFFFF, &[0xFC, 0xFF, 0xFF]),
        (0x1_0000, &[0xFD, 0, 0, 1]),
        (0x100_0000, &[0xFE, 0, 0, 0, 1, 0, 0, 0, 0]),
    ] {
        let sent = bytes(&Value::Bytes(vec![7; length]));
        assert_eq!((&sent[..head.len()], sent.len()), (head, head.len() + length));
    }
}

#[test]
fn what_no_place_holds_is_not_sent() {
    for value in [
        Value::Double(f64::NAN),
        Value::Real(f32::INFINITY),
        Value::Date(Date { days: Date::MAX.days + 1 }),
        Value::Time(Time { micros: 86_400_000_000 }),
        Value::Timestamp(Timestamp { micros: i64::MIN }),
        Value::Array { element: SqlType::Integer, items: Vec::new() },
    ] {
        assert!(encode(&value, &mut Vec::new()).is_err(), "{value:?}");
    }
}

#[test]
fn what_is_stored_becomes_what_is_meant() {
    let id = *b"\x0f\x8f\xad\x5b\xd9\xcb\x46\x9f\xa1\x65\x70\x86\x77\x28\x95\x0e";
    let instant = Timestamp { micros: -1 };
    for (ty, stored, meant) in [
        (SqlType::Boolean, ValueRef::Integer(1), "boolean true"),
        (SqlType::BigInt, ValueRef::Decimal(Decimal { mantissa: 30, scale: 1 }), "integer 3"),
        (SqlType::Double, ValueRef::Decimal(Decimal { mantissa: 5, scale: 1 }), "double 0.5"),
        (SqlType::Real, ValueRef::Double(0.5), "real 0.5"),
        (SqlType::Uuid, ValueRef::Bytes(&id), "uuid 0f8fad5b-d9cb-469f-a165-70867728950e"),
        (
            SqlType::Uuid,
            ValueRef::Text("0F8FAD5B-D9CB-469F-A165-70867728950E"),
            "uuid 0f8fad5b-d9cb-469f-a165-70867728950e",
        ),
        (SqlType::Json, ValueRef::Text("{}"), "JSON"),
        (SqlType::TimestampTz, ValueRef::Timestamp(instant), "timestamptz 1969-12-31 23:59:59.999999Z"),
        (SqlType::Text, ValueRef::Bytes(b"a"), "text \"a\""),
        (SqlType::Date, ValueRef::Text("2024-02-29"), "date 2024-02-29"),
    ] {
        assert_eq!(conversion(&ty).unwrap().apply(stored).unwrap().describe(), meant);
    }
    assert!(conversion(&SqlType::BigInt).unwrap().apply(ValueRef::Decimal("0.5".parse().unwrap())).is_err());
    assert!(conversion(&SqlType::Uuid).unwrap().apply(ValueRef::Bytes(b"short")).is_err());
}
