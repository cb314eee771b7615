//! Logical types to the servers', and back.
//!
//! Text is utf8mb4 and compares by code points, trailing spaces included, so that two values are equal where they are
//! the same: MySQL's `utf8mb4_0900_bin` and MariaDB's `utf8mb4_nopad_bin`. The better known `utf8mb4_bin` takes `'a'` for
//! `'a '`.

use super::MySql;
use super::release::Family;
use super::text::quoted;
use crate::backend::standard::enums::enum_type;
use crate::backend::{BackendFeature, ColumnType, DatabaseBackend, unsupported_type};
use crate::error::Result;
use crate::schema::{EnumType, SqlType, enum_labels};
use crate::value::Decimal;
use sea_query::StringLen;

/// Characters of four bytes that fit the 65,535 bytes of a row with the two bytes of their length.
const MAX_VARCHAR: u32 = 16_383;
const MAX_CHAR: u32 = 255;
const MAX_BITS: u32 = 64;
/// Characters of an enum's label.
const MAX_LABEL: usize = 255;
/// The longest address: of 128 bits, with a prefix.
const ADDRESS_CHARACTERS: u32 = 43;
const MAC_CHARACTERS: u32 = 17;
/// Digits behind the point: `DECIMAL_MAX_SCALE` and MariaDB's limit for what takes part in expressions.
const MAX_SCALE: u16 = 30;
/// Characters of four bytes that fit the 3,072 bytes of an index's key.
pub(super) const MAX_KEY_CHARACTERS: u32 = 768;
/// Characters, or bytes, of a long value that an index holds: three such keys fit an index.
pub(super) const PREFIX: u32 = 255;

/// See [`DatabaseBackend::map_type`].
pub(super) fn map_type(backend: &MySql, ty: &SqlType) -> Result<ColumnType> {
    let unsupported = |hint: &str| Err(unsupported_type(backend, ty, hint));
    Ok(match ty {
        SqlType::SmallInt => ColumnType::SmallInteger,
        SqlType::Integer => ColumnType::Integer,
        SqlType::BigInt => ColumnType::BigInteger,
        SqlType::UInt8 => ColumnType::TinyUnsigned,
        SqlType::UInt16 => ColumnType::SmallUnsigned,
        SqlType::UInt32 => ColumnType::Unsigned,
        SqlType::UInt64 => ColumnType::BigUnsigned,
        SqlType::Real => ColumnType::Float,
        SqlType::Double => ColumnType::Double,
        SqlType::Boolean => ColumnType::Boolean,
        SqlType::Decimal { precision, scale }
            if *precision <= Decimal::MAX_PRECISION && *scale <= MAX_SCALE =>
        {
            ColumnType::Decimal(Some((u32::from(*precision), u32::from(*scale))))
        }
        SqlType::Decimal { .. } => {
            return unsupported(
                "use at most 38 digits, 30 of them behind the point, or text where the number is only kept",
            );
        }
        SqlType::Char(length) if *length <= MAX_CHAR => ColumnType::Char(Some(*length)),
        SqlType::Char(_) => return unsupported("use a length of at most 255 characters, or a varchar"),
        SqlType::Varchar(length) if *length <= MAX_VARCHAR => ColumnType::String(StringLen::N(*length)),
        SqlType::Varchar(_) => return unsupported("use a length of at most 16383 characters, or text"),
        SqlType::Text => ColumnType::custom("longtext"),
        SqlType::Bytes => ColumnType::custom("longblob"),
        SqlType::Date => ColumnType::Date,
        SqlType::Time => ColumnType::custom("time(6)"),
        SqlType::Timestamp | SqlType::TimestampTz => ColumnType::custom("datetime(6)"),
        SqlType::Interval => {
            return unsupported("use a bigint of microseconds, or columns of months, days and microseconds");
        }
        SqlType::Range(of) => return unsupported(&format!("use two columns of {of}, the start and the end")),
        SqlType::Hstore => return unsupported("use a Json field holding a map of texts"),
        SqlType::Ltree => return unsupported("use text and look for paths by startswith"),
        SqlType::Xml | SqlType::TsVector => return unsupported("use text"),
        SqlType::Inet | SqlType::Cidr => ColumnType::String(StringLen::N(ADDRESS_CHARACTERS)),
        SqlType::MacAddr => ColumnType::Char(Some(MAC_CHARACTERS)),
        SqlType::Bit(length) if *length <= MAX_BITS => ColumnType::Bit(Some(*length)),
        SqlType::Bit(_) => return unsupported("use at most 64 bits, or bytes"),
        SqlType::Uuid if backend.supports(BackendFeature::UuidNative) => ColumnType::Uuid,
        SqlType::Uuid => ColumnType::Binary(16),
        SqlType::Json => ColumnType::Json,
        SqlType::Enum(of) => {
            if let Some(hint) = misfit(&of.labels) {
                return unsupported(&hint);
            }
            enum_type(of)
        }
        SqlType::Array(element) => {
            let hint = format!("use a Json field holding a list of {element}, or a ManyToMany");
            return unsupported(&hint);
        }
    })
}

