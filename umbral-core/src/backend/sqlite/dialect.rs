//! SQLite's text.

use super::expr::lower;
use super::quote;
use crate::backend::standard::expr::{ExprText, render};
use crate::backend::{Dialect, ExprContext, SeaQuery};
use crate::error::Result;
use crate::schema::expr::Literal;
use crate::schema::{Expr, SqlType};
use sea_query::{
    DeleteStatement, InsertStatement, SelectStatement, SqliteQueryBuilder, UpdateStatement, Values,
};

/// SQLite's text.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn select(&self, statement: &SelectStatement) -> (String, Values) {
        SeaQuery(SqliteQueryBuilder).select(statement)
    }

    fn insert(&self, statement: &InsertStatement) -> (String, Values) {
        SeaQuery(SqliteQueryBuilder).insert(statement)
    }

    fn update(&self, statement: &UpdateStatement) -> (String, Values) {
        SeaQuery(SqliteQueryBuilder).update(statement)
    }

    fn delete(&self, statement: &DeleteStatement) -> (String, Values) {
        SeaQuery(SqliteQueryBuilder).delete(statement)
    }

    fn quote_identifier(&self, name: &str) -> String {
        quote::identifier(name)
    }

    fn quote_text(&self, text: &str) -> String {
        quote::text(text)
    }

    fn placeholder(&self, position: usize) -> String {
        format!("?{position}")
    }

    fn literal_limit(&self) -> bool {
        true
    }

    fn expr(&self, expr: &Expr, context: ExprContext<'_>) -> Result<String> {
        render(&lower(expr, context)?, &StoredText)
    }
}

/// Writes expressions over stored values, as [`lower`] makes them.
struct StoredText;

impl ExprText for StoredText {
    fn identifier(&self, name: &str) -> String {
        quote::identifier(name)
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Boolean(value) => u8::from(*value).to_string(),
            Literal::Number(number) => number.clone(),
            Literal::Text(text) => quote::text(text),
            Literal::Bytes(bytes) => quote::bytes(bytes),
        }
    }

    fn now(&self) -> String {
        "CURRENT_TIMESTAMP".to_owned()
    }

    fn cast_type(&self, ty: &SqlType) -> Result<String> {
        super::types::declared(ty)
    }
}
