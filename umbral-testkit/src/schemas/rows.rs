//! Rows that fit a schema: keys and unique columns differ, foreign keys exist, conditions hold.

use super::Tape;
use std::collections::BTreeMap;
use std::ops::Bound;
use umbral_core::schema::{Column, RangeKind, Schema, SqlType, Table, UniqueConstraint};
use umbral_core::value::{
    Bits, Cidr, Date, Decimal, Hstore, Inet, Interval, MacAddr, Place, Range, Time, Timestamp, TsVector,
    Value, Weight, Xml,
};

/// The rows of one table, in the order of its columns.
#[derive(Debug, Clone)]
pub struct TableRows {
    /// The table's name.
    pub table: String,
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// Up to four rows for each table, in an order in which they can be inserted: a table comes after those that it
/// references, and a row after those of its own table. In a circle of tables, what would reference a later one is NULL.
pub fn rows(schema: &Schema, tape: &mut Tape) -> Vec<TableRows> {
    let mut done: Vec<TableRows> = Vec::new();
    let mut waiting: Vec<&Table> = schema.tables.values().collect();
    while !waiting.is_empty() {
        let ready = |table: &Table| {
            table
                .foreign_keys()
                .all(|key| key.table == table.name || done.iter().any(|other| other.table == key.table))
        };
        let next = waiting.iter().position(|table| ready(table)).unwrap_or(0);
        let table = waiting.remove(next);
        let filled = fill(table, &done, tape);
        done.push(filled);
    }
    done
}

fn fill(table: &Table, done: &[TableRows], tape: &mut Tape) -> TableRows {
    let written = table.columns.values().filter(|column| column.generated.is_none());
    let columns: Vec<String> = written.clone().map(|column| column.name.clone()).collect();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    'rows: for number in 0..tape.below(5) {
        let mut row: BTreeMap<&str, Value> = BTreeMap::new();
        for column in written.clone() {
            row.insert(&column.name, value(table, column, number, tape));
        }
        for key in table.foreign_keys() {
            let target =
                |column: &String| reference(table, &key.table, column, done, number, &rows, &columns);
            let targets: Option<Vec<Value>> = key.references.iter().map(target).collect();
            let targets = targets.unwrap_or_else(|| vec![Value::Null; key.columns.len()]);
            for (column, target) in key.columns.iter().zip(targets) {
                if target == Value::Null && !may_be_null(table, &table.columns[column]) {
                    break 'rows;
                }
                row.insert(column, target);
            }
        }
        rows.push(columns.iter().map(|name| row.remove(name.as_str()).unwrap_or(Value::Null)).collect());
    }
    TableRows { table: table.name.clone(), columns, rows }
}

/// The key of row `number` of the referenced table: a different one for every row, so that unique foreign keys
/// stay unique.
fn reference(
    table: &Table,
    target: &str,
    column: &str,
    done: &[TableRows],
    number: usize,
    own: &[Vec<Value>],
    own_columns: &[String],
) -> Option<Value> {
    let (columns, rows) = if target == table.name {
        (own_columns, own)
    } else {
        let other = done.iter().find(|other| other.table == target)?;
        (other.columns.as_slice(), other.rows.as_slice())
    };
    let position = columns.iter().position(|name| name == column)?;
    rows.get(number)?.get(position).cloned()
}

/// Two rows may hold NULL in the column.
fn may_be_null(table: &Table, column: &Column) -> bool {
    let names = |name: &String| {
        *name == column.name || table.columns.get(name).is_some_and(|other| other.reads(&column.name))
    };
    let one_null = |unique: &UniqueConstraint| unique.nulls_not_distinct && unique.columns.iter().any(names);
    column.nullable && !table.uniques().any(|(_, unique)| one_null(unique))
}

fn value(table: &Table, column: &Column, number: usize, tape: &mut Tape) -> Value {
    if may_be_null(table, column) && tape.one_in(4) {
        return Value::Null;
    }
    of_type(&column.ty, number, tape)
}

