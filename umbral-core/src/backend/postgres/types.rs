//! Logical types to PostgreSQL's, and back.

use super::range;
use super::text::identifier;
use crate::backend::standard::enums::enum_type;
use crate::backend::{ColumnType, DatabaseBackend, unsupported_type};
use crate::error::Result;
use crate::schema::{IndexMethod, RangeKind, SqlType};
use crate::value::Decimal;
use sea_query::{RcOrArc, StringLen};

/// The greatest length that PostgreSQL takes in `varchar(n)`: `MaxAttrSize`.
const MAX_VARCHAR: u32 = 10_485_760;
/// The same of `bit(n)`: eight in each byte.
const MAX_BITS: u32 = 83_886_080;

/// Bytes of a type's name and of an enum's label: `NAMEDATALEN` - 1.
const MAX_NAME: usize = 63;

/// See [`DatabaseBackend::map_type`]. Every type has one of its own; JSON is `jsonb`.
pub(super) fn map_type(backend: &dyn DatabaseBackend, ty: &SqlType) -> Result<ColumnType> {
    Ok(match ty {
        SqlType::SmallInt => ColumnType::SmallInteger,
        SqlType::Integer => ColumnType::Integer,
        SqlType::BigInt => ColumnType::BigInteger,
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => {
            return map_type(backend, &range::stored(ty));
        }
        SqlType::Real => ColumnType::Float,
        SqlType::Double => ColumnType::Double,
        SqlType::Boolean => ColumnType::Boolean,
        SqlType::Decimal { precision, scale } if *precision <= Decimal::MAX_PRECISION => {
            ColumnType::Decimal(Some((u32::from(*precision), u32::from(*scale))))
        }
        SqlType::Decimal { .. } => {
            let hint = "use at most 38 digits, or text where the number is only kept";
            return Err(unsupported_type(backend, ty, hint));
        }
        SqlType::Char(length) if *length <= MAX_VARCHAR => ColumnType::Char(Some(*length)),
        SqlType::Varchar(length) if *length <= MAX_VARCHAR => ColumnType::String(StringLen::N(*length)),
        SqlType::Bit(length) if *length <= MAX_BITS => ColumnType::Bit(Some(*length)),
        SqlType::Bit(_) => {
            return Err(unsupported_type(backend, ty, format!("use at most {MAX_BITS} bits, or bytes")));
        }
        SqlType::Char(_) | SqlType::Varchar(_) => {
            let hint = format!("use a length of at most {MAX_VARCHAR}, or text");
            return Err(unsupported_type(backend, ty, hint));
        }
        SqlType::Text => ColumnType::Text,
        SqlType::Bytes => ColumnType::Blob,
        SqlType::Date => ColumnType::Date,
        SqlType::Time => ColumnType::Time,
        SqlType::Timestamp => ColumnType::Timestamp,
        SqlType::TimestampTz => ColumnType::TimestampWithTimeZone,
        SqlType::Interval => ColumnType::Interval(None, None),
        SqlType::Uuid => ColumnType::Uuid,
        SqlType::Inet => ColumnType::Inet,
        SqlType::Cidr => ColumnType::Cidr,
        SqlType::MacAddr => ColumnType::MacAddr,
        SqlType::Json => ColumnType::JsonBinary,
        SqlType::Range(_) | SqlType::Hstore | SqlType::Xml | SqlType::TsVector => {
            ColumnType::custom(name(ty))
        }
        SqlType::Ltree => ColumnType::LTree,
        SqlType::Enum(of) => {
            if let Some(long) = of.labels.iter().chain([&of.name]).find(|text| text.len() > MAX_NAME) {
                let hint =
                    format!("shorten `{long}`: names of types and labels have at most {MAX_NAME} bytes");
                return Err(unsupported_type(backend, ty, hint));
            }
            enum_type(of)
        }
        SqlType::Array(element) => match &**element {
            SqlType::Array(_) => {
                let hint = "use json for arrays of arrays: PostgreSQL's own type does not keep their shape";
                return Err(unsupported_type(backend, ty, hint));
            }
            element => ColumnType::Array(RcOrArc::new(map_type(backend, element)?)),
        },
    })
}

/// See [`DatabaseBackend::type_name`]. The words are those of `format_type`, shortened where SQL has a shorter one.
pub(super) fn type_name(backend: &dyn DatabaseBackend, ty: &SqlType) -> Result<String> {
    map_type(backend, ty)?;
    Ok(name(ty))
}

