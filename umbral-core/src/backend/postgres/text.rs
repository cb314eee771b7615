//! SQL text: quoting, expressions, statements.

use super::{Postgres, types};
use crate::backend::standard::expr::{ExprText, render};
use crate::backend::standard::expr_type::type_of;
use crate::backend::standard::lookups::{self, placed};
use crate::backend::{ContentLookup, Dialect, ExprContext, JsonLookup, JsonStep, Lookups, SeaQuery};
use crate::error::Result;
use crate::schema::expr::Literal;
use crate::schema::{Expr, SqlType};
use crate::value::Value;
use sea_query::extension::postgres::PgFunc;
use sea_query::{
    DeleteStatement, ExprTrait, InsertStatement, PostgresQueryBuilder, SelectStatement, UpdateStatement,
    Values,
};

/// An identifier in quotes.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text constant in quotes. A backslash is itself: every connection sets `standard_conforming_strings`.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Dialect for Postgres {
    fn select(&self, statement: &SelectStatement) -> (String, Values) {
        SeaQuery::<PostgresQueryBuilder>::default().select(statement)
    }

    fn insert(&self, statement: &InsertStatement) -> (String, Values) {
        SeaQuery::<PostgresQueryBuilder>::default().insert(statement)
    }

    fn update(&self, statement: &UpdateStatement) -> (String, Values) {
        SeaQuery::<PostgresQueryBuilder>::default().update(statement)
    }

    fn delete(&self, statement: &DeleteStatement) -> (String, Values) {
        SeaQuery::<PostgresQueryBuilder>::default().delete(statement)
    }

    fn quote_identifier(&self, name: &str) -> String {
        identifier(name)
    }

    fn quote_text(&self, text: &str) -> String {
        quoted(text)
    }

    fn placeholder(&self, position: usize) -> String {
        format!("${position}")
    }

    fn literal_limit(&self) -> bool {
        false
    }

    /// The rows of UNNEST come in the order of its arrays, and are inserted and returned in that order.
    fn insert_columns(&self, table: &str, columns: &[(&str, SqlType)], returning: &[&str]) -> Option<String> {
        // UNNEST takes an array of arrays apart into its innermost elements.
        if columns.is_empty() || columns.iter().any(|(_, ty)| matches!(ty, SqlType::Array(_))) {
            return None;
        }
        let list = |names: Vec<String>| names.join(", ");
        let names = list(columns.iter().map(|(name, _)| identifier(name)).collect());
        let array = |(position, (_, ty)): (usize, &(&str, SqlType))| {
            let place = self.placeholder(position + 1);
            match self.parameter_cast(&SqlType::Array(Box::new(ty.clone()))) {
                Some(ty) => format!("CAST({place} AS {ty})"),
                None => place,
            }
        };
        let arrays = list(columns.iter().enumerate().map(array).collect());
        let mut sql = format!("INSERT INTO {} ({names}) SELECT * FROM UNNEST({arrays})", identifier(table));
        if !returning.is_empty() {
            sql.push_str(" RETURNING ");
            sql.push_str(&list(returning.iter().map(|name| identifier(name)).collect()));
        }
        Some(sql)
    }

    /// An array of an enum's labels is sent as one of texts, and what has no binary form that a client writes as text.
    fn parameter_cast(&self, ty: &SqlType) -> Option<String> {
        match ty {
            ty if types::is_sent_as_text(ty) => Some(types::name(ty)),
            SqlType::Array(element) if element.enum_of().is_some() => Some(types::name(ty)),
            // Beside text the column would be text, which no index over it serves.
            SqlType::Char(_) => Some("bpchar".to_owned()),
            SqlType::Array(element) if types::is_sent_as_text(element) => Some(types::name(ty)),
            _ => None,
        }
    }

    fn expr(&self, expr: &Expr, context: ExprContext<'_>) -> Result<String> {
        render(expr, &Text { backend: self, now: now_for(expr, context) })
    }
}

