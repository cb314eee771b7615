//! How logical types are stored, and how a declared type is read back.
//!
//! SQLite converts what is stored by the *affinity* of a column, which it takes from words in the declared type
//! ("Datatypes In SQLite", section 3.1). Each name here has an affinity that leaves our encoding alone: a type
//! kept as text contains `text` or `char`, so that `'12345678'` stays text. Where the name alone does not keep
//! wrong values out, the column carries an *implied check*: without a name, of a fixed shape, recognised on the
//! way back and no part of the schema.

use super::parse::tokens::same_tokens;
use super::quote::identifier;
use super::wide::{self, is_wide};
use crate::error::{Error, Result};
use crate::schema::{Column, SqlType, Table};
use crate::value::Decimal;

/// The collation of a column that names none.
pub(super) const BINARY: &str = "BINARY";

/// The widest decimal that always fits a 64-bit integer.
pub(super) const MAX_DECIMAL_PRECISION: u16 = Decimal::INTEGER_PRECISION;

/// The declared type of a column of `ty`.
pub(super) fn declared(ty: &SqlType) -> Result<String> {
    Ok(match ty {
        SqlType::SmallInt => "smallint".to_owned(),
        SqlType::Integer => "integer".to_owned(),
        SqlType::BigInt => "bigint".to_owned(),
        SqlType::UInt8 => "uint8".to_owned(),
        SqlType::UInt16 => "uint16".to_owned(),
        SqlType::UInt32 => "uint32".to_owned(),
        // Not an integer's name: the greatest values do not fit one.
        SqlType::UInt64 => "u64_text".to_owned(),
        // REAL is a 64-bit number on SQLite; this name has its affinity and says the width.
        SqlType::Real => "float4".to_owned(),
        SqlType::Double => "double".to_owned(),
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Decimal { precision, scale } if *precision <= MAX_DECIMAL_PRECISION => {
            format!("decimal({precision},{scale})")
        }
        SqlType::Char(length) => format!("char({length})"),
        SqlType::Varchar(length) => format!("varchar({length})"),
        SqlType::Text => "text".to_owned(),
        SqlType::Bytes => "blob".to_owned(),
        SqlType::Date => "date_text".to_owned(),
        SqlType::Time => "time_text".to_owned(),
        SqlType::Timestamp => "timestamp_text".to_owned(),
        SqlType::TimestampTz => "timestamptz_text".to_owned(),
        SqlType::Uuid => "uuid_text".to_owned(),
        SqlType::Json => "json_text".to_owned(),
        SqlType::Inet => "inet_text".to_owned(),
        SqlType::Cidr => "cidr_text".to_owned(),
        SqlType::MacAddr => "macaddr_text".to_owned(),
        SqlType::Bit(length) => format!("bit_text({length})"),
        SqlType::Interval => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                "use a bigint of microseconds, columns of months, days and microseconds, or PostgreSQL",
            ));
        }
        SqlType::Range(of) => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                format!("use two columns of {of}, the start and the end, or PostgreSQL"),
            ));
        }
        SqlType::Hstore => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                "use a Json field holding a map of texts, or PostgreSQL",
            ));
        }
        SqlType::Ltree => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                "use text and look for paths by startswith, or PostgreSQL",
            ));
        }
        SqlType::Xml | SqlType::TsVector => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                "use text, or PostgreSQL",
            ));
        }
        // Not a number's name, by which SQLite would make floating-point numbers of the digits.
        SqlType::Decimal { precision, scale } if *precision <= Decimal::MAX_PRECISION => {
            format!("decimal_text({precision},{scale})")
        }
        SqlType::Decimal { .. } => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                format!("declare at most {} digits", Decimal::MAX_PRECISION),
            ));
        }
        SqlType::Enum(_) => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                "leave `native` out of the enum: its values are text with a check then, on every database",
            ));
        }
        SqlType::Array(element) => {
            return Err(Error::unsupported(
                format!("sqlite has no type for {ty}"),
                format!("use a Json field holding a list of {element}, a ManyToMany, or PostgreSQL"),
            ));
        }
    })
}

/// The declared type of `column` in `table`: an identity must be declared `integer`, and an ordinary integer key
/// must not, or it would become one.
pub(super) fn declared_in(table: &Table, column: &Column) -> Result<String> {
    if column.identity {
        return Ok("integer".to_owned());
    }
    let only_key = table.primary_key.len() == 1 && table.primary_key[0] == column.name;
    if only_key && column.ty == SqlType::Integer { Ok("int".to_owned()) } else { declared(&column.ty) }
}

