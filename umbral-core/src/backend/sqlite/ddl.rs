//! Tables and indexes of the schema as SQLite creates them.

use super::NAME;
use super::def::{
    ColumnDef, ColumnRule, ColumnRuleKind, ConstraintDef, ConstraintDefKind, Key, KeyDef, ReferencesDef,
    TableDef, keys_sql,
};
use super::dialect::SqliteDialect;
use super::quote::identifier;
use super::types::{declared_in, declared_strict, implied_check};
use crate::backend::{Dialect, ExprContext, requirements};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, Expr, ForeignKey, Index, SortOrder, Table,
};

/// A table's definition.
///
/// # Errors
/// [`ErrorKind::Unsupported`] for a type or expression that SQLite has not.
pub(super) fn table_def(table: &Table) -> Result<TableDef> {
    let mut def = TableDef { name: table.name.clone(), ..TableDef::default() };
    for column in table.columns.values() {
        let column = column_def(table, column, false)
            .map_err(|error| error.context(format!("column {}.{}", table.name, column.name)))?;
        def.columns.push(column);
    }
    if table.primary_key.len() > 1 {
        let columns = table.primary_key.iter().map(|name| KeyDef::column(name)).collect();
        let kind = ConstraintDefKind::PrimaryKey { columns, conflict: String::new() };
        def.constraints.push(ConstraintDef { name: None, kind });
    }
    for constraint in table.constraints.values() {
        def.constraints.push(constraint_def(table, constraint)?);
    }
    Ok(def)
}

/// A column's definition in `table`; in a STRICT table its declared type is one of the six.
pub(super) fn column_def(table: &Table, column: &Column, strict: bool) -> Result<ColumnDef> {
    let only_key = table.primary_key.len() == 1 && table.primary_key[0] == column.name;
    if column.identity && !only_key {
        return Err(Error::unsupported(
            "sqlite assigns ascending integers to a single-column primary key only",
            "make the column the primary key, or take its identity away",
        ));
    }
    let declared = if strict { declared_strict(&column.ty)?.to_owned() } else { declared_in(table, column)? };
    let mut rules = Vec::new();
    if !column.nullable || table.primary_key.contains(&column.name) {
        rules.push(ColumnRuleKind::NotNull { conflict: String::new() });
    }
    if only_key {
        let autoincrement = column.identity;
        rules.push(ColumnRuleKind::PrimaryKey { descending: false, conflict: String::new(), autoincrement });
    }
    if let Some(collation) = &column.collation {
        rules.push(ColumnRuleKind::Collate(collation.clone()));
    }
    if let Some(default) = &column.default {
        rules.push(ColumnRuleKind::Default(default_sql(table, column, default)?));
    }
    if let Some(generated) = &column.generated {
        let expr = generated_sql(table, column, &generated.expr)?;
        rules.push(ColumnRuleKind::Generated { expr, stored: generated.stored });
    }
    if let Some(check) = implied_check(&column.name, &column.ty) {
        rules.push(ColumnRuleKind::Check(check));
    }
    let rules = rules.into_iter().map(ColumnRule::unnamed).collect();
    Ok(ColumnDef { name: column.name.clone(), declared, rules })
}

/// What a generated column is computed as.
pub(super) fn generated_sql(table: &Table, column: &Column, expr: &Expr) -> Result<String> {
    let context = ExprContext::of(table).value(&column.ty);
    SqliteDialect.expr(expr, context).map_err(|error| error.context("what it is generated from"))
}

/// The text behind DEFAULT: a constant as it is, any other expression in parentheses.
pub(super) fn default_sql(table: &Table, column: &Column, default: &Expr) -> Result<String> {
    let context = ExprContext::of(table).value(&column.ty);
    let sql = SqliteDialect.expr(default, context).map_err(|error| error.context("default"))?;
    let plain = default.is_constant() && !sql.starts_with("CAST");
    Ok(if plain { sql } else { format!("({sql})") })
}

/// A constraint's definition.
pub(super) fn constraint_def(table: &Table, constraint: &Constraint) -> Result<ConstraintDef> {
    let kind = match &constraint.kind {
        ConstraintKind::Unique(unique) => {
            let columns = unique.columns.iter().map(|name| KeyDef::column(name)).collect();
            ConstraintDefKind::Unique { columns, conflict: String::new() }
        }
        ConstraintKind::Check(check) => {
            let sql = SqliteDialect.expr(&check.expr, ExprContext::of(table));
            let sql = sql.map_err(|error| error.context(format!("check {}", constraint.name)))?;
            ConstraintDefKind::Check(sql)
        }
        ConstraintKind::ForeignKey(key) => foreign_key_def(key)?,
        ConstraintKind::Exclusion(_) => return Err(requirements::no_exclusion(NAME, constraint)),
    };
    Ok(ConstraintDef { name: Some(constraint.name.clone()), kind })
}

fn foreign_key_def(key: &ForeignKey) -> Result<ConstraintDefKind> {
    if key.columns.len() != key.references.len() || key.columns.is_empty() {
        return Err(Error::new(
            ErrorKind::Schema,
            format!("the foreign key to {} does not name as many columns there as here", key.table),
        ));
    }
    Ok(ConstraintDefKind::ForeignKey {
        columns: key.columns.clone(),
        references: ReferencesDef {
            table: key.table.clone(),
            columns: key.references.clone(),
            on_delete: key.on_delete,
            on_update: key.on_update,
            rest: deferrable(key.deferrable).to_owned(),
        },
    })
}

fn deferrable(deferrable: Option<Deferrable>) -> &'static str {
    match deferrable {
        None => "",
        Some(Deferrable::InitiallyImmediate) => "DEFERRABLE INITIALLY IMMEDIATE",
        Some(Deferrable::InitiallyDeferred) => "DEFERRABLE INITIALLY DEFERRED",
    }
}

/// `CREATE INDEX`.
pub(super) fn create_index(table: &Table, index: &Index) -> Result<String> {
    let context = ExprContext::of(table);
    let about = |error: Error| error.context(format!("index {}", index.name));
    let mut keys = Vec::new();
    for column in &index.columns {
        let key = match &column.expr {
            Expr::Column(name) => Key::Column(name.clone()),
            expr => Key::Expr(format!("({})", SqliteDialect.expr(expr, context).map_err(about)?)),
        };
        keys.push(KeyDef { key, collation: None, descending: column.order == SortOrder::Descending });
    }
    let unique = if index.unique { "UNIQUE " } else { "" };
    let (name, on) = (identifier(&index.name), identifier(&table.name));
    let mut sql = format!("CREATE {unique}INDEX {name} ON {on} ({})", keys_sql(&keys));
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" WHERE {}", SqliteDialect.expr(predicate, context).map_err(about)?));
    }
    Ok(sql)
}
