//! One row to be inserted.

use super::compile::Purpose;
use super::fetch::Fetch;
use super::insert::{Draft, Insertion, assigned_key};
use super::into_value::Values;
use super::prepare;
use super::records::by_key;
use super::rows::Models;
use super::{Col, Given, IntoValue};
use crate::backend::Statement;
use crate::db::Executor;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelMeta};
use crate::value::{RowSink, Value};
use std::marker::PhantomData;

/// A row of `M` to be inserted, field by field; `create!` writes one.
///
/// A field that is not given takes its default: a constant is filled in here, `now` and expressions are left to the
/// database, as are keys that it assigns.
#[must_use = "nothing is inserted before exec"]
pub struct Create<M> {
    draft: Draft,
    of: PhantomData<fn() -> M>,
}

impl<M: Model> Create<M> {
    /// A row of which nothing is given.
    pub fn new() -> Create<M> {
        Create { draft: Draft { meta: M::meta(), given: Vec::new() }, of: PhantomData }
    }

    /// Gives the value of a field of `M` itself.
    pub fn set<T>(mut self, field: Col<M, T>, value: impl IntoValue<T>) -> Create<M> {
        self.draft.given.push((field.field(), value.into_value()));
        self
    }

    /// Gives the value of a field of `M` itself, as `create!` does: a value of the wrong type is reported where it was
    /// made, without this method's bounds.
    #[doc(hidden)]
    pub fn give(mut self, given: Given<M>) -> Create<M> {
        match given.values {
            Values::One(field, value) => self.draft.given.push((field, value)),
            Values::Several(values) => self.draft.given.extend(values),
        }
        self
    }

    /// Inserts the row and returns it as the database stored it.
    ///
    /// # Errors
    /// [`ErrorKind::Violation`](crate::error::ErrorKind::Violation) where a constraint refuses it,
    /// [`Value`](crate::error::ErrorKind::Value) for a value that its field does not hold.
    pub fn exec(self, on: &dyn Executor) -> Fetch<'_, M> {
        let meta = self.draft.meta;
        let run = self.draft.insert(on.db()).map(|insertion| {
            let sink = Models::<M>::sink(None, 1);
            match insertion {
                Insertion::Returning(statement) => on.fetch(statement, sink),
                Insertion::ThenRead { statement, key } => {
                    Box::pin(insert_and_read(on, meta, statement, key, sink))
                }
            }
        });
        Fetch::new(run, Models::<M>::only)
    }
}

/// Inserts a row, and reads it by its key.
async fn insert_and_read(
    on: &dyn Executor,
    meta: &'static ModelMeta,
    statement: Statement,
    given: Option<Vec<Value>>,
    sink: Box<dyn RowSink>,
) -> Result<Box<dyn RowSink>> {
    let done = on.execute(statement).await?;
    let assigned = done.assigned.map(|keys| keys.first).or(done.last_insert_id);
    let key = match (given, assigned) {
        (Some(key), _) => key,
        (None, Some(key)) => vec![assigned_key(meta, key)?],
        (None, None) => return Err(no_key(meta)),
    };
    let read = prepare::select(on.db(), by_key(meta, key), Purpose::Unordered)?;
    on.fetch(read.statement, sink).await
}

#[cold]
fn no_key(meta: &'static ModelMeta) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("a {} was inserted, and the database did not tell its key", meta.name),
    )
}

impl<M: Model> Default for Create<M> {
    fn default() -> Create<M> {
        Create::new()
    }
}

impl<M> Clone for Create<M> {
    fn clone(&self) -> Create<M> {
        Create { draft: self.draft.clone(), of: PhantomData }
    }
}
