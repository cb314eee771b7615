//! Values of every type, extremes among them.

use std::ops::Bound;
use umbral_core::schema::{EnumType, RangeKind, SqlType};
use umbral_core::value::{Bits, Date, Decimal, Interval, MacAddr, Range, Time, Timestamp, Value};

/// A value, and whether a database may refuse it instead of keeping it.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub value: Value,
    pub refusable: bool,
}

/// The types that the contract covers.
pub(super) fn types() -> Vec<SqlType> {
    let decimal = |precision, scale| SqlType::Decimal { precision, scale };
    let scalars = [
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::UInt8,
        SqlType::UInt16,
        SqlType::UInt32,
        SqlType::UInt64,
        SqlType::Real,
        SqlType::Double,
        SqlType::Boolean,
        decimal(1, 0),
        decimal(10, 2),
        decimal(18, 18),
        decimal(19, 2),
        decimal(38, 10),
        SqlType::Char(5),
        SqlType::Varchar(5),
        SqlType::Text,
        SqlType::Bytes,
        SqlType::Date,
        SqlType::Time,
        SqlType::Timestamp,
        SqlType::TimestampTz,
        SqlType::Interval,
        SqlType::Uuid,
        SqlType::Inet,
        SqlType::Cidr,
        SqlType::MacAddr,
        SqlType::Bit(1),
        SqlType::Bit(9),
        SqlType::Bit(64),
        SqlType::Bit(100),
        SqlType::Json,
        SqlType::Hstore,
        SqlType::Ltree,
        SqlType::Xml,
        SqlType::TsVector,
        labels("contract_mood"),
    ];
    let scalars: Vec<SqlType> = scalars.into_iter().chain(RangeKind::ALL.map(SqlType::Range)).collect();
    // Of an enum that no column beside has: a table is made without a look at the others.
    let arrays = scalars.iter().map(|element| match element {
        SqlType::Enum(_) => SqlType::Array(Box::new(labels("contract_moods"))),
        element => SqlType::Array(Box::new(element.clone())),
    });
    scalars.iter().cloned().chain(arrays).collect()
}

/// An enum whose labels sort otherwise than as texts.
fn labels(name: &str) -> SqlType {
    EnumType::new(name, ["wild", "it's \"calm\"", "a, b", "Größe", ""]).into()
}