/// Why these labels are none of an enum, as what to do about it.
fn misfit(labels: &[String]) -> Option<String> {
    let wrong = |label: &&String| {
        label.chars().count() > MAX_LABEL || label.ends_with(' ') || label.chars().any(|c| c > '\u{ffff}')
    };
    let label = labels.iter().find(wrong)?;
    Some(format!(
        "label `{label}` otherwise: at most {MAX_LABEL} characters, none beyond U+FFFF, no blank at the end"
    ))
}

/// See [`DatabaseBackend::type_name`]: without the collation.
pub(super) fn type_name(backend: &MySql, ty: &SqlType) -> Result<String> {
    map_type(backend, ty)?;
    Ok(match ty {
        SqlType::SmallInt => "smallint".to_owned(),
        SqlType::Integer => "int".to_owned(),
        SqlType::BigInt => "bigint".to_owned(),
        SqlType::UInt8 => "tinyint unsigned".to_owned(),
        SqlType::UInt16 => "smallint unsigned".to_owned(),
        SqlType::UInt32 => "int unsigned".to_owned(),
        SqlType::UInt64 => "bigint unsigned".to_owned(),
        SqlType::Real => "float".to_owned(),
        SqlType::Double => "double".to_owned(),
        SqlType::Boolean => "tinyint(1)".to_owned(),
        SqlType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        SqlType::Char(length) => format!("char({length})"),
        SqlType::Varchar(length) => format!("varchar({length})"),
        SqlType::Inet | SqlType::Cidr => format!("varchar({ADDRESS_CHARACTERS})"),
        SqlType::MacAddr => format!("char({MAC_CHARACTERS})"),
        SqlType::Bit(length) => format!("bit({length})"),
        SqlType::Text => "longtext".to_owned(),
        SqlType::Bytes => "longblob".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time => "time(6)".to_owned(),
        SqlType::Timestamp | SqlType::TimestampTz => "datetime(6)".to_owned(),
        SqlType::Uuid if backend.supports(BackendFeature::UuidNative) => "uuid".to_owned(),
        SqlType::Uuid => "binary(16)".to_owned(),
        SqlType::Json => "json".to_owned(),
        SqlType::Enum(of) => {
            let labels: Vec<String> = of.labels.iter().map(|label| quoted(label)).collect();
            format!("enum({})", labels.join(","))
        }
        // Refused above.
        SqlType::Array(_)
        | SqlType::Interval
        | SqlType::Range(_)
        | SqlType::Hstore
        | SqlType::Ltree
        | SqlType::Xml
        | SqlType::TsVector => {
            return Err(unsupported_type(backend, ty, "use another type"));
        }
    })
}

/// See [`DatabaseBackend::map_key`].
pub(super) fn map_key(backend: &MySql, ty: &SqlType) -> Result<()> {
    map_type(backend, ty)?;
    let hint = match ty {
        SqlType::Text => format!("a key of it needs a length: use varchar({MAX_KEY_CHARACTERS}) or less"),
        SqlType::Varchar(length) if *length > MAX_KEY_CHARACTERS => {
            format!("a key holds at most {MAX_KEY_CHARACTERS} characters: use a shorter varchar")
        }
        SqlType::Bytes => {
            "a key holds no value without a length: use a varchar of its hash, or a uuid".to_owned()
        }
        SqlType::Json => "use a column of its own for what is to be unique".to_owned(),
        _ => return Ok(()),
    };
    let message = format!("{} {} has no key over {ty}", backend.name(), backend.version());
    Err(crate::error::Error::unsupported(message, hint))
}

