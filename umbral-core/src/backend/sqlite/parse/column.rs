//! Column definitions.

use super::cursor::Cursor;
use super::tokens::{Token, TokenKind};
use crate::backend::sqlite::def::{ColumnDef, ColumnRule, ColumnRuleKind, ReferencesDef};
use crate::error::Result;
use crate::schema::ReferentialAction;

/// The keywords that begin a column's constraint, and so end its type.
const RULES: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
];

/// The column that stands next.
pub(super) fn column(cursor: &mut Cursor<'_>) -> Result<ColumnDef> {
    let name = cursor.name()?;
    let declared = declared_type(cursor)?;
    let mut rules = Vec::new();
    let mut constraint = None;
    loop {
        if cursor.eat(&["CONSTRAINT"]) {
            constraint = Some(cursor.name()?);
            continue;
        }
        match rule(cursor)? {
            Some(kind) => rules.push(ColumnRule { name: constraint.take(), kind }),
            None => return Ok(ColumnDef { name, declared, rules }),
        }
    }
}

fn declared_type(cursor: &mut Cursor<'_>) -> Result<String> {
    let first = cursor.position();
    let is_rule = |token: &Token<'_>| RULES.iter().any(|rule| token.is(rule));
    while cursor.at_name() && cursor.peek().is_some_and(|token| !is_rule(token)) {
        cursor.next();
    }
    if cursor.position() > first && cursor.sees(&["("]) {
        cursor.parenthesised()?;
    }
    Ok(cursor.text(first))
}

fn rule(cursor: &mut Cursor<'_>) -> Result<Option<ColumnRuleKind>> {
    Ok(Some(if cursor.eat(&["PRIMARY", "KEY"]) {
        let descending = cursor.eat(&["DESC"]);
        cursor.eat(&["ASC"]);
        let conflict = conflict(cursor);
        ColumnRuleKind::PrimaryKey { descending, conflict, autoincrement: cursor.eat(&["AUTOINCREMENT"]) }
    } else if cursor.eat(&["NOT", "NULL"]) {
        ColumnRuleKind::NotNull { conflict: conflict(cursor) }
    } else if cursor.eat(&["NULL"]) {
        conflict(cursor);
        ColumnRuleKind::Null
    } else if cursor.eat(&["UNIQUE"]) {
        ColumnRuleKind::Unique { conflict: conflict(cursor) }
    } else if cursor.eat(&["CHECK"]) {
        ColumnRuleKind::Check(cursor.parenthesised()?)
    } else if cursor.eat(&["DEFAULT"]) {
        ColumnRuleKind::Default(default(cursor)?)
    } else if cursor.eat(&["COLLATE"]) {
        ColumnRuleKind::Collate(cursor.name()?)
    } else if cursor.eat(&["REFERENCES"]) {
        ColumnRuleKind::References(references(cursor)?)
    } else if cursor.eat(&["GENERATED", "ALWAYS", "AS"]) || cursor.eat(&["AS"]) {
        let expr = cursor.parenthesised()?;
        let stored = cursor.eat(&["STORED"]);
        cursor.eat(&["VIRTUAL"]);
        ColumnRuleKind::Generated { expr, stored }
    } else {
        return Ok(None);
    }))
}

/// `ON CONFLICT …`, or nothing.
pub(super) fn conflict(cursor: &mut Cursor<'_>) -> String {
    let first = cursor.position();
    if cursor.eat(&["ON", "CONFLICT"]) {
        cursor.next();
    }
    cursor.text(first)
}

/// An expression in parentheses, or a constant with or without a sign.
fn default(cursor: &mut Cursor<'_>) -> Result<String> {
    if cursor.sees(&["("]) {
        return Ok(format!("({})", cursor.parenthesised()?));
    }
    let first = cursor.position();
    let sign = cursor.eat(&["-"]) || cursor.eat(&["+"]);
    match cursor.next() {
        Some(token) if !sign || token.kind == TokenKind::Number => Ok(cursor.text(first)),
        _ => Err(cursor.unexpected("a constant")),
    }
}

/// What stands behind REFERENCES.
pub(super) fn references(cursor: &mut Cursor<'_>) -> Result<ReferencesDef> {
    let table = cursor.name()?;
    let columns = if cursor.sees(&["("]) { cursor.names()? } else { Vec::new() };
    let mut references = ReferencesDef {
        table,
        columns,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        rest: String::new(),
    };
    loop {
        let first = cursor.position();
        if cursor.eat(&["ON", "DELETE"]) {
            references.on_delete = action(cursor)?;
        } else if cursor.eat(&["ON", "UPDATE"]) {
            references.on_update = action(cursor)?;
        } else if cursor.eat(&["MATCH"]) {
            cursor.name()?;
            push(&mut references.rest, &cursor.text(first));
        } else if cursor.eat(&["NOT", "DEFERRABLE"]) || cursor.eat(&["DEFERRABLE"]) {
            if cursor.eat(&["INITIALLY"]) {
                cursor.next();
            }
            push(&mut references.rest, &cursor.text(first));
        } else {
            return Ok(references);
        }
    }
}

fn push(rest: &mut String, clause: &str) {
    if !rest.is_empty() {
        rest.push(' ');
    }
    rest.push_str(clause);
}

fn action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction> {
    Ok(if cursor.eat(&["SET", "NULL"]) {
        ReferentialAction::SetNull
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        ReferentialAction::SetDefault
    } else if cursor.eat(&["CASCADE"]) {
        ReferentialAction::Cascade
    } else if cursor.eat(&["RESTRICT"]) {
        ReferentialAction::Restrict
    } else if cursor.eat(&["NO", "ACTION"]) {
        ReferentialAction::NoAction
    } else {
        return Err(cursor.unexpected("an action"));
    })
}
