//! Defaults that are constants, as values.

use super::slot::store;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{DefaultMeta, FieldMeta, ModelMeta};
use crate::schema::Expr;
use crate::schema::expr::{Literal, UnaryOp};
use crate::value::{Decimal, Value, ValueType, labels, parse_range};

/// The value of a field's default where that is a constant; `None` where the database computes it or there is none.
///
/// # Errors
/// [`ErrorKind::Schema`] where the default's text is no constant of the field's type, which the system check reports
/// with its place.
pub(crate) fn constant_default(meta: &'static ModelMeta, field: &'static FieldMeta) -> Result<Option<Value>> {
    let DefaultMeta::Value(text) = field.default else {
        return Ok(None);
    };
    let wrong = || {
        let (model, name, ty) = (meta.name, field.name, field.rust_type);
        Error::new(ErrorKind::Schema, format!("the default {text} of {model}.{name} is no constant of {ty}"))
    };
    let value = match text.parse::<Expr>().map_err(|error| wrong().with_source(error))? {
        Expr::Literal(literal) => value(&literal, false, field.ty),
        Expr::Unary { op: UnaryOp::Negate, operand } => match *operand {
            Expr::Literal(literal) => value(&literal, true, field.ty),
            _ => None,
        },
        _ => None,
    };
    store(meta, field, value.ok_or_else(wrong)?).map(Some)
}

fn value(literal: &Literal, negated: bool, ty: ValueType) -> Option<Value> {
    match literal {
        Literal::Number(text) => {
            let sign = if negated { "-" } else { "" };
            number(&format!("{sign}{text}").replace("--", ""), ty)
        }
        _ if negated => None,
        Literal::Null => Some(Value::Null),
        Literal::Boolean(value) => (ty == ValueType::Boolean).then_some(Value::Boolean(*value)),
        Literal::Bytes(bytes) => (ty == ValueType::Bytes).then(|| Value::Bytes(bytes.clone())),
        Literal::Text(text) => from_text(text, ty),
    }
}

fn number(text: &str, ty: ValueType) -> Option<Value> {
    Some(match ty {
        ValueType::SmallInt => Value::SmallInt(text.parse().ok()?),
        ValueType::Integer => Value::Integer(text.parse().ok()?),
        ValueType::BigInt => Value::BigInt(text.parse().ok()?),
        ValueType::UInt8 => Value::UInt8(text.parse().ok()?),
        ValueType::UInt16 => Value::UInt16(text.parse().ok()?),
        ValueType::UInt32 => Value::UInt32(text.parse().ok()?),
        ValueType::UInt64 => Value::UInt64(text.parse().ok()?),
        ValueType::Real => Value::Real(text.parse().ok()?),
        ValueType::Double => Value::Double(text.parse().ok()?),
        ValueType::Decimal => Value::Decimal(text.parse::<Decimal>().ok()?),
        _ => return None,
    })
}

fn from_text(text: &str, ty: ValueType) -> Option<Value> {
    Some(match ty {
        ValueType::Text => Value::Text(text.to_owned()),
        ValueType::Enum { choices, .. } => {
            labels(choices).find(|label| *label == text).map(|label| Value::Label(label.to_owned()))?
        }
        ValueType::Json => Value::Json(text.to_owned()),
        ValueType::Date => Value::Date(text.parse().ok()?),
        ValueType::Time => Value::Time(text.parse().ok()?),
        ValueType::Timestamp => Value::Timestamp(text.parse().ok()?),
        ValueType::TimestampTz => Value::TimestampTz(text.parse().ok()?),
        ValueType::Interval => Value::Interval(text.parse().ok()?),
        ValueType::Inet => Value::Inet(text.parse().ok()?),
        ValueType::Cidr => Value::Cidr(text.parse().ok()?),
        ValueType::MacAddr => Value::MacAddr(text.parse().ok()?),
        ValueType::Bits => Value::Bits(text.parse().ok()?),
        ValueType::Range(of) => Value::Range { of, range: Box::new(parse_range(of, text)?) },
        ValueType::Hstore => Value::Hstore(text.parse().ok()?),
        ValueType::Ltree => Value::Ltree(text.parse().ok()?),
        ValueType::Xml => Value::Xml(text.into()),
        ValueType::TsVector => Value::TsVector(text.parse().ok()?),
        ValueType::Uuid => Value::Uuid(crate::value::parse_uuid(text).ok()?),
        _ => return None,
    })
}
