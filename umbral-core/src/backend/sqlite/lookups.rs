//! How SQLite looks for text and for members of lists.

use super::dialect::SqliteDialect;
use super::types::u64_text;
use super::wide;
use crate::backend::{JsonLookup, Lookups, TextLookup, standard};
use crate::error::{Error, Result};
use crate::schema::SqlType;
use crate::value::{Value, uuid_text};
use sea_query::{BinOper, Expr, ExprTrait};
use std::fmt::Write;

/// SQLite's LIKE ignores the case of ASCII letters and nothing tells it not to; GLOB regards case, and takes its
/// wildcards as characters inside brackets.
impl Lookups for SqliteDialect {
    fn text_parameters(&self, lookup: TextLookup, text: String) -> Vec<Value> {
        if lookup.ignores_case() {
            vec![standard::lookups::like_pattern(lookup, &text)]
        } else {
            vec![Value::Text(glob_pattern(lookup, &text))]
        }
    }

    fn text_condition(&self, lookup: TextLookup, subject: Expr, parameters: Vec<Expr>) -> Expr {
        let pattern = parameters.into_iter().next().unwrap_or(Expr::null());
        if lookup.ignores_case() {
            // 92 is the backslash, which a quoted constant would have to hold.
            Expr::cust_with_exprs("? LIKE ? ESCAPE char(92)", [subject, pattern])
        } else {
            subject.binary(BinOper::Custom("GLOB"), pattern)
        }
    }

    /// One JSON text for a list of any length, so that one statement serves them all.
    fn list_parameters(&self, element: &SqlType, items: Vec<Value>) -> Vec<Value> {
        if !in_json(element) {
            return standard::lookups::padded(items);
        }
        vec![Value::Text(json_list(&items))]
    }

    fn list_condition(&self, element: &SqlType, subject: Expr, parameters: Vec<Expr>) -> Expr {
        if !in_json(element) {
            return standard::lookups::is_in(subject, parameters);
        }
        let list = parameters.into_iter().next().unwrap_or(Expr::null());
        let members = match element {
            SqlType::Bytes => "? IN (SELECT unhex(value) FROM json_each(?))",
            _ => "? IN (SELECT value FROM json_each(?))",
        };
        Expr::cust_with_exprs(members, [subject, list])
    }

    fn json_condition(&self, lookup: JsonLookup, subject: Expr, path: Expr, operand: Expr) -> Result<Expr> {
        let sorted = |sorts: &str, operator: &str| {
            let text = format!("(json_type(?, ?) IN ({sorts}) AND json_extract(?, ?) {operator} ?)");
            let [subject, path] = [&subject, &path];
            let values = [subject, path, subject, path, &operand].map(Clone::clone);
            Expr::cust_with_exprs(text, values)
        };
        Ok(match lookup {
            JsonLookup::Exists => Expr::cust_with_exprs("json_type(?, ?) IS NOT NULL", [subject, path]),
            JsonLookup::Null => Expr::cust_with_exprs("json_type(?, ?) = 'null'", [subject, path]),
            JsonLookup::Text(comparison) => sorted("'text'", comparison.operator()),
            JsonLookup::Number(comparison) => sorted("'integer', 'real'", comparison.operator()),
            JsonLookup::Boolean => Expr::cust_with_exprs(
                "json_type(?, ?) = CASE WHEN ? THEN 'true' ELSE 'false' END",
                [subject, path, operand],
            ),
            JsonLookup::Contains => {
                return Err(Error::unsupported(
                    "SQLite cannot ask whether a JSON document contains another",
                    "compare what is at a place in it: b.meta.at(\"cover.colour\").eq(\"red\")",
                ));
            }
        })
    }

    /// `abs` of the least integer is the one error that an expression can raise. It is written over the row's own value:
    /// SQLite computes constants before it looks at a row.
    fn computed_integer(&self, computed: Expr) -> Expr {
        Expr::cust_with_exprs(
            "CASE WHEN typeof(?) = 'real' THEN abs(-9223372036854775807 - (typeof(?) = 'real')) ELSE ? END",
            [computed.clone(), computed.clone(), computed],
        )
    }
}

