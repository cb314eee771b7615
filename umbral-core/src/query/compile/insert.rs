//! INSERT.

use super::{Compiled, column_type, internal};
use crate::backend::DatabaseBackend;
use crate::backend::standard::lookups::placed;
use crate::error::Result;
use crate::model::{FieldMeta, ModelMeta};
use sea_query::{Expr, OnConflict, Query, Value};

/// What an INSERT writes and reads back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InsertShape<'s> {
    pub(crate) meta: &'static ModelMeta,
    /// The fields that are written, by number.
    pub(crate) written: &'s [u16],
    /// The fields that come back, by number.
    pub(crate) returned: &'s [u16],
    /// How many rows; 1 where nothing is written.
    pub(crate) rows: usize,
    /// Whether rows whose key is there already are left as they are.
    pub(crate) missing: bool,
}

impl InsertShape<'_> {
    fn fields(&self, numbers: &[u16]) -> Result<Vec<&'static FieldMeta>> {
        let found = numbers.iter().map(|number| self.meta.fields.get(usize::from(*number)));
        found.collect::<Option<_>>().ok_or_else(|| internal("an INSERT names no field".to_owned()))
    }
}

/// Compiles an INSERT that takes each column of all rows as one array; without SQL where the database has none.
pub(crate) fn compile_insert_columns(
    shape: InsertShape<'_>,
    backend: &dyn DatabaseBackend,
) -> Result<Compiled> {
    let (written, returned) = (shape.fields(shape.written)?, shape.fields(shape.returned)?);
    let columns: Vec<_> = written.iter().map(|field| (field.column, column_type(field))).collect();
    let names: Vec<_> = returned.iter().map(|field| field.column).collect();
    let sql = backend.dialect().insert_columns(shape.meta.table, &columns, &names);
    let compiled = Compiled::in_order(sql.unwrap_or_default(), columns.len());
    Ok(compiled.with_columns(returned.into_iter().map(column_type)))
}

/// Compiles an INSERT whose parameters are the rows one after the other.
pub(crate) fn compile_insert(shape: InsertShape<'_>, backend: &dyn DatabaseBackend) -> Result<Compiled> {
    let (written, returned) = (shape.fields(shape.written)?, shape.fields(shape.returned)?);
    let mut insert = Query::insert();
    insert.into_table(shape.meta.table);
    if written.is_empty() {
        insert.or_default_values();
    } else {
        insert.columns(written.iter().map(|field| field.column));
    }
    let mut ordinals = 0u32..;
    for _ in 0..shape.rows {
        let row = written.iter().zip(&mut ordinals);
        let row = row
            .map(|(field, ordinal)| {
                let place = Expr::Value(Value::Unsigned(Some(ordinal)));
                placed(backend.dialect(), &column_type(field), place)
            })
            .collect::<Vec<_>>();
        if !row.is_empty() {
            insert.values(row).map_err(|error| internal(error.to_string()))?;
        }
    }
    if shape.missing {
        let key: Vec<&'static str> = shape.meta.key_fields().map(|field| field.column).collect();
        insert.on_conflict(OnConflict::columns(key.clone()).do_nothing_on(key).to_owned());
    }
    if !returned.is_empty() {
        let columns = returned.iter().map(|field| field.column);
        insert.returning(Query::returning().columns(columns));
    }
    let (sql, values) = backend.dialect().insert(&insert);
    Ok(Compiled::new(sql, &values)?.with_columns(returned.into_iter().map(column_type)))
}
