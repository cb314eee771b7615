//! Which parameter types a connection has prepared a text with.
//!
//! sqlx finds a prepared statement by its text alone, also one that is not to be kept. A server prepares a text for
//! parameters of certain types, and reads the bytes of others wrongly. So a text that comes with other types than
//! before is sent as another text: with a comment at its end.

use super::super::values::{TypeOid, type_oid};
use crate::backend::Statement;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// One text as it is sent, and the types that its parameters are declared with.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    pub(super) sql: Arc<str>,
    pub(super) types: Arc<[TypeOid]>,
}

impl Variant {
    /// Whether these values can be sent to it: a NULL fits any type.
    fn accepts(&self, params: &[Value]) -> bool {
        self.types.len() == params.len()
            && self.types.iter().zip(params).all(|(declared, value)| {
                let own = type_oid(value);
                own == *declared || matches!(value, Value::Null)
            })
    }
}

/// The variants of each text that a connection has seen.
#[derive(Debug, Default)]
pub(super) struct PreparedTypes {
    texts: HashMap<Arc<str>, Vec<Variant>>,
}

impl PreparedTypes {
    /// How many texts it remembers.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Forgets everything, which is right only when the connection's statements are closed too.
    pub(super) fn clear(&mut self) {
        self.texts.clear();
    }

    /// The text to send for a statement, and the types to declare.
    ///
    /// A NULL is declared as what stood in its place before, or left to the server; a later value in its place makes
    /// a new variant that has both. So a text with n parameters that come as NULL or as one type each settles on the
    /// variant with all types after at most n + 1.
    pub(super) fn variant(&mut self, statement: &Statement) -> Variant {
        if let Some(variants) = self.texts.get_mut(&statement.sql) {
            if let Some(found) = variants.iter().rev().find(|variant| variant.accepts(&statement.params)) {
                return found.clone();
            }
            let before = variants.last().map_or(&[][..], |last| &last.types);
            let variant = Variant {
                sql: Arc::from(format!("{} /*{}*/", statement.sql, variants.len())),
                types: declared(&statement.params, before),
            };
            variants.push(variant.clone());
            return variant;
        }
        let variant = Variant { sql: Arc::clone(&statement.sql), types: declared(&statement.params, &[]) };
        self.texts.insert(Arc::clone(&statement.sql), vec![variant.clone()]);
        variant
    }
}

fn declared(params: &[Value], before: &[TypeOid]) -> Arc<[TypeOid]> {
    let known = |position: usize| before.get(position).copied();
    params
        .iter()
        .enumerate()
        .map(|(position, value)| match value {
            Value::Null => known(position).unwrap_or_else(|| type_oid(value)),
            _ => type_oid(value),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(prepared: &mut PreparedTypes, params: Vec<Value>) -> (String, Vec<TypeOid>) {
        let variant = prepared.variant(&Statement::new("SELECT $1, $2").with_params(params));
        (variant.sql.to_string(), variant.types.to_vec())
    }

    #[test]
    fn other_types_are_another_text() {
        let mut prepared = PreparedTypes::default();
        let first = send(&mut prepared, vec![Value::Integer(1), Value::Text("a".into())]);
        let wider = send(&mut prepared, vec![Value::BigInt(1), Value::Text("a".into())]);
        assert_ne!(first.0, wider.0);
        assert_eq!(first, send(&mut prepared, vec![Value::Integer(2), Value::Null]));
        assert_eq!(wider, send(&mut prepared, vec![Value::BigInt(2), Value::Text(String::new())]));
    }

    #[test]
    fn nulls_settle_on_one_text() {
        let mut prepared = PreparedTypes::default();
        assert_eq!(send(&mut prepared, vec![Value::Null, Value::Null]).1, [0, 0]);
        assert_eq!(send(&mut prepared, vec![Value::Integer(1), Value::Null]).1, [23, 0]);
        let settled = send(&mut prepared, vec![Value::Null, Value::Text("a".into())]);
        assert_eq!(settled.1, [23, 25]);
        for params in [
            vec![Value::Integer(1), Value::Text("b".into())],
            vec![Value::Null, Value::Null],
            vec![Value::Integer(1), Value::Null],
        ] {
            assert_eq!(send(&mut prepared, params), settled);
        }
    }
}