/// Values of a type, in ascending order where [`has_order`] says that it has one.
pub(super) fn samples(ty: &SqlType) -> Vec<Sample> {
    let kept = |value| Sample { value, refusable: false };
    let refusable = |value| Sample { value, refusable: true };
    match ty {
        SqlType::SmallInt => [i16::MIN, -1, 0, 1, i16::MAX].map(Value::SmallInt).map(kept).to_vec(),
        SqlType::Integer => [i32::MIN, -1, 0, 1, i32::MAX].map(Value::Integer).map(kept).to_vec(),
        SqlType::BigInt => [i64::MIN, -1, 0, 1, i64::MAX].map(Value::BigInt).map(kept).to_vec(),
        SqlType::UInt8 => [0, 1, u8::MAX].map(Value::UInt8).map(kept).to_vec(),
        SqlType::UInt16 => [0, 1, u16::MAX].map(Value::UInt16).map(kept).to_vec(),
        SqlType::UInt32 => [0, 1, u32::MAX].map(Value::UInt32).map(kept).to_vec(),
        SqlType::UInt64 => [0, 1, 10, 9_223_372_036_854_775_807, 9_223_372_036_854_775_808, u64::MAX]
            .map(Value::UInt64)
            .map(kept)
            .to_vec(),
        SqlType::Real => {
            let numbers = [f32::MIN, -1.5, 0.0, f32::MIN_POSITIVE, 0.1, f32::MAX].map(Value::Real).map(kept);
            let special = [-0.0, f32::NEG_INFINITY, f32::INFINITY, f32::NAN].map(Value::Real).map(refusable);
            numbers.into_iter().chain(special).collect()
        }
        SqlType::Double => {
            let numbers = [f64::MIN, -1.5, 0.0, f64::MIN_POSITIVE, 0.1, 9_007_199_254_740_993.0, f64::MAX]
                .map(Value::Double);
            let special =
                [-0.0, f64::NEG_INFINITY, f64::INFINITY, f64::NAN].map(Value::Double).map(refusable);
            numbers.map(kept).into_iter().chain(special).collect()
        }
        SqlType::Boolean => [false, true].map(Value::Boolean).map(kept).to_vec(),
        SqlType::Decimal { precision, scale } => decimals(*precision, *scale).into_iter().map(kept).collect(),
        SqlType::Char(length) => {
            let longest = "\u{1F600}".repeat(*length as usize);
            ["", "a", " a", "a b", &longest].map(|text| kept(Value::Text(text.to_owned()))).to_vec()
        }
        SqlType::Varchar(length) => {
            let longest = "\u{1F600}".repeat(*length as usize);
            ["", "a", " a ", &longest].map(|text| kept(Value::Text(text.to_owned()))).to_vec()
        }
        SqlType::Text => texts().into_iter().map(|text| kept(Value::Text(text))).chain(nul_text()).collect(),
        SqlType::Bytes => {
            let large = vec![0xA5; 16 << 20];
            [vec![], vec![0], vec![0, 255, 0], b"it's".to_vec(), large].map(Value::Bytes).map(kept).to_vec()
        }
        SqlType::Date => days().map(Value::Date).map(kept).to_vec(),
        SqlType::Time => times().map(Value::Time).map(kept).to_vec(),
        SqlType::Timestamp => instants().map(Value::Timestamp).map(kept).to_vec(),
        SqlType::TimestampTz => instants().map(Value::TimestampTz).map(kept).to_vec(),
        SqlType::Interval => intervals().map(Value::Interval).map(kept).to_vec(),
        SqlType::Inet => {
            let addresses =
                ["0.0.0.0/0", "0.0.0.0", "10.0.0.1/8", "10.0.0.1", "255.255.255.255", "::", "2001:db8::1/64"];
            let texts = addresses
                .iter()
                .copied()
                .chain(["::ffff:1.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127"]);
            texts.map(|text| kept(Value::Inet(text.parse().expect("it is an address")))).collect()
        }
        SqlType::Cidr => ["0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "::/0", "2001:db8::/32", "::1/128"]
            .map(|text| kept(Value::Cidr(text.parse().expect("it is a network"))))
            .to_vec(),
        SqlType::MacAddr => [[0; 6], [8, 0, 0x2b, 1, 2, 3], [255; 6]]
            .map(|bytes| kept(Value::MacAddr(MacAddr(bytes))))
            .to_vec(),
        SqlType::Bit(length) => {
            let all = |bit: bool| (0..*length).map(|_| bit).collect::<Bits>();
            let first: Bits = (0..*length).map(|position| position == 0).collect();
            let middle = (*length > 1).then_some(first);
            let bits = [Some(all(false)), middle, Some(all(true))].into_iter().flatten();
            bits.map(|bits| kept(Value::Bits(bits))).collect()
        }
        SqlType::Uuid => {
            [[0; 16], *b"\x0f\x8f\xad\x5b\xd9\xcb\x46\x9f\xa1\x65\x70\x86\x77\x28\x95\x0e", [255; 16]]
                .map(Value::Uuid)
                .map(kept)
                .to_vec()
        }
        SqlType::Enum(of) => of.labels.iter().map(|label| kept(Value::Label(label.clone()))).collect(),
        SqlType::Json => json().map(|text| kept(Value::Json(text.to_owned()))).to_vec(),
        SqlType::Range(of) => ranges(*of).map(kept).collect(),
        SqlType::Hstore => {
            ["", "a=>1", "a=>NULL, b=>\"\"", "\"it's \\\"\u{1F600}\\\\\"=>\"=>, \", null=>\"null\""]
                .map(|text| kept(Value::Hstore(text.parse().expect("it is an hstore"))))
                .to_vec()
        }
        SqlType::Ltree => ["", "top", "top.science_2.Astronomy"]
            .map(|text| kept(Value::Ltree(text.parse().expect("it is a path"))))
            .to_vec(),
        SqlType::Xml => ["<a/>", "<a b=\"1\">it's <b>\u{1F600}</b> &amp; so on</a>", "text, and <a>more</a>"]
            .map(|text| kept(Value::Xml(text.into())))
            .to_vec(),
        SqlType::TsVector => ["", "'cat'", "'cat':3 'fat':2A,5", "'a b':1 'it''s':16383C '\u{1F600}'"]
            .map(|text| kept(Value::TsVector(text.parse().expect("it is a tsvector"))))
            .to_vec(),
        SqlType::Array(element) => arrays(element),
        _ => Vec::new(),
    }
}

/// Whether two of its values are equal or not.
pub(super) fn has_equality(ty: &SqlType) -> bool {
    match ty {
        // How a document is written is none of its value.
        SqlType::Json | SqlType::Xml => false,
        SqlType::Array(element) => matches!(**element, SqlType::Json) || has_equality(element),
        _ => true,
    }
}

/// Whether its values have one order, the same in every database. Text has the collation's, and addresses are text
/// where they have no type of their own.
pub(super) fn has_order(ty: &SqlType) -> bool {
    let text = ty.is_text() || matches!(ty, SqlType::Inet | SqlType::Cidr);
    let words = matches!(ty, SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector);
    !text && !words && !matches!(ty, SqlType::Json | SqlType::Array(_))
}

/// Values that the type does not hold, and that a database refuses rather than stores.
pub(super) fn misfits(ty: &SqlType) -> Vec<Value> {
    match ty {
        SqlType::Decimal { precision, scale } => {
            let scale = u8::try_from(*scale).unwrap_or(u8::MAX);
            match 10_i128.checked_pow(u32::from(*precision)) {
                Some(mantissa) => vec![Value::decimal(Decimal { mantissa, scale }, *precision)],
                None => Vec::new(),
            }
        }
        SqlType::Char(length) | SqlType::Varchar(length) => {
            vec![Value::Text("x".repeat(*length as usize + 1))]
        }
        SqlType::UInt8 | SqlType::UInt16 => vec![Value::Integer(-1), Value::Integer(65_536)],
        SqlType::UInt32 => vec![Value::BigInt(-1), Value::BigInt(1 << 32)],
        SqlType::UInt64 => vec![Value::BigInt(-1)],
        SqlType::Bit(length) => vec![Value::Bits((0..=*length).map(|_| true).collect())],
        SqlType::Json => vec![Value::Json("{".to_owned()), Value::Json(String::new())],
        SqlType::Xml => vec![Value::Xml("<a>".into())],
        SqlType::Enum(_) => vec![Value::Label("none".to_owned()), Value::Label("WILD".to_owned())],
        _ => Vec::new(),
    }
}

/// From the least to the greatest: the empty one first, then by the starts, then by the ends.
fn ranges(of: RangeKind) -> impl Iterator<Item = Value> {
    let [least, low, high, greatest] = match of {
        RangeKind::Integer => [i32::MIN, -1, 7, i32::MAX].map(Value::Integer),
        RangeKind::BigInt => [i64::MIN, -1, 7, i64::MAX].map(Value::BigInt),
        RangeKind::Decimal => [
            "-99999999999999999999999999999999999999",
            "-1.50",
            "0",
            "0.00000000000000000000000000000000000001",
        ]
        .map(|text| Value::Decimal(text.parse().expect("it is a decimal"))),
        RangeKind::Date => [Date::MIN, Date { days: -1 }, Date { days: 19_782 }, Date::MAX].map(Value::Date),
        RangeKind::Timestamp | RangeKind::TimestampTz => {
            let [first, before, _, _, leap, last] = instants();
            [first, before, leap, last].map(|at| match of {
                RangeKind::Timestamp => Value::Timestamp(at),
                _ => Value::TimestampTz(at),
            })
        }
        other => panic!("there are no samples of ranges of {other}"),
    };
    let mut ends = vec![
        None,
        Some((Bound::Unbounded, Bound::Excluded(least.clone()))),
        Some((Bound::Unbounded, Bound::Unbounded)),
        Some((Bound::Included(least), Bound::Excluded(greatest.clone()))),
        Some((Bound::Included(low.clone()), Bound::Excluded(high.clone()))),
    ];
    if !of.is_discrete() {
        ends.push(Some((Bound::Included(low.clone()), Bound::Included(high.clone()))));
        ends.push(Some((Bound::Excluded(low), Bound::Included(high))));
    }
    if of == RangeKind::Date {
        ends.push(Some((Bound::Included(greatest.clone()), Bound::Included(greatest.clone()))));
    }
    ends.push(Some((Bound::Included(greatest), Bound::Unbounded)));
    ends.into_iter().map(move |ends| Value::Range { of, range: Box::new(Range::from_ends(ends)) })
}

fn decimals(precision: u16, scale: u16) -> Vec<Value> {
    let scale = u8::try_from(scale).unwrap_or(u8::MAX);
    let most = 10_i128.pow(u32::from(precision)) - 1;
    [-most, -1, 0, 1, most].map(|mantissa| Value::decimal(Decimal { mantissa, scale }, precision)).to_vec()
}

fn texts() -> Vec<String> {
    let long = "Zürich \u{1F600} ".repeat(10_000);
    ["", " ", "it's \"quoted\" \\n %_", "né\u{301}e", "\u{1F600}\u{10FFFF}", "line\r\nline\ttab", &long]
        .map(str::to_owned)
        .to_vec()
}

fn nul_text() -> Option<Sample> {
    Some(Sample { value: Value::Text("a\0b".to_owned()), refusable: true })
}

fn days() -> [Date; 5] {
    [Date::MIN, Date { days: -1 }, Date { days: 0 }, Date { days: 19_782 }, Date::MAX]
}

fn times() -> [Time; 4] {
    [0, 1, 43_200_000_000, 86_399_999_999].map(|micros| Time { micros })
}

fn instants() -> [Timestamp; 6] {
    let first = Timestamp::new(Date::MIN, Time { micros: 0 });
    let last = Timestamp::new(Date::MAX, Time { micros: 86_399_999_999 });
    [first, Timestamp { micros: -1 }, Timestamp { micros: 0 }, Timestamp { micros: 1 }, leap_day(), last]
}

/// From the shortest to the longest, by months of 30 days.
fn intervals() -> [Interval; 6] {
    let span = |months, days, micros| Interval { months, days, micros };
    [
        span(i32::MIN, 0, 0),
        span(0, -1, 0),
        span(0, 0, -1),
        span(0, 0, 0),
        span(14, -3, 14_706_500_001),
        span(178_956_970, 0, i64::MAX),
    ]
}

fn leap_day() -> Timestamp {
    Timestamp::new(Date { days: 19_782 }, Time { micros: 86_399_000_000 })
}

/// Written as databases with a binary form write them: keys by length, then by bytes; numbers as they are.
fn json() -> [&'static str; 9] {
    [
        "null",
        "true",
        "\"\"",
        "\"it's \\\"\u{1F600}\"",
        "9007199254740993",
        "-12.50",
        "[]",
        "[1, null, [\"a\"]]",
        "{\"a\": 1, \"b\": {\"c d\": [true]}}",
    ]
}

fn arrays(element: &SqlType) -> Vec<Sample> {
    let all: Vec<Value> =
        samples(element).into_iter().filter(|sample| !sample.refusable).map(|sample| sample.value).collect();
    // Sixteen mebibytes once are enough.
    let small = all.into_iter().filter(|value| !matches!(value, Value::Bytes(bytes) if bytes.len() > 1024));
    let mut items: Vec<Value> = small.collect();
    items.push(Value::Null);
    items.push(Value::Null);
    let first = items.iter().take(1).cloned().collect();
    [Vec::new(), first, vec![Value::Null], items]
        .map(|items| Sample { value: Value::Array { element: element.clone(), items }, refusable: false })
        .to_vec()
}