impl Lookups for Postgres {
    /// LIKE regards the blanks that a `char(n)` is filled up with.
    fn without_padding(&self, subject: sea_query::Expr) -> sea_query::Expr {
        sea_query::ExprTrait::cast_as(subject, "text")
    }

    /// The steps as an array of texts.
    fn json_path(&self, steps: &[JsonStep]) -> Value {
        let text = |step: &JsonStep| match step {
            JsonStep::Key(key) => Value::Text(key.clone()),
            JsonStep::Index(index) => Value::Text(index.to_string()),
        };
        Value::Array { element: SqlType::Text, items: steps.iter().map(text).collect() }
    }

    fn json_condition(
        &self,
        lookup: JsonLookup,
        subject: sea_query::Expr,
        path: sea_query::Expr,
        operand: sea_query::Expr,
    ) -> Result<sea_query::Expr> {
        let kind = "jsonb_typeof($1 #> $2)";
        let text = match lookup {
            JsonLookup::Exists => "($1 #> $2) IS NOT NULL".to_owned(),
            JsonLookup::Null => format!("{kind} = 'null'"),
            // By code points, as the texts of a document compare everywhere.
            JsonLookup::Text(comparison) => {
                let operator = comparison.operator();
                format!("({kind} = 'string' AND ($1 #>> $2) COLLATE \"C\" {operator} $3)")
            }
            JsonLookup::Number(comparison) => {
                format!("({kind} = 'number' AND ($1 #> $2) {} to_jsonb($3))", comparison.operator())
            }
            JsonLookup::Boolean => "($1 #> $2) = to_jsonb($3)".to_owned(),
            JsonLookup::Contains => "($1 #> $2) @> $3".to_owned(),
        };
        let operand = lookup.has_operand().then_some(operand);
        Ok(sea_query::Expr::cust_with_exprs(text, [subject, path].into_iter().chain(operand)))
    }

    fn content_condition(
        &self,
        lookup: ContentLookup,
        subject: sea_query::Expr,
        operands: Vec<sea_query::Expr>,
    ) -> Result<sea_query::Expr> {
        // Functions for the keys of an hstore, whose operators have a question mark in them.
        let text = match lookup {
            ContentLookup::Contains => "$1 @> $2",
            ContentLookup::ContainedBy => "$1 <@ $2",
            ContentLookup::Overlaps => "$1 && $2",
            ContentLookup::Adjacent => "$1 -|- $2",
            ContentLookup::Before => "$1 << $2",
            ContentLookup::After => "$1 >> $2",
            ContentLookup::IsEmpty => "isempty($1)",
            ContentLookup::HasKey => "exist($1, $2)",
            ContentLookup::HasKeys => "exists_all($1, $2)",
            ContentLookup::HasAnyKey => "exists_any($1, $2)",
            ContentLookup::Matches => "$1 ~ CAST($2 AS lquery)",
            ContentLookup::Words => "$1 @@ websearch_to_tsquery($2)",
            ContentLookup::WordsIn => "$1 @@ websearch_to_tsquery(CAST($3 AS regconfig), $2)",
        };
        Ok(sea_query::Expr::cust_with_exprs(text, [subject].into_iter().chain(operands)))
    }

    /// One array, so that lists of all lengths are one statement. A list of arrays would be an array of arrays, which
    /// does not keep where one ends.
    fn list_parameters(&self, element: &SqlType, items: Vec<Value>) -> Vec<Value> {
        match element {
            SqlType::Array(_) => lookups::padded(items),
            _ => vec![Value::Array { element: element.clone(), items }],
        }
    }

    fn list_condition(
        &self,
        element: &SqlType,
        subject: sea_query::Expr,
        parameters: Vec<sea_query::Expr>,
    ) -> sea_query::Expr {
        match (element, parameters.into_iter()) {
            (SqlType::Array(_), parameters) => {
                lookups::is_in(subject, parameters.map(|place| placed(self, element, place)).collect())
            }
            (_, mut parameters) => {
                let list = parameters.next().unwrap_or(sea_query::Expr::null());
                subject.eq(PgFunc::any(placed(self, &SqlType::Array(Box::new(element.clone())), list)))
            }
        }
    }
}