fn glob_pattern(lookup: TextLookup, text: &str) -> String {
    let open = matches!(lookup, TextLookup::Contains { .. } | TextLookup::EndsWith { .. });
    let end = matches!(lookup, TextLookup::Contains { .. } | TextLookup::StartsWith { .. });
    let mut pattern = String::with_capacity(text.len() + 2);
    if open {
        pattern.push('*');
    }
    for character in text.chars() {
        match character {
            '*' | '?' | '[' => {
                pattern.push('[');
                pattern.push(character);
                pattern.push(']');
            }
            other => pattern.push(other),
        }
    }
    if end {
        pattern.push('*');
    }
    pattern
}

/// Whether JSON holds values of this type exactly. Floating-point numbers it does not: what SQLite reads them as from
/// text may differ in the last bit.
fn in_json(element: &SqlType) -> bool {
    !matches!(element, SqlType::Real | SqlType::Double | SqlType::Array(_))
}

/// A JSON array of values as they are stored; bytes as their hexadecimal digits.
fn json_list(items: &[Value]) -> String {
    let mut json = String::with_capacity(items.len() * 8 + 2);
    json.push('[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            json.push(',');
        }
        push_json(&mut json, item);
    }
    json.push(']');
    json
}

fn push_json(json: &mut String, item: &Value) {
    // Writing to a String cannot fail.
    let _ = match item {
        Value::Boolean(value) => write!(json, "{}", u8::from(*value)),
        Value::SmallInt(number) => write!(json, "{number}"),
        Value::Integer(number) => write!(json, "{number}"),
        Value::BigInt(number) => write!(json, "{number}"),
        Value::UInt8(number) => write!(json, "{number}"),
        Value::UInt16(number) => write!(json, "{number}"),
        Value::UInt32(number) => write!(json, "{number}"),
        Value::UInt64(number) => write!(json, "\"{}\"", u64_text(*number)),
        Value::Inet(inet) => write!(json, "\"{inet}\""),
        Value::Cidr(cidr) => write!(json, "\"{cidr}\""),
        Value::MacAddr(mac) => write!(json, "\"{mac}\""),
        Value::Bits(bits) => write!(json, "\"{bits}\""),
        Value::Decimal(number) => write!(json, "{}", number.mantissa),
        Value::WideDecimal(number, precision) => write!(json, "\"{}\"", wide::text(*number, *precision)),
        Value::Date(date) => write!(json, "\"{date}\""),
        Value::Time(time) => write!(json, "\"{time}\""),
        Value::Timestamp(timestamp) | Value::TimestampTz(timestamp) => write!(json, "\"{timestamp}\""),
        Value::Uuid(bytes) => write!(json, "\"{}\"", uuid_text(bytes)),
        Value::Text(text) | Value::Json(text) => {
            push_text(json, text);
            Ok(())
        }
        Value::Bytes(bytes) => {
            json.push('"');
            bytes.iter().for_each(|byte| push_hex(json, *byte));
            json.push('"');
            Ok(())
        }
        _ => write!(json, "null"),
    };
}

fn push_hex(json: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 15] {
        json.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
    }
}

/// A JSON string (RFC 8259, section 7).
fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                json.push('\\');
                json.push(character);
            }
            control if control < ' ' => {
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_user_text_literally() {
        let sensitive =
            |text| SqliteDialect.text_parameters(TextLookup::StartsWith { ignore_case: false }, text);
        assert_eq!(sensitive("5*[a]?%".into()), [Value::Text("5[*][[]a][?]%*".into())]);
        let contains = TextLookup::Contains { ignore_case: true };
        assert_eq!(SqliteDialect.text_parameters(contains, "5%".into()), [Value::Text("%5\\%%".into())]);
    }

    #[test]
    fn lists_are_json_where_that_is_exact() {
        let items = vec![Value::Text("a\"\\\n".into()), Value::BigInt(i64::MIN), Value::Boolean(true)];
        assert_eq!(json_list(&items), r#"["a\"\\\u000a",-9223372036854775808,1]"#);
        assert_eq!(json_list(&[Value::Bytes(vec![0, 0x1f, 255]), Value::Bytes(vec![])]), r#"["001fff",""]"#);
        let doubles = SqliteDialect.list_parameters(&SqlType::Double, vec![Value::Double(0.1); 3]);
        assert_eq!(doubles.len(), 4);
        assert_eq!(SqliteDialect.list_parameters(&SqlType::Text, vec![Value::Text("a".into()); 3]).len(), 1);
    }
}
