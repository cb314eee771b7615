//! `CREATE INDEX`, and the key lists of constraints.

use super::cursor::Cursor;
use super::tokens::Token;
use crate::backend::sqlite::def::{Key, KeyDef, keys_sql};
use crate::backend::sqlite::quote::identifier;
use crate::error::Result;

/// An index's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct IndexDef {
    pub(in super::super) unique: bool,
    pub(in super::super) keys: Vec<KeyDef>,
    /// The text behind WHERE.
    pub(in super::super) predicate: Option<String>,
}

impl IndexDef {
    /// Its `CREATE INDEX` text, under another name or on a table of another name.
    pub(in super::super) fn sql(&self, name: &str, table: &str) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        let predicate = self.predicate.as_ref().map_or(String::new(), |text| format!(" WHERE {text}"));
        format!(
            "CREATE {unique}INDEX {} ON {} ({}){predicate}",
            identifier(name),
            identifier(table),
            keys_sql(&self.keys)
        )
    }
}

/// Reads a `CREATE INDEX` text.
///
/// # Errors
/// Where it is none.
pub(in super::super) fn parse_index(sql: &str) -> Result<IndexDef> {
    let cursor = &mut Cursor::new(sql);
    cursor.demand("CREATE")?;
    let unique = cursor.eat(&["UNIQUE"]);
    cursor.demand("INDEX")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    if cursor.eat(&["."]) {
        cursor.name()?;
    }
    cursor.demand("ON")?;
    cursor.name()?;
    let keys = keys(cursor)?;
    let predicate = cursor.eat(&["WHERE"]).then(|| cursor.until(|token| token.is(";")));
    Ok(IndexDef { unique, keys, predicate })
}

/// Keys in parentheses.
pub(super) fn keys(cursor: &mut Cursor<'_>) -> Result<Vec<KeyDef>> {
    cursor.demand("(")?;
    let mut keys = Vec::new();
    loop {
        keys.push(key(cursor)?);
        if cursor.eat(&[")"]) {
            return Ok(keys);
        }
        cursor.demand(",")?;
    }
}

fn key(cursor: &mut Cursor<'_>) -> Result<KeyDef> {
    let ends = |token: &Token<'_>| ["COLLATE", "ASC", "DESC", ",", ")"].iter().any(|end| token.is(end));
    let first = cursor.position();
    let name = cursor.peek().and_then(Token::name);
    let text = cursor.until(ends);
    let key = match name {
        Some(name) if cursor.position() == first + 1 => Key::Column(name),
        _ => Key::Expr(text),
    };
    let mut key = KeyDef { key, collation: None, descending: false };
    if cursor.eat(&["COLLATE"]) {
        key.collation = Some(cursor.name()?);
    }
    key.descending = cursor.eat(&["DESC"]);
    cursor.eat(&["ASC"]);
    // Old versions accept AUTOINCREMENT behind a table's key.
    cursor.eat(&["AUTOINCREMENT"]);
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_columns_or_expressions() {
        let index = parse_index(
            "CREATE UNIQUE INDEX IF NOT EXISTS main.\"i\" ON [t] (a, \"b c\" COLLATE NOCASE DESC, lower(d) ASC, (e + 1)) \
             WHERE a > 0 AND (b IS NOT NULL);",
        )
        .unwrap();
        assert!(index.unique);
        assert_eq!(index.keys[0], KeyDef::column("a"));
        assert_eq!(index.keys[1].collation.as_deref(), Some("NOCASE"));
        assert!(index.keys[1].descending);
        assert_eq!(index.keys[2].key, Key::Expr("lower(d)".into()));
        assert_eq!(index.keys[3].key, Key::Expr("(e + 1)".into()));
        assert_eq!(index.predicate.as_deref(), Some("a > 0 AND (b IS NOT NULL)"));
    }
}