/// A value that differs for every `number` below 4, as far as the type has that many.
fn of_type(ty: &SqlType, number: usize, tape: &mut Tape) -> Value {
    let distinct = number as i64;
    match ty {
        SqlType::SmallInt => Value::SmallInt((distinct * 1000 + tape.below(1000) as i64) as i16),
        SqlType::Integer => Value::Integer((distinct * 100_000 + tape.below(65_536) as i64) as i32),
        SqlType::BigInt => Value::BigInt(distinct * 1_000_000_000_000 + tape.below(65_536) as i64),
        SqlType::UInt8 => Value::UInt8((number * 50 + tape.below(50)) as u8),
        SqlType::UInt16 => Value::UInt16((number * 10_000 + tape.below(10_000)) as u16),
        SqlType::UInt32 => Value::UInt32((number * 1_000_000_000 + tape.below(65_536)) as u32),
        SqlType::UInt64 => Value::UInt64((number as u64) << 62 | tape.bits() >> 2),
        SqlType::Real => Value::Real(distinct as f32 * 100.0 + tape.below(200) as f32 / 2.0),
        SqlType::Double => Value::Double(distinct as f64 * 1e6 + tape.below(65_536) as f64 / 3.0),
        SqlType::Boolean => Value::Boolean(number % 2 == 1),
        SqlType::Decimal { precision, scale } => {
            let digits = u32::from(*precision).min(4);
            let mantissa = i128::from(distinct) * 10i128.pow(digits - 1) + tape.below(10) as i128;
            Value::decimal(Decimal { mantissa, scale: *scale as u8 }, *precision)
        }
        SqlType::Char(length) => {
            let text: String = text(number, tape).chars().take(*length as usize).collect();
            Value::Text(text.trim_end_matches(' ').to_owned())
        }
        SqlType::Interval => Value::Interval(Interval {
            months: number as i32 * 100 + tape.below(100) as i32 - 50,
            days: tape.below(100) as i32 - 50,
            micros: (tape.bits() % 1_000_000_000_000) as i64,
        }),
        SqlType::Inet => {
            let address = std::net::Ipv4Addr::new(10, number as u8, tape.below(256) as u8, 1);
            Value::Inet(Inet { address: address.into(), prefix: [32, 24, 8][tape.below(3)] })
        }
        SqlType::Cidr => {
            let network = std::net::Ipv4Addr::new(10, number as u8, tape.below(256) as u8, 0);
            Cidr::new(network.into(), [32, 24][tape.below(2)]).map_or(Value::Null, Value::Cidr)
        }
        SqlType::MacAddr => Value::MacAddr(MacAddr([2, 0, 0, 0, tape.below(256) as u8, number as u8])),
        SqlType::Bit(length) => {
            let drawn = (number as u64) << (length.saturating_sub(2)) | tape.below(1 << 8) as u64;
            Value::Bits(Bits::from_number(drawn, *length))
        }
        SqlType::Varchar(length) => Value::Text(text(number, tape).chars().take(*length as usize).collect()),
        SqlType::Text => Value::Text(text(number, tape)),
        SqlType::Bytes => {
            Value::Bytes([&[number as u8, 0, 255], tape.bits().to_be_bytes().as_slice()].concat())
        }
        SqlType::Date => {
            Value::Date(Date { days: number as i32 * 20_000 + tape.below(20_000) as i32 - 40_000 })
        }
        SqlType::Time => {
            Value::Time(Time { micros: distinct * 20_000_000_000 + (tape.bits() % 20_000_000_000) as i64 })
        }
        SqlType::Timestamp => Value::Timestamp(instant(number, tape)),
        SqlType::TimestampTz => Value::TimestampTz(instant(number, tape)),
        SqlType::Uuid => {
            let mut bytes = [0; 16];
            bytes[0] = number as u8;
            bytes[8..].copy_from_slice(&tape.bits().to_be_bytes());
            Value::Uuid(bytes)
        }
        SqlType::Enum(of) => {
            // Not the last, which checks forbid.
            Value::Label(of.labels.get(number % (of.labels.len() - 1)).cloned().unwrap_or_default())
        }
        SqlType::Json => Value::Json(format!("{{\"n\": {number}}}")),
        SqlType::Range(of) => range(*of, number, tape),
        SqlType::Hstore => {
            let value = (!tape.one_in(4)).then(|| text(number, tape));
            Value::Hstore(Hstore::from_iter([(number.to_string(), None), ("k".to_owned(), value)]))
        }
        SqlType::Ltree => {
            let path = format!("top.n{number}.x{}", tape.below(256));
            path.parse().map_or(Value::Null, Value::Ltree)
        }
        SqlType::Xml => Value::Xml(Xml(format!("<n>{number}<!--{}--></n>", tape.below(256)))),
        SqlType::TsVector => {
            let mut words = TsVector::default();
            let weight = [Weight::A, Weight::B, Weight::C, Weight::D][tape.below(4)];
            words.add(format!("{number} it's"), [Place { at: 1 + tape.below(1000) as u16, weight }]);
            Value::TsVector(words)
        }
        SqlType::Array(element) => {
            let items = (0..tape.below(3)).map(|_| of_type(element, number, tape)).collect();
            Value::Array { element: (**element).clone(), items }
        }
        _ => Value::Null,
    }
}

/// A range that has no value in common with that of another `number`.
fn range(of: RangeKind, number: usize, tape: &mut Tape) -> Value {
    let mut end = |step: i64| {
        let at = number as i64 * 1000 + step * 400 + tape.below(100) as i64;
        let micros = Timestamp { micros: at * 1_000_003 };
        match of {
            RangeKind::Integer => Value::Integer(at as i32),
            RangeKind::BigInt => Value::BigInt(at << 40),
            RangeKind::Decimal => Value::Decimal(Decimal { mantissa: i128::from(at), scale: 1 }),
            RangeKind::Date => Value::Date(Date { days: at as i32 }),
            RangeKind::Timestamp => Value::Timestamp(micros),
            _ => Value::TimestampTz(micros),
        }
    };
    let (start, last) = (end(0), end(1));
    let last = if of.is_discrete() { Bound::Excluded(last) } else { Bound::Included(last) };
    Value::Range { of, range: Box::new(Range::from_ends(Some((Bound::Included(start), last)))) }
}

fn text(number: usize, tape: &mut Tape) -> String {
    format!("{number}{}", ["", " plain", " it's", " %_\\", " Ünïcode 🎵"][tape.below(5)])
}

fn instant(number: usize, tape: &mut Tape) -> Timestamp {
    Timestamp { micros: number as i64 * 1_000_000_000_000_000 + (tape.bits() % 900_000_000_000_000) as i64 }
}