/// Expressions as PostgreSQL writes them.
struct Text<'a> {
    backend: &'a Postgres,
    now: &'static str,
}

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
                format!("'\\x{digits}'::bytea")
            }
        }
    }

    fn now(&self) -> String {
        self.now.to_owned()
    }

    fn cast_type(&self, ty: &SqlType) -> Result<String> {
        types::type_name(self.backend, ty)
    }
}

/// The present as a value of the expression's type. A type without a zone takes UTC, whatever zone a connection is
/// in: the cast that PostgreSQL would make follows the connection's.
fn now_for(expr: &Expr, context: ExprContext<'_>) -> &'static str {
    let own = type_of(expr, context.table);
    match context.ty.or(own.as_ref()) {
        Some(SqlType::Timestamp) => NOW_TIMESTAMP,
        Some(SqlType::Date) => NOW_DATE,
        Some(SqlType::Time) => NOW_TIME,
        _ => "CURRENT_TIMESTAMP",
    }
}

/// The present as a timestamp without a zone.
const NOW_TIMESTAMP: &str = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
/// The present as a day.
const NOW_DATE: &str = "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)";
/// The present as a time of day.
const NOW_TIME: &str = "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::time)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, Table};
    use sea_query::{Alias, Asterisk, Expr as SeaExpr, Query};

    #[test]
    fn quotes_are_doubled_and_nothing_else_is_special() {
        assert_eq!(identifier("a\"b\\"), "\"a\"\"b\\\"");
        assert_eq!(quoted("it's \\ \"x\""), "'it''s \\ \"x\"'");
    }

    #[test]
    fn lists_are_one_array_whatever_their_length() {
        let backend = Postgres::newest();
        let items = vec![Value::Integer(1), Value::Integer(2)];
        let parameters = backend.list_parameters(&SqlType::Integer, items.clone());
        assert_eq!(parameters, [Value::Array { element: SqlType::Integer, items }]);
        let place = SeaExpr::cust("$1");
        let condition = backend.list_condition(&SqlType::Integer, SeaExpr::col("id"), vec![place]);
        let select = Query::select().column(Asterisk).from(Alias::new("t")).and_where(condition).to_owned();
        assert_eq!(backend.select(&select).0, r#"SELECT * FROM "t" WHERE "id" = ANY($1)"#);
    }

    #[test]
    fn the_present_follows_the_type_that_it_is_stored_as() {
        let backend = Postgres::newest();
        let table = Table::new("t").with_column(Column::new("at", SqlType::Timestamp));
        let text = |ty| backend.expr(&Expr::Now, ExprContext::of(&table).value(&ty)).unwrap();
        assert_eq!(text(SqlType::TimestampTz), "CURRENT_TIMESTAMP");
        assert_eq!(text(SqlType::Timestamp), NOW_TIMESTAMP);
        assert_eq!(text(SqlType::Date), NOW_DATE);
        assert_eq!(text(SqlType::Time), NOW_TIME);
    }

    #[test]
    fn constants_of_every_kind() {
        let backend = Postgres::newest();
        for (expr, sql) in [
            ("NULL", "NULL"),
            ("TRUE", "TRUE"),
            ("-12.50", "-12.50"),
            ("'it''s'", "'it''s'"),
            ("x'00ff'", "'\\x00ff'::bytea"),
            ("CAST(a AS json)", "CAST(\"a\" AS jsonb)"),
        ] {
            let expr: Expr = expr.parse().unwrap();
            assert_eq!(backend.expr(&expr, ExprContext::default()).unwrap(), sql);
        }
        let nested: Expr = "CAST(a AS decimal(39, 0))".parse().unwrap();
        assert!(backend.expr(&nested, ExprContext::default()).unwrap_err().is_unsupported());
    }
}
