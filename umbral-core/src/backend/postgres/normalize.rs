//! What PostgreSQL reports back for a schema that was created in it.

use super::implicit::{constant_of, without_implicit_casts};
use crate::backend::standard::expr_type::type_of;
use crate::schema::expr::Literal;
use crate::schema::{
    Column, ConstraintKind, Expr, IndexColumn, IndexMethod, NullsOrder, Schema, SortOrder, SqlType, Table,
};

/// See [`DatabaseBackend::normalize`](crate::backend::DatabaseBackend::normalize).
pub(super) fn normalize(schema: &Schema) -> Schema {
    Schema::new(schema.tables.values().cloned().map(table))
}

/// Brings a table, created or found, to the form in which the two compare.
pub(super) fn table(mut table: Table) -> Table {
    // Expressions are read against the columns as they were.
    let columns = table.clone();
    for column in table.columns.values_mut() {
        // A key, and a column that the database counts, is NOT NULL by itself.
        column.nullable &= !column.identity && !table.primary_key.contains(&column.name);
        column.collation = column.collation.take().filter(|name| name != "default");
        column.default = column.default.take().and_then(|default| default_value(default, &column.ty));
        if let Some(generated) = &mut column.generated {
            replace(&mut generated.expr, &columns);
        }
    }
    for constraint in table.constraints.values_mut() {
        match &mut constraint.kind {
            ConstraintKind::Check(check) => replace(&mut check.expr, &columns),
            ConstraintKind::Exclusion(exclusion) => {
                let method = exclusion.method;
                exclusion
                    .elements
                    .iter_mut()
                    .for_each(|element| index_key(&mut element.key, method, &columns));
                exclusion.predicate.iter_mut().for_each(|predicate| replace(predicate, &columns));
            }
            ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => {}
        }
    }
    for index in table.indexes.values_mut() {
        index.columns.iter_mut().for_each(|key| index_key(key, index.method, &columns));
        if let Some(predicate) = &mut index.predicate {
            replace(predicate, &columns);
        }
    }
    table
}

fn index_key(key: &mut IndexColumn, method: IndexMethod, table: &Table) {
    replace(&mut key.expr, table);
    key.class = key.class.take().filter(|class| !is_usual(class, &key.expr, method, table));
    // NULL is greater than every value, unless it is said to be otherwise.
    let usual = if key.order == SortOrder::Descending { NullsOrder::First } else { NullsOrder::Last };
    key.nulls = key.nulls.filter(|nulls| *nulls != usual);
}

/// Whether an operator class is the one that an index of this method has for the type by itself.
fn is_usual(class: &str, key: &Expr, method: IndexMethod, table: &Table) -> bool {
    let Some(ty) = type_of(key, Some(table)) else { return false };
    let usual = match (method, &ty) {
        (
            IndexMethod::BTree | IndexMethod::Hash | IndexMethod::SpGist,
            SqlType::Varchar(_) | SqlType::Text,
        ) => "text_ops",
        (IndexMethod::BTree | IndexMethod::Hash, SqlType::Char(_)) => "bpchar_ops",
        (IndexMethod::BTree | IndexMethod::Hash | IndexMethod::Gin, SqlType::Json) => "jsonb_ops",
        (IndexMethod::Gist, SqlType::Array(element)) if **element == SqlType::Ltree => "gist__ltree_ops",
        (IndexMethod::BTree | IndexMethod::Hash | IndexMethod::Gin, SqlType::Array(_)) => "array_ops",
        (IndexMethod::Brin, SqlType::Range(_)) => "range_inclusion_ops",
        (_, SqlType::Range(_)) => "range_ops",
        (_, SqlType::TsVector) => "tsvector_ops",
        (IndexMethod::BTree, SqlType::Hstore) => "btree_hstore_ops",
        (IndexMethod::Hash, SqlType::Hstore) => "hash_hstore_ops",
        (IndexMethod::Gist, SqlType::Hstore) => "gist_hstore_ops",
        (IndexMethod::Gin, SqlType::Hstore) => "gin_hstore_ops",
        (IndexMethod::BTree, SqlType::Ltree) => "ltree_ops",
        (IndexMethod::Hash, SqlType::Ltree) => "hash_ltree_ops",
        (IndexMethod::Gist, SqlType::Ltree) => "gist_ltree_ops",
        (IndexMethod::BTree | IndexMethod::Hash, ty) => {
            return class.strip_suffix("_ops") == internal_name(ty);
        }
        (IndexMethod::Gist, ty) => {
            let class = class.strip_prefix("gist_").and_then(|class| class.strip_suffix("_ops"));
            return class.is_some() && class == name_in_btree_gist(ty);
        }
        _ => return false,
    };
    class == usual
}

