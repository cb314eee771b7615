//! One row to be inserted.

use super::fetch::Fetch;
use super::insert::Draft;
use super::rows::Models;
use super::{Col, Given, IntoValue};
use crate::db::Executor;
use crate::model::Model;
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
        self.draft.given.push((given.field, given.value));
        self
    }

    /// Inserts the row and returns it as the database stored it.
    ///
    /// # Errors
    /// [`ErrorKind::Violation`](crate::error::ErrorKind::Violation) where a constraint refuses it,
    /// [`Value`](crate::error::ErrorKind::Value) for a value that its field does not hold.
    pub fn exec(self, on: &dyn Executor) -> Fetch<'_, M> {
        let statement = self.draft.statement(on.db());
        let run = statement.map(|statement| on.fetch(statement, Models::<M>::sink(None, 1)));
        Fetch::new(run, Models::<M>::only)
    }
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
