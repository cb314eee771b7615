//! A selection to SQL: run once for each shape and database.

mod assignments;
mod insert;
mod joins;
mod key;
mod numbers;
mod scope;
mod select;
mod terms;
mod write;

pub(crate) use insert::{InsertShape, compile_insert, compile_insert_columns};
pub(crate) use key::{Key, Sort};
pub(crate) use select::Purpose;
pub(crate) use write::{compile_delete, compile_save, compile_update};

use super::problem::Problem;
use super::selection::{Selection, related_tree, target};
use crate::backend::{DatabaseBackend, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMeta, ModelMeta, Related};
use crate::schema::SqlType;
use crate::value::Value;
use sea_query::Values;
use std::sync::Arc;

/// The SQL of one shape.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) sql: Arc<str>,
    /// How many placeholders there are.
    arity: usize,
    /// For each placeholder the ordinal of its parameter; `None` where they are in order.
    order: Option<Box<[u32]>>,
    /// The logical types of the result's columns.
    pub(crate) columns: Arc<[SqlType]>,
    /// Where related rows stand in the result, if there are any.
    pub(crate) related: Option<Arc<[Related]>>,
}

impl Compiled {
    /// `values` are the ordinals that stood for the parameters, in the order of the placeholders: sea-query is given
    /// them in place of values, and its limits are of another variant.
    pub(crate) fn new(sql: String, values: &Values) -> Result<Compiled> {
        let mut order = Vec::with_capacity(values.0.len());
        for value in &values.0 {
            match value {
                sea_query::Value::Unsigned(Some(ordinal)) => order.push(*ordinal),
                sea_query::Value::BigUnsigned(Some(ordinal)) => order.push(*ordinal as u32),
                other => return Err(internal(format!("{other:?} came up among the parameters of {sql}"))),
            }
        }
        Ok(Compiled::with_ordinals(sql, order))
    }

    /// SQL whose placeholders stand for the parameters of these ordinals.
    pub(crate) fn with_ordinals(sql: String, ordinals: Vec<u32>) -> Compiled {
        let sorted = ordinals.iter().enumerate().all(|(at, ordinal)| at == *ordinal as usize);
        let arity = ordinals.len();
        let order = (!sorted).then(|| ordinals.into_boxed_slice());
        Compiled { order, ..Compiled::in_order(sql, arity) }
    }

    /// How many parameters its placeholders ask for.
    pub(crate) fn parameters(&self) -> usize {
        let named = self.order.as_deref().and_then(|order| order.iter().max());
        named.map_or(self.arity, |most| *most as usize + 1)
    }

    pub(crate) fn with_columns(mut self, columns: impl IntoIterator<Item = SqlType>) -> Compiled {
        self.columns = columns.into_iter().collect();
        self
    }

    /// SQL whose `arity` parameters are in order.
    pub(crate) fn in_order(sql: String, arity: usize) -> Compiled {
        Compiled { sql: sql.into(), arity, order: None, columns: Arc::from([]), related: None }
    }

    /// The statement with these parameters, which are in the order of their ordinals.
    pub(crate) fn statement(&self, mut params: Vec<Value>) -> Result<Statement> {
        if let Some(order) = &self.order {
            let reordered = order.iter().map(|ordinal| params.get(*ordinal as usize).cloned());
            params = reordered.collect::<Option<_>>().unwrap_or_default();
        }
        params.truncate(self.arity);
        if params.len() < self.arity {
            return Err(internal(format!("a parameter of {} is missing", self.sql)));
        }
        Ok(Statement { sql: Arc::clone(&self.sql), params, columns: Arc::clone(&self.columns) })
    }
}

/// The logical type of a field's column.
pub(crate) fn column_type(field: &FieldMeta) -> SqlType {
    field.ty.sql_type(field.size)
}

#[cold]
pub(crate) fn internal(message: String) -> Error {
    Error::new(ErrorKind::Internal, message)
}

/// Compiles a query that reads rows.
pub(crate) fn compile_select(
    selection: &Selection,
    purpose: Purpose,
    key: &Key,
    backend: &dyn DatabaseBackend,
) -> Result<Compiled> {
    let (sql, values) = select::render(selection, purpose, key, backend)?;
    let compiled = Compiled::new(sql, &values)?;
    if !purpose.returns_rows() {
        return Ok(compiled.with_columns([SqlType::BigInt]));
    }
    let (types, related) = result(selection).map_err(|problem| problem.into_error(selection.meta))?;
    let related = (!related.is_empty()).then(|| related.into());
    Ok(Compiled { related, ..compiled.with_columns(types) })
}

/// The columns of a selection's rows, the related ones behind the root's.
fn result(selection: &Selection) -> Result<(Vec<SqlType>, Vec<Related>), Problem> {
    let meta = selection.meta;
    let mut types: Vec<SqlType> = meta.fields.iter().map(column_type).collect();
    for path in &selection.related {
        let model: Result<&'static ModelMeta, Problem> =
            path.hops().unwrap_or_default().iter().try_fold(meta, |model, hop| target(model, *hop));
        types.extend(model?.fields.iter().map(column_type));
    }
    Ok((types, related_tree(meta, &selection.related)?))
}
