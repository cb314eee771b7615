//! The object identifiers of built-in types, which are the same in every database (`pg_type.dat`).

use super::super::range::stored;
use crate::schema::{RangeKind, SqlType};
use crate::value::Value;

/// A type's identifier. 0 leaves a parameter's type to the server.
pub(in crate::backend::postgres) type TypeOid = u32;

pub(super) const UNSPECIFIED: TypeOid = 0;
pub(super) const BOOL: TypeOid = 16;
pub(super) const BYTEA: TypeOid = 17;
pub(super) const CHAR: TypeOid = 18;
pub(super) const NAME: TypeOid = 19;
pub(super) const INT8: TypeOid = 20;
pub(super) const INT2: TypeOid = 21;
pub(super) const INT4: TypeOid = 23;
pub(super) const TEXT: TypeOid = 25;
pub(super) const OID: TypeOid = 26;
pub(super) const JSON: TypeOid = 114;
pub(super) const XML: TypeOid = 142;
pub(super) const CIDR: TypeOid = 650;
pub(super) const FLOAT4: TypeOid = 700;
pub(super) const FLOAT8: TypeOid = 701;
pub(super) const UNKNOWN: TypeOid = 705;
pub(super) const MACADDR: TypeOid = 829;
pub(super) const INET: TypeOid = 869;
pub(super) const BPCHAR: TypeOid = 1042;
pub(super) const VARCHAR: TypeOid = 1043;
pub(super) const DATE: TypeOid = 1082;
pub(super) const TIME: TypeOid = 1083;
pub(super) const TIMESTAMP: TypeOid = 1114;
pub(super) const TIMESTAMPTZ: TypeOid = 1184;
pub(super) const INTERVAL: TypeOid = 1186;
pub(super) const BIT: TypeOid = 1560;
pub(super) const NUMERIC: TypeOid = 1700;
pub(super) const VOID: TypeOid = 2278;
pub(super) const UUID: TypeOid = 2950;
pub(super) const TSVECTOR: TypeOid = 3614;
pub(super) const JSONB: TypeOid = 3802;
pub(super) const INT4RANGE: TypeOid = 3904;
pub(super) const NUMRANGE: TypeOid = 3906;
pub(super) const TSRANGE: TypeOid = 3908;
pub(super) const TSTZRANGE: TypeOid = 3910;
pub(super) const DATERANGE: TypeOid = 3912;
pub(super) const INT8RANGE: TypeOid = 3926;

/// The types that a parameter is declared and sent as: a logical type, its own, and that of arrays of it.
///
/// Text is sent as `text` and compares with `varchar` too; among arrays `varchar[]` and `text[]` do not
/// compare, so that an array goes as what its element says.
fn oids(ty: &SqlType) -> (TypeOid, TypeOid) {
    match ty {
        SqlType::SmallInt => (INT2, 1005),
        SqlType::Integer => (INT4, 1007),
        SqlType::BigInt => (INT8, 1016),
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => oids(&stored(ty)),
        SqlType::Real => (FLOAT4, 1021),
        SqlType::Double => (FLOAT8, 1022),
        SqlType::Boolean => (BOOL, 1000),
        SqlType::Decimal { .. } => (NUMERIC, 1231),
        SqlType::Char(_) => (BPCHAR, 1014),
        SqlType::Varchar(_) => (VARCHAR, 1015),
        SqlType::Text => (TEXT, 1009),
        // Their own identifiers differ between databases, or they have no binary form that a client should write. They
        // go as text, which is cast where it stands.
        SqlType::Enum(_) | SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector => {
            (TEXT, 1009)
        }
        SqlType::Bytes => (BYTEA, 1001),
        SqlType::Date => (DATE, 1182),
        SqlType::Time => (TIME, 1183),
        SqlType::Timestamp => (TIMESTAMP, 1115),
        SqlType::TimestampTz => (TIMESTAMPTZ, 1185),
        SqlType::Interval => (INTERVAL, 1187),
        SqlType::Uuid => (UUID, 2951),
        SqlType::Inet => (INET, 1041),
        SqlType::Cidr => (CIDR, 651),
        SqlType::MacAddr => (MACADDR, 1040),
        SqlType::Bit(_) => (BIT, 1561),
        SqlType::Json => (JSONB, 3807),
        SqlType::Range(of) => match of {
            RangeKind::Integer => (INT4RANGE, 3905),
            RangeKind::BigInt => (INT8RANGE, 3927),
            RangeKind::Decimal => (NUMRANGE, 3907),
            RangeKind::Date => (DATERANGE, 3913),
            RangeKind::Timestamp => (TSRANGE, 3909),
            RangeKind::TimestampTz => (TSTZRANGE, 3911),
        },
        // Arrays of arrays are refused when they are encoded.
        SqlType::Array(element) => (oids(element).1, UNSPECIFIED),
    }
}

/// The type of an array's elements, as its binary form names it.
pub(super) fn element_oid(ty: &SqlType) -> TypeOid {
    oids(ty).0
}

/// The type that a value is sent as; NULL has none of its own.
pub(in crate::backend::postgres) fn type_oid(value: &Value) -> TypeOid {
    match value {
        // Of a label, the server knows by its place which enum's it is.
        Value::Null | Value::Label(_) => UNSPECIFIED,
        Value::Boolean(_) => BOOL,
        Value::SmallInt(_) => INT2,
        Value::Integer(_) => INT4,
        Value::BigInt(_) => INT8,
        Value::UInt8(_) => INT2,
        Value::UInt16(_) => INT4,
        Value::UInt32(_) => INT8,
        Value::UInt64(_) => NUMERIC,
        Value::Real(_) => FLOAT4,
        Value::Double(_) => FLOAT8,
        Value::Decimal(_) | Value::WideDecimal(..) => NUMERIC,
        Value::Text(_) | Value::Hstore(_) | Value::Ltree(_) | Value::Xml(_) | Value::TsVector(_) => TEXT,
        Value::Bytes(_) => BYTEA,
        Value::Date(_) => DATE,
        Value::Time(_) => TIME,
        Value::Timestamp(_) => TIMESTAMP,
        Value::TimestampTz(_) => TIMESTAMPTZ,
        Value::Interval(_) => INTERVAL,
        Value::Uuid(_) => UUID,
        Value::Inet(_) => INET,
        Value::Cidr(_) => CIDR,
        Value::MacAddr(_) => MACADDR,
        Value::Bits(_) => BIT,
        Value::Json(_) => JSONB,
        Value::Range { of, .. } => oids(&SqlType::Range(*of)).0,
        Value::Array { element, .. } => oids(element).1,
    }
}