/// The declared type in a STRICT table, which knows six names only.
pub(super) fn declared_strict(ty: &SqlType) -> Result<&'static str> {
    declared(ty)?;
    Ok(match ty {
        SqlType::SmallInt
        | SqlType::Integer
        | SqlType::BigInt
        | SqlType::UInt8
        | SqlType::UInt16
        | SqlType::UInt32
        | SqlType::Boolean => "INTEGER",
        SqlType::Decimal { .. } if !is_wide(ty) => "INTEGER",
        SqlType::Real | SqlType::Double => "REAL",
        SqlType::Bytes => "BLOB",
        _ => "TEXT",
    })
}

/// The check that a column of `ty` carries beside its declared type.
pub(super) fn implied_check(column: &str, ty: &SqlType) -> Option<String> {
    let column = identifier(column);
    Some(match ty {
        SqlType::SmallInt => format!("{column} BETWEEN {} AND {}", i16::MIN, i16::MAX),
        SqlType::Integer => format!("{column} BETWEEN {} AND {}", i32::MIN, i32::MAX),
        SqlType::UInt8 => format!("{column} BETWEEN 0 AND {}", u8::MAX),
        SqlType::UInt16 => format!("{column} BETWEEN 0 AND {}", u16::MAX),
        SqlType::UInt32 => format!("{column} BETWEEN 0 AND {}", u32::MAX),
        SqlType::UInt64 => {
            format!("length({column}) = 20 AND {column} NOT GLOB '*[^0-9]*' AND {column} <= '{}'", u64::MAX)
        }
        SqlType::Boolean => format!("{column} IN (0, 1)"),
        SqlType::Decimal { precision, scale } if is_wide(ty) => wide::check(&column, *precision, *scale),
        SqlType::Decimal { precision, .. } => {
            let most = 10_i64.checked_pow(u32::from(*precision))? - 1;
            format!("typeof({column}) IN ('integer', 'null') AND {column} BETWEEN -{most} AND {most}")
        }
        SqlType::Char(length) => format!("length({column}) <= {length} AND {column} NOT GLOB '* '"),
        SqlType::Varchar(length) => format!("length({column}) <= {length}"),
        SqlType::Bit(length) => {
            format!("length({column}) = {length} AND {column} NOT GLOB '*[^01]*'")
        }
        SqlType::Json => format!("json_valid({column})"),
        _ => return None,
    })
}

/// Whether `check` is the implied check of a column of `ty`, however it is spaced and quoted.
pub(super) fn is_implied(check: &str, column: &str, ty: &SqlType) -> bool {
    implied_check(column, ty).is_some_and(|implied| same_tokens(check, &implied))
}

/// What a column holds, from its declared type and its unnamed checks.
///
/// An integer column holds 64 bits and a NUMERIC one floating-point numbers, unless a check says otherwise: that
/// is what SQLite promises for tables that umbral did not create.
pub(super) fn logical(declared: &str, column: &str, checks: &[&str]) -> SqlType {
    let name = Name::of(declared);
    let implied = |ty: &SqlType| checks.iter().any(|check| is_implied(check, column, ty));
    match name.words.as_str() {
        "boolean" | "bool" => return SqlType::Boolean,
        "date" | "date_text" => return SqlType::Date,
        "time" | "time_text" => return SqlType::Time,
        "timestamp" | "timestamp_text" | "datetime" => return SqlType::Timestamp,
        "timestamptz" | "timestamptz_text" | "timestamp with time zone" => return SqlType::TimestampTz,
        "uuid" | "uuid_text" => return SqlType::Uuid,
        "json" | "json_text" => return SqlType::Json,
        "float4" => return SqlType::Real,
        "u64_text" => return SqlType::UInt64,
        "inet" | "inet_text" => return SqlType::Inet,
        "cidr" | "cidr_text" => return SqlType::Cidr,
        "macaddr" | "macaddr_text" => return SqlType::MacAddr,
        "bit_text" => {
            if let [length] = name.arguments[..] {
                return SqlType::Bit(length);
            }
        }
        "char" => {
            if let [length] = name.arguments[..]
                && implied(&SqlType::Char(length))
            {
                return SqlType::Char(length);
            }
        }
        "decimal_text" => {
            if let [precision, scale] = name.arguments[..]
                && let (Ok(precision), Ok(scale)) = (u16::try_from(precision), u16::try_from(scale))
            {
                return SqlType::Decimal { precision, scale };
            }
        }
        "decimal" | "numeric" => {
            if let [precision, scale] = name.arguments[..]
                && let (Ok(precision), Ok(scale)) = (u16::try_from(precision), u16::try_from(scale))
            {
                let ty = SqlType::Decimal { precision, scale };
                if implied(&ty) {
                    return ty;
                }
            }
        }
        _ => {}
    }
    match Affinity::of(declared) {
        Affinity::Integer => {
            let narrow =
                [SqlType::SmallInt, SqlType::Integer, SqlType::UInt8, SqlType::UInt16, SqlType::UInt32];
            narrow.into_iter().find(implied).unwrap_or(SqlType::BigInt)
        }
        Affinity::Text => match name.arguments[..] {
            [length, ..] if length > 0 && name.words.contains("char") => SqlType::Varchar(length),
            _ => SqlType::Text,
        },
        Affinity::Blob => SqlType::Bytes,
        Affinity::Real | Affinity::Numeric => SqlType::Double,
    }
}

