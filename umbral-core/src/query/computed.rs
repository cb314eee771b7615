//! Rows read again for what the database computed in them.

use super::Path;
use super::code::{Code, Op};
use super::compile::Purpose;
use super::prefetch::list_size;
use super::prepare;
use super::rows::Models;
use super::selection::Selection;
use super::term::{Other, Term};
use crate::backend::standard::rows::take_sink;
use crate::db::Executor;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelKey, ModelMeta};
use crate::value::Value;

/// How many keys of several fields one statement names.
const WIDE_KEYS: usize = 100;

/// The rows as the database has them, in their order, where it computes fields of theirs. Others are as they were.
pub(super) async fn read_computed<M: Model>(on: &dyn Executor, mut rows: Vec<M>) -> Result<Vec<M>> {
    let meta = M::meta();
    if rows.is_empty() || meta.fields.iter().all(|field| field.generated.is_none()) {
        return Ok(rows);
    }
    let size = match meta.key_number() {
        Some(number) => list_size(on.db(), meta, number),
        None => WIDE_KEYS,
    };
    for chunk in rows.chunks_mut(size) {
        let keys: Vec<Vec<Value>> = chunk.iter().map(|row| row.key().to_values()).collect();
        let prepared = prepare::select(on.db(), with_keys(meta, keys), Purpose::Unordered)?;
        let sink = on.fetch(prepared.statement, Models::<M>::sink(None, chunk.len())).await?;
        let mut found: Vec<(String, M)> = take_sink::<Models<M>>(sink)?.rows.into_iter().map(named).collect();
        found.sort_by(|(one, _), (other, _)| other.cmp(one));
        let mut places: Vec<(String, &mut M)> = chunk.iter_mut().map(|row| (name(row), row)).collect();
        places.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (key, place) in places {
            match found.pop() {
                Some((found, row)) if found == key => *place = row,
                _ => return Err(gone(meta)),
            }
        }
    }
    Ok(rows)
}

fn named<M: Model>(row: M) -> (String, M) {
    (name(&row), row)
}

/// A row's key, so that equal keys are equal.
fn name<M: Model>(row: &M) -> String {
    format!("{:?}", row.key().to_values())
}

#[cold]
fn gone(meta: &'static ModelMeta) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("rows of {} were inserted, and were gone when what is computed in them was read", meta.name),
    )
}

/// The rows with these keys.
fn with_keys(meta: &'static ModelMeta, keys: Vec<Vec<Value>>) -> Selection {
    let mut selection = Selection::of(meta);
    if let Some(number) = meta.key_number() {
        let keys = keys.into_iter().flatten().collect();
        selection.filter = Term::column(meta, Path::ROOT, number).is_in(keys);
        return selection;
    }
    let mut any = Code::default();
    for key in keys {
        let mut one = Code::default();
        for (number, value) in meta.primary_key.iter().zip(key) {
            one.and(Term::column(meta, Path::ROOT, *number).compare(Op::Eq, Other::Value(value)));
        }
        if any.is_empty() {
            any = one;
        } else {
            any.append(one);
            any.op(Op::Or);
        }
    }
    selection.filter = any;
    selection
}