/// The type as [`type_name`] gives it, for one that PostgreSQL has.
pub(super) fn name(ty: &SqlType) -> String {
    match ty {
        SqlType::SmallInt => "smallint".to_owned(),
        SqlType::Integer => "integer".to_owned(),
        SqlType::BigInt => "bigint".to_owned(),
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => name(&range::stored(ty)),
        SqlType::Real => "real".to_owned(),
        SqlType::Double => "double precision".to_owned(),
        SqlType::Boolean => "boolean".to_owned(),
        SqlType::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        SqlType::Char(length) => format!("char({length})"),
        SqlType::Varchar(length) => format!("varchar({length})"),
        SqlType::Text => "text".to_owned(),
        SqlType::Bytes => "bytea".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time => "time".to_owned(),
        SqlType::Timestamp => "timestamp".to_owned(),
        SqlType::TimestampTz => "timestamptz".to_owned(),
        SqlType::Interval => "interval".to_owned(),
        SqlType::Uuid => "uuid".to_owned(),
        SqlType::Inet => "inet".to_owned(),
        SqlType::Cidr => "cidr".to_owned(),
        SqlType::MacAddr => "macaddr".to_owned(),
        SqlType::Bit(length) => format!("bit({length})"),
        SqlType::Json => "jsonb".to_owned(),
        SqlType::Range(of) => range_name(*of).to_owned(),
        SqlType::Hstore => "hstore".to_owned(),
        SqlType::Ltree => "ltree".to_owned(),
        SqlType::Xml => "xml".to_owned(),
        SqlType::TsVector => "tsvector".to_owned(),
        SqlType::Enum(of) => identifier(&of.name),
        SqlType::Array(element) => format!("{}[]", name(element)),
    }
}

fn range_name(of: RangeKind) -> &'static str {
    match of {
        RangeKind::Integer => "int4range",
        RangeKind::BigInt => "int8range",
        RangeKind::Decimal => "numrange",
        RangeKind::Date => "daterange",
        RangeKind::Timestamp => "tsrange",
        RangeKind::TimestampTz => "tstzrange",
    }
}

/// The extension that a type, or that of an array's elements, comes with, where it is none of the server's own.
pub(super) fn extension(ty: &SqlType) -> Option<&'static str> {
    match ty {
        SqlType::Hstore => Some("hstore"),
        SqlType::Ltree => Some("ltree"),
        SqlType::Array(element) => extension(element),
        _ => None,
    }
}

/// Whether a value is sent as text, which is cast where it stands: its type has no binary form that a client should write,
/// or another identifier in each database.
pub(super) fn is_sent_as_text(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector)
}

/// The statement that creates an extension.
pub(super) fn create_extension(extension: &str) -> String {
    format!("CREATE EXTENSION IF NOT EXISTS {}", identifier(extension))
}

/// See [`DatabaseBackend::map_key`].
pub(super) fn map_key(backend: &dyn DatabaseBackend, ty: &SqlType) -> Result<()> {
    map_type(backend, ty)?;
    if compares(ty) {
        return Ok(());
    }
    let (name, version) = (backend.name(), backend.version());
    Err(crate::error::Error::unsupported(
        format!("{name} {version} has no key over {ty}, whose values have no equality"),
        "use a column of its own for what is to be unique",
    ))
}

/// The logical type of what `format_type` reports; `None` for a type that umbral does not know.
///
/// `json` is read as JSON too, and text without a bound as text, whatever it is called.
pub(super) fn parse_type(text: &str) -> Option<SqlType> {
    if let Some(element) = text.strip_suffix("[]") {
        return parse_type(element).map(|element| SqlType::Array(Box::new(element)));
    }
    let (name, arguments) = match text.split_once('(') {
        // `timestamp(6) with time zone`: the precision stands inside the name.
        Some((name, rest)) => {
            let (arguments, tail) = rest.split_once(')')?;
            (format!("{name}{tail}"), Some(arguments))
        }
        None => (text.to_owned(), None),
    };
    let bare = |ty: SqlType| arguments.is_none().then_some(ty);
    let to_the_microsecond = |ty: SqlType| arguments.is_none_or(|digits| digits == "6").then_some(ty);
    match name.as_str() {
        "smallint" => bare(SqlType::SmallInt),
        "integer" => bare(SqlType::Integer),
        "bigint" => bare(SqlType::BigInt),
        "real" => bare(SqlType::Real),
        "double precision" => bare(SqlType::Double),
        "boolean" => bare(SqlType::Boolean),
        "numeric" => decimal(arguments?),
        "character varying" | "varchar" => match arguments {
            Some(length) => length.parse().ok().map(SqlType::Varchar),
            None => Some(SqlType::Text),
        },
        "character" | "char" => arguments?.parse().ok().map(SqlType::Char),
        "bit" => arguments?.parse().ok().map(SqlType::Bit),
        "text" => bare(SqlType::Text),
        "bytea" => bare(SqlType::Bytes),
        "date" => bare(SqlType::Date),
        "time without time zone" | "time" => to_the_microsecond(SqlType::Time),
        "timestamp without time zone" | "timestamp" => to_the_microsecond(SqlType::Timestamp),
        "timestamp with time zone" | "timestamptz" => to_the_microsecond(SqlType::TimestampTz),
        "interval" => bare(SqlType::Interval),
        "uuid" => bare(SqlType::Uuid),
        "inet" => bare(SqlType::Inet),
        "cidr" => bare(SqlType::Cidr),
        "macaddr" => bare(SqlType::MacAddr),
        "json" | "jsonb" => bare(SqlType::Json),
        "hstore" => bare(SqlType::Hstore),
        "ltree" => bare(SqlType::Ltree),
        "xml" => bare(SqlType::Xml),
        "tsvector" => bare(SqlType::TsVector),
        name => bare(SqlType::Range(RangeKind::ALL.into_iter().find(|of| range_name(*of) == name)?)),
    }
}

