//! SQL text: quoting, expressions, statements.

use super::MySql;
use crate::backend::{Dialect, ExprContext, Lookups, SeaQuery};
use crate::error::{Error, Result};
use crate::schema::Expr;
use sea_query::{
    DeleteStatement, InsertStatement, MysqlQueryBuilder, SelectStatement, UpdateStatement, Values,
};

/// An identifier in quotes.
pub(super) fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text constant in quotes. A backslash is an escape: no connection sets `NO_BACKSLASH_ESCAPES`.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

impl Dialect for MySql {
    fn select(&self, statement: &SelectStatement) -> (String, Values) {
        SeaQuery::<MysqlQueryBuilder>::default().select(statement)
    }

    fn insert(&self, statement: &InsertStatement) -> (String, Values) {
        SeaQuery::<MysqlQueryBuilder>::default().insert(statement)
    }

    fn update(&self, statement: &UpdateStatement) -> (String, Values) {
        SeaQuery::<MysqlQueryBuilder>::default().update(statement)
    }

    fn delete(&self, statement: &DeleteStatement) -> (String, Values) {
        SeaQuery::<MysqlQueryBuilder>::default().delete(statement)
    }

    fn quote_identifier(&self, name: &str) -> String {
        identifier(name)
    }

    fn quote_text(&self, text: &str) -> String {
        quoted(text)
    }

    fn placeholder(&self, _position: usize) -> String {
        "?".to_owned()
    }

    fn literal_limit(&self) -> bool {
        false
    }

    fn expr(&self, _expr: &Expr, _context: ExprContext<'_>) -> Result<String> {
        Err(Error::unsupported("expressions", "not yet"))
    }
}

impl Lookups for MySql {}
