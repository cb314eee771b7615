//! The types that a cast names: umbral's own spellings and those of SQL.

use super::lexer::TokenKind;
use super::parse::{Parser, Result};
use crate::schema::{RangeKind, SqlType};

/// The type of a cast.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TypeName {
    /// One of umbral's types.
    Known(SqlType),
    /// A decimal without precision, which no column of umbral's has, but which servers convert to.
    Numeric,
    /// Another database's own.
    Unknown(String),
}

/// Most digits that a decimal's type may name, as in SQL's `numeric(1000, 500)`.
const MAX_PRECISION: u32 = 1000;

impl Parser<'_> {
    /// Reads a type.
    pub(super) fn type_name(&mut self) -> Result<TypeName> {
        let name = match self.kind().clone() {
            TokenKind::Word(word) => word.to_ascii_lowercase(),
            TokenKind::Quoted(name) => name,
            _ => return self.unexpected("a type"),
        };
        self.advance();
        if name == "array" && self.take("<") {
            let element = self.nest(Self::type_name)?;
            self.expect(">")?;
            return Ok(array_of(element));
        }
        if name == "range" && self.take("<") {
            return self.range();
        }
        let mut ty = self.scalar_type(&name)?;
        if self.is_symbol("[") && self.symbol_at(self.position() + 1, "]") {
            self.advance();
            self.advance();
            ty = array_of(ty);
        }
        Ok(ty)
    }

    fn scalar_type(&mut self, name: &str) -> Result<TypeName> {
        let ty = match name {
            "smallint" | "int2" => SqlType::SmallInt,
            "integer" | "int" | "int4" => SqlType::Integer,
            "bigint" | "int8" => SqlType::BigInt,
            "uint8" => SqlType::UInt8,
            "uint16" => SqlType::UInt16,
            "uint32" => SqlType::UInt32,
            "uint64" => SqlType::UInt64,
            "real" | "float4" => SqlType::Real,
            "double" => {
                self.take_word("precision");
                SqlType::Double
            }
            "float8" => SqlType::Double,
            "boolean" | "bool" => SqlType::Boolean,
            "decimal" | "numeric" => return self.decimal(),
            "varchar" => return self.varchar(),
            "character" if self.take_word("varying") => return self.varchar(),
            "char" | "character" => return self.sized("char", SqlType::Char),
            "bit" => return self.sized("bit", SqlType::Bit),
            // What PostgreSQL calls a char(n) whose length does not matter.
            "bpchar" => SqlType::Text,
            "text" => SqlType::Text,
            "bytes" | "bytea" | "blob" => SqlType::Bytes,
            "date" => SqlType::Date,
            "time" => return self.temporal(SqlType::Time, None),
            "timestamp" => return self.temporal(SqlType::Timestamp, Some(SqlType::TimestampTz)),
            "timestamptz" => SqlType::TimestampTz,
            "interval" => SqlType::Interval,
            "uuid" => SqlType::Uuid,
            "inet" => SqlType::Inet,
            "cidr" => SqlType::Cidr,
            "macaddr" => SqlType::MacAddr,
            "json" | "jsonb" => SqlType::Json,
            "int4range" => SqlType::Range(RangeKind::Integer),
            "int8range" => SqlType::Range(RangeKind::BigInt),
            "numrange" => SqlType::Range(RangeKind::Decimal),
            "daterange" => SqlType::Range(RangeKind::Date),
            "tsrange" => SqlType::Range(RangeKind::Timestamp),
            "tstzrange" => SqlType::Range(RangeKind::TimestampTz),
            "hstore" => SqlType::Hstore,
            "ltree" => SqlType::Ltree,
            "xml" => SqlType::Xml,
            "tsvector" => SqlType::TsVector,
            _ => {
                self.sizes()?;
                return Ok(TypeName::Unknown(name.to_owned()));
            }
        };
        Ok(TypeName::Known(ty))
    }

    /// The rest of `range<date>`.
    fn range(&mut self) -> Result<TypeName> {
        let kind = match self.kind() {
            TokenKind::Word(word) => RangeKind::from_name(&word.to_ascii_lowercase()),
            _ => None,
        };
        let Some(kind) = kind else { return self.unexpected("what a range is of, such as integer or date") };
        self.advance();
        self.expect(">")?;
        Ok(TypeName::Known(SqlType::Range(kind)))
    }

    fn decimal(&mut self) -> Result<TypeName> {
        let sizes = self.sizes()?;
        let (precision, scale) = match sizes[..] {
            [] => return Ok(TypeName::Numeric),
            [precision] => (precision, 0),
            [precision, scale] => (precision, scale),
            _ => (0, 0),
        };
        if precision == 0 || precision > MAX_PRECISION || scale > precision {
            return Ok(TypeName::Unknown(format!("decimal({precision}, {scale})")));
        }
        Ok(TypeName::Known(SqlType::Decimal { precision: precision as u16, scale: scale as u16 }))
    }

    /// A type with a length, which is 1 where it is not said.
    fn sized(&mut self, name: &str, of_length: fn(u32) -> SqlType) -> Result<TypeName> {
        Ok(match self.sizes()?[..] {
            [] => TypeName::Known(of_length(1)),
            [length] if length > 0 => TypeName::Known(of_length(length)),
            _ => TypeName::Unknown(format!("{name} of no length")),
        })
    }

    fn varchar(&mut self) -> Result<TypeName> {
        Ok(match self.sizes()?[..] {
            [] => TypeName::Known(SqlType::Text),
            [length] if length > 0 => TypeName::Known(SqlType::Varchar(length)),
            _ => TypeName::Unknown("varchar of no length".to_owned()),
        })
    }

    /// A time's precision, which is microseconds here, and its zone.
    fn temporal(&mut self, without_zone: SqlType, with_zone: Option<SqlType>) -> Result<TypeName> {
        let sizes = self.sizes()?;
        let mut ty = Some(without_zone);
        for (word, zoned) in [("with", true), ("without", false)] {
            if self.take_word(word) {
                self.expect_word("time")?;
                self.expect_word("zone")?;
                ty = if zoned { with_zone.clone() } else { ty };
            }
        }
        Ok(match ty {
            Some(ty) if sizes.is_empty() || sizes == [6] => TypeName::Known(ty),
            _ => TypeName::Unknown("a time of this precision or zone".to_owned()),
        })
    }

    /// `(10, 2)` behind a type's name, or nothing.
    fn sizes(&mut self) -> Result<Vec<u32>> {
        let mut sizes = Vec::new();
        if !self.take("(") {
            return Ok(sizes);
        }
        loop {
            let size = match self.kind() {
                TokenKind::Number(number) => number.parse().ok(),
                _ => None,
            };
            let Some(size) = size else { return self.unexpected("a size") };
            sizes.push(size);
            self.advance();
            if !self.take(",") {
                self.expect(")")?;
                return Ok(sizes);
            }
        }
    }
}

fn array_of(element: TypeName) -> TypeName {
    match element {
        TypeName::Known(ty) => TypeName::Known(SqlType::Array(Box::new(ty))),
        TypeName::Numeric => TypeName::Unknown("numeric[]".to_owned()),
        TypeName::Unknown(name) => TypeName::Unknown(format!("{name}[]")),
    }
}