/// PostgreSQL 15 allows a negative scale and one beyond the precision, which the logical type does not have.
fn decimal(arguments: &str) -> Option<SqlType> {
    let (precision, scale) = arguments.split_once(',').unwrap_or((arguments, "0"));
    let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    (scale <= precision).then_some(SqlType::Decimal { precision, scale })
}

/// Whether an index of the method can hold the type without an operator class that an extension brings, as the server's
/// own default ones do.
pub(super) fn has_operators(method: IndexMethod, ty: &SqlType) -> bool {
    let composite = matches!(ty, SqlType::Array(_) | SqlType::Json);
    // What an index of arrays holds is compared as its elements are.
    if let (SqlType::Array(element), IndexMethod::Hash | IndexMethod::Gin) = (ty, method) {
        let method = if method == IndexMethod::Gin { IndexMethod::BTree } else { method };
        return has_operators(method, element);
    }
    match method {
        IndexMethod::BTree => compares(ty),
        IndexMethod::Hash => {
            compares(ty) && !matches!(ty, SqlType::Bit(_) | SqlType::TsVector | SqlType::Ltree)
        }
        IndexMethod::Gin => composite || matches!(ty, SqlType::Hstore | SqlType::TsVector),
        IndexMethod::Gist => {
            matches!(ty, SqlType::Range(_) | SqlType::Hstore | SqlType::Ltree | SqlType::TsVector)
        }
        IndexMethod::SpGist => {
            matches!(
                ty,
                SqlType::Varchar(_) | SqlType::Text | SqlType::Inet | SqlType::Cidr | SqlType::Range(_)
            )
        }
        IndexMethod::Brin => {
            let has_none = matches!(
                ty,
                SqlType::Boolean
                    | SqlType::Enum(_)
                    | SqlType::Hstore
                    | SqlType::Ltree
                    | SqlType::Xml
                    | SqlType::TsVector
            );
            !composite && !has_none
        }
    }
}

/// Whether values of the type are equal or not, and one comes before the other.
pub(super) fn compares(ty: &SqlType) -> bool {
    match ty {
        SqlType::Xml => false,
        SqlType::Array(element) => compares(element),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Postgres;
    use super::*;

    fn scalars() -> Vec<SqlType> {
        [
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
            SqlType::Char(3),
            SqlType::Interval,
            SqlType::Inet,
            SqlType::Cidr,
            SqlType::MacAddr,
            SqlType::Bit(9),
            SqlType::Hstore,
            SqlType::Ltree,
            SqlType::Xml,
            SqlType::TsVector,
        ]
        .into_iter()
        .chain(RangeKind::ALL.map(SqlType::Range))
        .collect()
    }

    #[test]
    fn every_type_and_its_array_reads_back() {
        let backend = Postgres::newest();
        for ty in scalars() {
            let array = SqlType::Array(Box::new(ty.clone()));
            for ty in [ty, array] {
                let text = type_name(&backend, &ty).unwrap();
                assert_eq!(parse_type(&text), Some(ty), "{text}");
            }
        }
    }

    #[test]
    fn types_as_the_catalogue_spells_them() {
        for (text, ty) in [
            ("timestamp without time zone", Some(SqlType::Timestamp)),
            ("timestamp(6) with time zone", Some(SqlType::TimestampTz)),
            ("timestamp(0) with time zone", None),
            ("time(6) without time zone", Some(SqlType::Time)),
            ("character varying(80)[]", Some(SqlType::Array(Box::new(SqlType::Varchar(80))))),
            ("character varying", Some(SqlType::Text)),
            ("numeric(10,2)", Some(SqlType::Decimal { precision: 10, scale: 2 })),
            ("numeric(3,5)", None),
            ("numeric(3,-2)", None),
            ("numeric", None),
            ("inet", Some(SqlType::Inet)),
            ("character(3)[]", Some(SqlType::Array(Box::new(SqlType::Char(3))))),
            ("bit(1)", Some(SqlType::Bit(1))),
            ("bit varying(5)", None),
            ("interval day to second", None),
            ("macaddr8", None),
            ("\"Mood\"", None),
        ] {
            assert_eq!(parse_type(text), ty, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_unsupported_with_a_hint() {
        let backend = Postgres::newest();
        let nested = SqlType::Array(Box::new(SqlType::Array(Box::new(SqlType::Text))));
        let long =
            [SqlType::Varchar(MAX_VARCHAR + 1), SqlType::Char(MAX_VARCHAR + 1), SqlType::Bit(MAX_BITS + 1)];
        for ty in long.into_iter().chain([SqlType::Decimal { precision: 39, scale: 0 }, nested]) {
            let error = map_type(&backend, &ty).unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{error:?}");
        }
    }
}
