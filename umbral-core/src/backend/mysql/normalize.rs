//! What the servers report back for a schema that was created in them.

use super::MySql;
use super::expr::{canonical, default_value, reported};
use super::types::{collation, folded};
use crate::backend::{Dialect, ExprContext};
use crate::schema::{
    Constraint, ConstraintKind, Expr, Index, ReferentialAction, Schema, SortOrder, SqlType, Table,
};

/// See [`DatabaseBackend::normalize`](crate::backend::DatabaseBackend::normalize).
pub(super) fn normalize(backend: &MySql, schema: &Schema) -> Schema {
    Schema::new(schema.tables.values().map(|table| {
        let stored = |expr: &Expr, ty: Option<&SqlType>| stored(backend, table, expr, ty);
        let mut table = with_exprs(table.clone(), &stored);
        for column in table.columns.values_mut() {
            column.collation = column.collation.take().filter(|name| name != collation(backend));
        }
        comparable(table)
    }))
}

/// The expression written as the server's text and read again; what it cannot express stays as it is.
fn stored(backend: &MySql, table: &Table, expr: &Expr, ty: Option<&SqlType>) -> Expr {
    let context = ExprContext { table: Some(table), ty };
    match backend.expr(expr, context) {
        Ok(sql) => reported(&sql),
        Err(_) => expr.clone(),
    }
}

/// Changes every expression of a table; the type is that of the column of a default, or of what is generated.
fn with_exprs(mut table: Table, change: &dyn Fn(&Expr, Option<&SqlType>) -> Expr) -> Table {
    for column in table.columns.values_mut() {
        column.default = column.default.as_ref().map(|default| change(default, Some(&column.ty)));
        if let Some(generated) = &mut column.generated {
            generated.expr = change(&generated.expr, Some(&column.ty));
        }
    }
    for constraint in table.constraints.values_mut() {
        if let ConstraintKind::Check(check) = &mut constraint.kind {
            check.expr = change(&check.expr, None);
        }
    }
    for index in table.indexes.values_mut() {
        index.columns.iter_mut().for_each(|key| key.expr = change(&key.expr, None));
        index.predicate = index.predicate.as_ref().map(|predicate| change(predicate, None));
    }
    table
}

/// Brings a table, created or found, to the form in which the two compare.
pub(super) fn comparable(mut table: Table) -> Table {
    for column in table.columns.values_mut() {
        column.ty = folded(column.ty.clone());
    }
    // Expressions are read against the columns as they are.
    let columns = table.clone();
    for column in table.columns.values_mut() {
        // A key, and a column that the database counts, is NOT NULL by itself.
        column.nullable &= !column.identity && !table.primary_key.contains(&column.name);
        column.default = column.default.take().and_then(|default| default_value(default, &column.ty));
        if let Some(generated) = &mut column.generated {
            generated.expr = canonical(generated.expr.clone(), &columns, Some(&column.ty));
        }
    }
    for constraint in table.constraints.values_mut() {
        match &mut constraint.kind {
            ConstraintKind::Check(check) => {
                check.expr = canonical(check.expr.clone(), &columns, Some(&SqlType::Boolean));
            }
            // One of them is the word for the other.
            ConstraintKind::ForeignKey(key) => {
                for action in [&mut key.on_delete, &mut key.on_update] {
                    if *action == ReferentialAction::Restrict {
                        *action = ReferentialAction::NoAction;
                    }
                }
            }
            ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => {}
        }
    }
    for index in table.indexes.values_mut() {
        for key in &mut index.columns {
            key.expr = canonical(key.expr.clone(), &columns, None);
        }
    }
    unique_indexes_are_constraints(table)
}

/// A unique constraint is a unique index here, and the other way round.
fn unique_indexes_are_constraints(mut table: Table) -> Table {
    let is_constraint = |index: &Index| {
        index.unique_columns().is_some() && index.columns.iter().all(|key| key.order == SortOrder::Ascending)
    };
    let names: Vec<String> =
        table.indexes.values().filter(|index| is_constraint(index)).map(|index| index.name.clone()).collect();
    for name in names {
        if let Some(columns) = table.indexes.remove(&name).as_ref().and_then(Index::unique_columns) {
            let constraint = Constraint::unique(name, columns);
            table.constraints.insert(constraint.name.clone(), constraint);
        }
    }
    table
}