/// How a column converts what is stored in it ("Datatypes In SQLite", section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    /// The affinity of a declared type, by the five rules in their order.
    pub(super) fn of(declared: &str) -> Affinity {
        let upper = declared.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        if has(&["INT"]) {
            Affinity::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Affinity::Text
        } else if has(&["BLOB"]) || upper.trim().is_empty() {
            Affinity::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }
}

/// A declared type taken apart: its words in lower case, and the numbers in its parentheses.
struct Name {
    words: String,
    arguments: Vec<u32>,
}

impl Name {
    fn of(declared: &str) -> Name {
        let (words, arguments) = declared.split_once('(').unwrap_or((declared, ""));
        Name {
            words: words.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase(),
            arguments: arguments
                .trim_end()
                .trim_end_matches(')')
                .split(',')
                .filter_map(|argument| argument.trim().parse().ok())
                .collect(),
        }
    }
}

/// A `uint64` as it is stored: as many digits for each, so that they sort as numbers do.
pub(super) fn u64_text(number: u64) -> String {
    format!("{number:020}")
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
            SqlType::Decimal { precision: 18, scale: 6 },
            SqlType::Decimal { precision: 1, scale: 0 },
            SqlType::Decimal { precision: 19, scale: 0 },
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
            SqlType::Bit(12),
        ]
    }

    #[test]
    fn every_type_is_read_back() {
        for ty in all() {
            let name = declared(&ty).unwrap();
            let check = implied_check("a \"b\"", &ty);
            assert_eq!(logical(&name, "a \"b\"", check.as_deref().as_slice()), ty, "{name}");
        }
        assert!(declared(&SqlType::Decimal { precision: 39, scale: 2 }).unwrap_err().is_unsupported());
        assert!(declared(&SqlType::Array(Box::new(SqlType::Text))).unwrap_err().hint().is_some());
    }

    #[test]
    fn what_is_kept_as_text_has_text_affinity() {
        use SqlType::*;
        let written = [UInt64, Char(3), Inet, Cidr, MacAddr, Bit(1), Decimal { precision: 28, scale: 10 }];
        for ty in
            written.into_iter().chain([Varchar(3), Text, Date, Time, Timestamp, TimestampTz, Uuid, Json])
        {
            assert_eq!(Affinity::of(&declared(&ty).unwrap()), Affinity::Text, "{ty}");
        }
        assert_eq!(Affinity::of(&declared(&Bytes).unwrap()), Affinity::Blob);
        assert_eq!(Affinity::of(&declared(&Real).unwrap()), Affinity::Real);
        assert_eq!(Affinity::of("FLOATING POINT"), Affinity::Integer);
    }

    #[test]
    fn types_of_others_are_taken_as_what_they_can_hold() {
        for (name, ty) in [
            ("NVARCHAR(160)", SqlType::Varchar(160)),
            ("NUMERIC(10,2)", SqlType::Double),
            ("INTEGER", SqlType::BigInt),
            ("DATETIME", SqlType::Timestamp),
            ("REAL", SqlType::Double),
            ("", SqlType::Bytes),
            ("character varying", SqlType::Text),
            ("CHAR(3)", SqlType::Varchar(3)),
            ("STRING", SqlType::Double),
        ] {
            assert_eq!(logical(name, "a", &[]), ty, "{name}");
        }
    }
}
