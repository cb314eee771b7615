//! SQL text: quoting, statements, expressions.

use super::returning::InsertReturning;
use super::{MySql, expr, features};
use crate::backend::standard::expr::{ExprText, render};
use crate::backend::standard::lookups;
use crate::backend::{BackendFeature, DatabaseBackend, Dialect, ExprContext, JsonLookup, Lookups, SeaQuery};
use crate::error::Result;
use crate::schema::expr::Literal;
use crate::schema::{Expr, SqlType};
use sea_query::{
    BinOper, DeleteStatement, ExprTrait, InsertStatement, MysqlQueryBuilder, SelectStatement,
    UpdateStatement, Values,
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
        if self.supports(BackendFeature::InsertReturning) {
            return statement.build(InsertReturning);
        }
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

    /// `You can't specify target table for update in FROM clause`; `doesn't yet support 'LIMIT & IN/ALL/ANY/SOME
    /// subquery'`.
    fn reads_what_it_changes(&self) -> bool {
        false
    }

    /// MariaDB does by the mode that its connections are given.
    fn assigns_at_once(&self) -> bool {
        self.release.family == super::release::Family::MariaDb
    }

    /// MariaDB has no `FOR UPDATE OF`.
    fn names_locked_tables(&self) -> bool {
        self.release.has(features::LOCK_OF)
    }

    /// More than in a file of one's own: each statement is a way to the server and back.
    fn insert_rows(&self) -> &'static [usize] {
        &[500, 100, 20, 4, 1]
    }

    fn compares_enums_by_place(&self) -> bool {
        false
    }

    fn expr(&self, expr: &Expr, context: ExprContext<'_>) -> Result<String> {
        stored_text(self, &expr::lower(self, expr, context)?)
    }
}

/// The text of an expression over stored values.
pub(super) fn stored_text(backend: &MySql, stored: &Expr) -> Result<String> {
    render(stored, &Text(backend))
}

/// LIKE takes a backslash as its escape and compares by the column's collation, which regards case; lists are padded, as
/// in every database without arrays.
impl Lookups for MySql {
    /// A text beside a JSON document is taken for a document that is a string, where documents are no text.
    fn document(&self, parameter: sea_query::Expr) -> sea_query::Expr {
        match self.supports(BackendFeature::JsonbColumns) {
            true => parameter.cast_as("JSON"),
            false => parameter,
        }
    }

    /// Texts compare as bytes, which is by code points: what a function returns has a collation of its own, that may
    /// disregard case or spaces at the end. Where documents are text, their numbers are too.
    fn json_condition(
        &self,
        lookup: JsonLookup,
        subject: sea_query::Expr,
        path: sea_query::Expr,
        operand: sea_query::Expr,
    ) -> Result<sea_query::Expr> {
        let custom = |text: &str, values: &[&sea_query::Expr]| {
            sea_query::Expr::cust_with_exprs(text.to_owned(), values.iter().map(|value| (*value).clone()))
        };
        let (subject, path) = (&subject, &path);
        Ok(match lookup {
            JsonLookup::Exists => custom("JSON_EXTRACT(?, ?) IS NOT NULL", &[subject, path]),
            JsonLookup::Null => {
                custom("CAST(JSON_TYPE(JSON_EXTRACT(?, ?)) AS BINARY) = 'NULL'", &[subject, path])
            }
            JsonLookup::Text(comparison) => {
                let text = format!(
                    "(CAST(JSON_TYPE(JSON_EXTRACT(?, ?)) AS BINARY) = 'STRING' \
                     AND CAST(JSON_UNQUOTE(JSON_EXTRACT(?, ?)) AS BINARY) {} CAST(? AS BINARY))",
                    comparison.operator()
                );
                custom(&text, &[subject, path, subject, path, &operand])
            }
            JsonLookup::Number(comparison) => {
                // A number in text is compared with every digit; one in a document with a document that is one.
                let (number, operand) = match self.supports(BackendFeature::JsonbColumns) {
                    true => ("JSON_EXTRACT(?, ?)", self.document(operand)),
                    false => ("CAST(JSON_EXTRACT(?, ?) AS DECIMAL(65, 30))", operand),
                };
                let text = format!(
                    "(CAST(JSON_TYPE(JSON_EXTRACT(?, ?)) AS BINARY) \
                     IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') AND {number} {} ?)",
                    comparison.operator()
                );
                custom(&text, &[subject, path, subject, path, &operand])
            }
            JsonLookup::Boolean => custom(
                "(CAST(JSON_TYPE(JSON_EXTRACT(?, ?)) AS BINARY) = 'BOOLEAN' \
                 AND CAST(JSON_UNQUOTE(JSON_EXTRACT(?, ?)) AS BINARY) = IF(?, 'true', 'false'))",
                &[subject, path, subject, path, &operand],
            ),
            JsonLookup::Contains => {
                custom("JSON_CONTAINS(?, ?, ?)", &[subject, &self.document(operand), path])
            }
        })
    }

    /// `/` keeps the rest.
    fn whole_quotient(&self, left: sea_query::Expr, right: sea_query::Expr) -> sea_query::Expr {
        left.binary(BinOper::Custom("DIV"), right)
    }

    fn list_condition(
        &self,
        element: &SqlType,
        subject: sea_query::Expr,
        parameters: Vec<sea_query::Expr>,
    ) -> sea_query::Expr {
        let parameters = match element {
            SqlType::Json => parameters.into_iter().map(|parameter| self.document(parameter)).collect(),
            _ => parameters,
        };
        lookups::is_in(subject, parameters)
    }
}

/// Expressions as the servers write them.
pub(super) struct Text<'a>(pub(super) &'a MySql);

impl ExprText for Text<'_> {
    fn identifier(&self, name: &str) -> String {
        identifier(name)
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Boolean(true) => "TRUE".to_owned(),
            Literal::Boolean(false) => "FALSE".to_owned(),
            Literal::Number(number) => number.clone(),
            Literal::Text(text) => quoted(text),
            Literal::Bytes(bytes) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("x'{digits}'")
            }
        }
    }

    fn now(&self) -> String {
        expr::NOW.to_owned()
    }

    fn cast_type(&self, ty: &SqlType) -> Result<String> {
        expr::cast_type(self.0, ty)
    }
}
