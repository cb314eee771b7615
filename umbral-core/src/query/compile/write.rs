//! UPDATE and DELETE.

use super::assignments::{one_by_one, sorted};
use super::joins::Joins;
use super::key::Key;
use super::select::{Purpose, bound_slice, rows};
use super::terms::{Reader, Taken};
use super::{Compiled, column_type, internal};
use crate::backend::DatabaseBackend;
use crate::backend::standard::lookups::placed;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMeta, ModelMeta};
use crate::query::code::Code;
use crate::query::selection::Selection;
use crate::value::ValueType;
use sea_query::{Expr, ExprTrait, Query, SelectStatement, Value};

/// Compiles an UPDATE of the selection's rows.
pub(crate) fn compile_update(
    selection: &Selection,
    assignments: &Code,
    key: &Key,
    backend: &dyn DatabaseBackend,
) -> Result<Compiled> {
    let meta = selection.meta;
    let own = Joins::none(meta);
    let mut reader = Reader::new(&own, backend, &key.counts);
    let mut update = Query::update();
    update.table(meta.table);
    let mut values = Vec::new();
    for taken in reader.taken(assignments)? {
        let Taken::Assign(item, field) = taken else {
            return Err(internal("an order among assignments".to_owned()));
        };
        let field = meta.fields.get(usize::from(field));
        let field = field.ok_or_else(|| internal(format!("{} has fewer fields", meta.name)))?;
        let computed = matches!(item.expr, Expr::Binary(..)) && field.ty == ValueType::BigInt;
        let value = reader.stored(item, field)?;
        let value = if computed { backend.dialect().computed_integer(value) } else { value };
        values.push((field.column, value));
    }
    if !backend.dialect().assigns_at_once() {
        values = sorted(values, &one_by_one(meta, assignments, backend)?);
    }
    update.values(values);
    let next = reader.ordinal();
    if let Some(condition) = chosen(selection, key, next, backend)? {
        update.and_where(condition);
    }
    let (sql, values) = backend.dialect().update(&update);
    Compiled::new(sql, &values)
}

/// Compiles a DELETE of the selection's rows.
pub(crate) fn compile_delete(
    selection: &Selection,
    key: &Key,
    backend: &dyn DatabaseBackend,
) -> Result<Compiled> {
    let mut delete = Query::delete();
    delete.from_table(selection.meta.table);
    if let Some(condition) = chosen(selection, key, 0, backend)? {
        delete.and_where(condition);
    }
    let (sql, values) = backend.dialect().delete(&delete);
    Compiled::new(sql, &values)
}

/// The condition that chooses the rows. Through other tables, or with a limit, by their keys, since UPDATE and DELETE
/// have neither on every database.
fn chosen(
    selection: &Selection,
    key: &Key,
    first_ordinal: u32,
    backend: &dyn DatabaseBackend,
) -> Result<Option<Expr>> {
    let meta = selection.meta;
    let joins = Joins::of(selection, false).map_err(|problem| problem.into_error(meta))?;
    let mut reader = Reader::new(&joins, backend, &key.counts).starting_at(first_ordinal);
    // A subquery of the condition may read the table that is changed.
    let aside_only = joins.is_scoped() && !backend.dialect().reads_what_it_changes();
    if joins.is_empty() && !selection.is_sliced() && !aside_only {
        return reader.condition(&selection.filter);
    }
    let columns = key_columns(meta)?;
    let mut select = Query::select();
    select.exprs(columns.iter().map(|column| joins.root_column(column)));
    joins.write(&mut select, false);
    let purpose = if selection.is_sliced() { Purpose::Rows } else { Purpose::Unordered };
    rows(&mut select, selection, purpose, &mut reader)?;
    bound_slice(&mut select, selection, &mut reader);
    if !backend.dialect().reads_what_it_changes() {
        select = aside(select, selection.is_sliced(), &columns);
    }
    let key = match columns.as_slice() {
        [only] => Expr::col(*only),
        several => Expr::tuple(several.iter().map(|column| Expr::col(*column))),
    };
    Ok(Some(key.in_subquery(select)))
}

/// The same rows, found before the first of them is changed: neither what is distinct nor a slice is merged into the
/// statement around it.
fn aside(mut select: SelectStatement, sliced: bool, columns: &[&'static str]) -> SelectStatement {
    if !sliced {
        select.distinct();
    }
    let mut outer = Query::select();
    outer.columns(columns.iter().copied()).from_subquery(select, "umbral_chosen");
    outer
}

fn key_columns(meta: &'static ModelMeta) -> Result<Vec<&'static str>> {
    let columns: Vec<&'static str> = meta.key_fields().map(|field| field.column).collect();
    if columns.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("{} has no primary key, which says which row is meant", meta.name),
        )
        .with_hint("declare one with #[umbral(primary_key)]"));
    }
    Ok(columns)
}

/// Compiles the UPDATE of one row by its key: the parameters are the fields in order, the key's left out, and the key's.
pub(crate) fn compile_save(meta: &'static ModelMeta, backend: &dyn DatabaseBackend) -> Result<Compiled> {
    let columns = key_columns(meta)?;
    let mut update = Query::update();
    update.table(meta.table);
    let is_written = |field: &&FieldMeta| field.generated.is_none() && !columns.contains(&field.column);
    let others: Vec<&FieldMeta> = meta.fields.iter().filter(is_written).collect();
    let mut ordinals = (0u32..).map(|ordinal| Expr::Value(Value::Unsigned(Some(ordinal))));
    let sets_nothing = others.is_empty();
    for (field, placeholder) in others.into_iter().zip(&mut ordinals) {
        update.value(field.column, placed(backend.dialect(), &column_type(field), placeholder));
    }
    // An UPDATE that sets nothing is no SQL.
    if sets_nothing {
        update.value(columns[0], Expr::col(columns[0]));
    }
    for (column, placeholder) in columns.into_iter().zip(ordinals) {
        update.and_where(Expr::col(column).eq(placeholder));
    }
    let (sql, values) = backend.dialect().update(&update);
    Compiled::new(sql, &values)
}