/// What PostgreSQL calls a type in the names of its operator classes.
fn internal_name(ty: &SqlType) -> Option<&'static str> {
    Some(match super::range::stored(ty) {
        SqlType::SmallInt => "int2",
        SqlType::Integer => "int4",
        SqlType::BigInt => "int8",
        SqlType::Real => "float4",
        SqlType::Double => "float8",
        SqlType::Boolean => "bool",
        SqlType::Decimal { .. } => "numeric",
        SqlType::Bytes => "bytea",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::Timestamp => "timestamp",
        SqlType::TimestampTz => "timestamptz",
        SqlType::Uuid => "uuid",
        SqlType::Interval => "interval",
        SqlType::Inet => "inet",
        SqlType::Cidr => "inet",
        SqlType::MacAddr => "macaddr",
        _ => return None,
    })
}

/// What the extension btree_gist, which has the usual operator classes of such types, calls a type in their names.
fn name_in_btree_gist(ty: &SqlType) -> Option<&'static str> {
    Some(match ty {
        SqlType::Varchar(_) | SqlType::Text => "text",
        SqlType::Char(_) => "bpchar",
        SqlType::Cidr => "cidr",
        SqlType::Bit(_) => "bit",
        SqlType::Enum(_) => "enum",
        ty => return internal_name(ty),
    })
}

fn replace(expr: &mut Expr, table: &Table) {
    let taken = std::mem::replace(expr, Expr::Literal(Literal::Null));
    *expr = without_implicit_casts(taken, table);
}

/// A default. `DEFAULT NULL` is none, and a constant is of its column's type without a cast.
fn default_value(default: Expr, ty: &SqlType) -> Option<Expr> {
    let default = match without_implicit_casts(default, &Table::default()) {
        Expr::Cast { operand, .. } if operand.is_constant() => *operand,
        other => other,
    };
    let default = constant_of(default, Some(ty));
    (default != Expr::Literal(Literal::Null)).then_some(default)
}

/// A column as introspection finds it.
pub(super) fn found(
    name: String,
    ty: SqlType,
    nullable: bool,
    identity: bool,
    default: Option<&str>,
) -> Column {
    let default = default.map(|text| now(text, &ty).unwrap_or_else(|| Expr::reported(text)));
    Column { nullable, identity, default, ..Column::new(name, ty) }
}

/// The present as it is written for a type without a zone. PostgreSQL 14 and later report it as it was written,
/// earlier ones as a call.
fn now(text: &str, ty: &SqlType) -> Option<Expr> {
    let cast = match ty {
        SqlType::Timestamp => "",
        SqlType::Date => "::date",
        SqlType::Time => "::time without time zone",
        _ => return None,
    };
    let mut inner = text.strip_suffix(cast).unwrap_or(text);
    while let Some(stripped) = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        inner = stripped;
    }
    let utc = ["CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text", "timezone('UTC'::text, CURRENT_TIMESTAMP)"];
    (utc.contains(&inner) && text.ends_with(cast)).then_some(Expr::Now)
}
