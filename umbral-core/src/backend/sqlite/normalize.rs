//! What introspection reports of a schema that was created here.

use super::dialect::SqliteDialect;
use super::read::logical_expr;
use super::types::BINARY;
use crate::backend::{Dialect, ExprContext};
use crate::schema::expr::Literal;
use crate::schema::{ConstraintKind, Expr, Schema, Table};

/// The schema as it would be read back: keys are NOT NULL, and expressions went through SQLite's text.
pub(super) fn normalize(schema: &Schema) -> Schema {
    Schema { tables: schema.tables.iter().map(|(name, table)| (name.clone(), normalized(table))).collect() }
}

fn normalized(table: &Table) -> Table {
    let mut result = table.clone();
    // There is no place for comments.
    result.comment = None;
    for column in result.columns.values_mut() {
        column.comment = None;
        column.collation =
            column.collation.take().map(|name| name.to_ascii_uppercase()).filter(|name| name != BINARY);
        column.nullable &= !table.primary_key.contains(&column.name);
        column.default = column
            .default
            .take()
            .filter(|default| *default != Expr::Literal(Literal::Null))
            .map(|default| stored(&default, ExprContext::of(table).value(&column.ty)));
        if let Some(generated) = &mut column.generated {
            generated.expr = stored(&generated.expr, ExprContext::of(table).value(&column.ty));
        }
    }
    for constraint in result.constraints.values_mut() {
        if let ConstraintKind::Check(check) = &mut constraint.kind {
            check.expr = stored(&check.expr, ExprContext::of(table));
        }
    }
    for index in result.indexes.values_mut() {
        for column in &mut index.columns {
            column.expr = stored(&column.expr, ExprContext::of(table));
        }
        index.predicate = index.predicate.take().map(|predicate| stored(&predicate, ExprContext::of(table)));
    }
    result
}

/// The expression written as SQLite's text and read again; what SQLite cannot express stays as it is.
fn stored(expr: &Expr, context: ExprContext<'_>) -> Expr {
    match SqliteDialect.expr(expr, context) {
        Ok(sql) => logical_expr(&sql, context),
        Err(_) => expr.clone(),
    }
}