/// The bytes that a value takes at most in an index's key. The servers do not count those of its length.
pub(super) fn key_bytes(ty: &SqlType) -> u32 {
    match ty {
        SqlType::Boolean | SqlType::UInt8 => 1,
        SqlType::SmallInt | SqlType::UInt16 | SqlType::Enum(_) => 2,
        SqlType::Date => 3,
        SqlType::Integer | SqlType::UInt32 | SqlType::Real => 4,
        SqlType::Time => 6,
        SqlType::Uuid => 16,
        SqlType::Decimal { precision, .. } => u32::from(*precision) / 2 + 2,
        SqlType::Varchar(length) => key_length(ty).unwrap_or(*length) * 4,
        SqlType::Char(length) => length * 4,
        SqlType::Inet | SqlType::Cidr => ADDRESS_CHARACTERS * 4,
        SqlType::MacAddr => MAC_CHARACTERS * 4,
        SqlType::Text => PREFIX * 4,
        SqlType::Bytes => PREFIX,
        _ => 8,
    }
}

/// How much of a value an index holds that is not unique; `None`: all of it.
pub(super) fn key_length(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Text | SqlType::Bytes => Some(PREFIX),
        SqlType::Varchar(length) if *length > MAX_KEY_CHARACTERS => Some(PREFIX),
        _ => None,
    }
}

/// Whether it is stored as text, which has a collation.
pub(super) fn is_text(ty: &SqlType) -> bool {
    ty.is_text() || matches!(ty, SqlType::Inet | SqlType::Cidr | SqlType::MacAddr | SqlType::Enum(_))
}

/// The collation of text that umbral creates.
pub(super) fn collation(backend: &MySql) -> &'static str {
    match backend.release.family {
        Family::MySql => "utf8mb4_0900_bin",
        Family::MariaDb => "utf8mb4_nopad_bin",
    }
}

/// The logical type of a column, by what `information_schema.columns` says of it; `None` for a type that umbral does not
/// know. `checked_as_json`: the column has a check of its own that it holds JSON, which is what the word `json` stands
/// for in MariaDB.
///
/// A date and time is one type for both of umbral's: its own `timestamp` type ends in 2038 and follows the session's time
/// zone.
pub(super) fn parse_type(text: &str, checked_as_json: bool) -> Option<SqlType> {
    if let Some(labels) = text.strip_prefix("enum(").and_then(|rest| rest.strip_suffix(')')) {
        return enum_labels(labels)
            .map(|labels| EnumType::new("", labels.iter().map(|label| unescaped(label))).into());
    }
    let (name, rest) = text.split_once('(').unwrap_or((text, ""));
    let (arguments, tail) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers: Vec<u32> = arguments.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    // MySQL shows no width, MariaDB the one that comes with the type.
    match (name.strip_suffix(" unsigned").unwrap_or(name), tail.trim()) {
        ("tinyint", "unsigned") => return Some(SqlType::UInt8),
        ("smallint", "unsigned") => return Some(SqlType::UInt16),
        ("int", "unsigned") => return Some(SqlType::UInt32),
        ("bigint", "unsigned") => return Some(SqlType::UInt64),
        (unsigned, "") if unsigned != name => return parse_type(&format!("{unsigned}() unsigned"), false),
        _ => {}
    }
    if !tail.trim().is_empty() || name.contains(' ') {
        return None;
    }
    let to_the_microsecond = |ty: SqlType| (numbers == [6]).then_some(ty);
    match name {
        "tinyint" if numbers == [1] => Some(SqlType::Boolean),
        "smallint" => Some(SqlType::SmallInt),
        "int" => Some(SqlType::Integer),
        "bigint" => Some(SqlType::BigInt),
        "float" if numbers.is_empty() => Some(SqlType::Real),
        "double" if numbers.is_empty() => Some(SqlType::Double),
        "decimal" => match numbers[..] {
            [precision, scale] => Some(SqlType::Decimal { precision: precision as u16, scale: scale as u16 }),
            _ => None,
        },
        "char" => numbers.first().copied().filter(|length| *length > 0).map(SqlType::Char),
        "bit" => numbers.first().copied().map(SqlType::Bit),
        "varchar" => numbers.first().copied().filter(|length| *length > 0).map(SqlType::Varchar),
        "longtext" if checked_as_json => Some(SqlType::Json),
        "text" | "mediumtext" | "longtext" => Some(SqlType::Text),
        "blob" | "mediumblob" | "longblob" => Some(SqlType::Bytes),
        "date" => Some(SqlType::Date),
        "time" => to_the_microsecond(SqlType::Time),
        "datetime" => to_the_microsecond(SqlType::Timestamp),
        "uuid" => Some(SqlType::Uuid),
        "binary" if numbers == [16] => Some(SqlType::Uuid),
        "json" => Some(SqlType::Json),
        _ => None,
    }
}

/// A label, as the catalogue writes it.
fn unescaped(label: &str) -> String {
    let (mut plain, mut characters) = (String::with_capacity(label.len()), label.chars());
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('0') => '\0',
                other => other.unwrap_or('\\'),
            },
            other => other,
        });
    }
    plain
}

/// A type as it is read back.
pub(super) fn folded(ty: SqlType) -> SqlType {
    match ty {
        SqlType::TimestampTz => SqlType::Timestamp,
        SqlType::Inet | SqlType::Cidr => SqlType::Varchar(ADDRESS_CHARACTERS),
        SqlType::MacAddr => SqlType::Char(MAC_CHARACTERS),
        // A type of the column's own has no name.
        SqlType::Enum(of) => EnumType::new("", of.labels).into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<SqlType> {
        vec![
            SqlType::SmallInt,
            SqlType::Integer,
            SqlType::BigInt,
            SqlType::Real,
            SqlType::Double,
            SqlType::Boolean,
            SqlType::Decimal { precision: 38, scale: 10 },
            SqlType::Varchar(80),
            SqlType::Text,
            SqlType::Bytes,
            SqlType::Date,
            SqlType::Time,
            SqlType::Timestamp,
            SqlType::TimestampTz,
            SqlType::Uuid,
            SqlType::Json,
            SqlType::UInt8,
            SqlType::UInt16,
            SqlType::UInt32,
            SqlType::UInt64,
            SqlType::Char(3),
            SqlType::Inet,
            SqlType::Cidr,
            SqlType::MacAddr,
            SqlType::Bit(64),
            EnumType::new("mood", ["calm", "it's, \\ (wild)"]).into(),
        ]
    }

    #[test]
    fn every_type_reads_back() {
        for backend in [MySql::newest(), MySql::newest_mariadb()] {
            for ty in all() {
                let text = type_name(&backend, &ty).unwrap();
                assert_eq!(parse_type(&text, false), Some(folded(ty)), "{text}");
            }
        }
        assert_eq!(parse_type("longtext", true), Some(SqlType::Json));
    }

    #[test]
    fn types_as_the_catalogues_spell_them() {
        for (text, ty) in [
            ("bigint(20)", Some(SqlType::BigInt)),
            ("bigint unsigned", Some(SqlType::UInt64)),
            ("int(10) unsigned", Some(SqlType::UInt32)),
            ("mediumint(8) unsigned", None),
            ("int(10) unsigned zerofill", None),
            ("bit(1)", Some(SqlType::Bit(1))),
            ("char(3)", Some(SqlType::Char(3))),
            ("tinyint(4)", None),
            ("tinyint(1)", Some(SqlType::Boolean)),
            ("datetime", None),
            ("datetime(3)", None),
            ("timestamp(6)", None),
            ("time(6)", Some(SqlType::Time)),
            ("text", Some(SqlType::Text)),
            ("binary(16)", Some(SqlType::Uuid)),
            ("binary(20)", None),
            ("set('a','b')", None),
            ("float(7,4)", None),
        ] {
            assert_eq!(parse_type(text, false), ty, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_unsupported_with_a_hint() {
        for backend in [MySql::newest(), MySql::newest_mariadb()] {
            for ty in [
                SqlType::Decimal { precision: 39, scale: 0 },
                SqlType::Decimal { precision: 38, scale: 31 },
                SqlType::Varchar(MAX_VARCHAR + 1),
                SqlType::Char(MAX_CHAR + 1),
                SqlType::Bit(MAX_BITS + 1),
                SqlType::Interval,
                SqlType::Array(Box::new(SqlType::Text)),
            ] {
                let error = map_type(&backend, &ty).unwrap_err();
                assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
            }
            for ty in [SqlType::Text, SqlType::Bytes, SqlType::Json, SqlType::Varchar(769)] {
                let error = map_key(&backend, &ty).unwrap_err();
                assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
            }
            assert!(map_key(&backend, &SqlType::Varchar(768)).is_ok());
        }
    }
}
