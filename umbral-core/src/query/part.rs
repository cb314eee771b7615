//! Handles of the columns that a field of an embedded struct stands for.

#![allow(clippy::wrong_self_convention, reason = "a condition is built from a handle, not asked of it")]

use super::assign::Assignment;
use super::code::{Code, Op};
use super::column::Path;
use super::predicate::Predicate;
use super::term::{Other, Term};
use super::{Col, IntoValue};
use crate::model::{Embedded, Model};
use crate::value::Value;
use std::ops::Deref;

/// The columns of an embedded struct `E`, in a query over `R`: what `p.home` is in `filter(|p| …)`. It has what
/// [`Fields`](super::Fields) has: a field for each field of `E`, and a method for each relation.
pub struct Part<E: Embedded, R> {
    handles: E::Handles<R>,
    /// Its first column.
    first: Col<R, E>,
}

impl<E: Embedded, R> Part<E, R> {
    /// The fields from this number on, in the model at `path`, with a handle for each.
    #[doc(hidden)]
    pub fn new(path: Path, first: u16, handles: E::Handles<R>) -> Part<E, R> {
        Part { handles, first: Col::new(path, first) }
    }

    /// Where it begins, for `create!`.
    #[doc(hidden)]
    pub fn column(&self) -> Col<R, E> {
        self.first
    }
}

impl<E: Embedded, R: Model> Part<E, R> {
    /// Sets every column of the struct in an update, but for those that the database computes.
    pub fn set(&self, value: impl IntoValue<E>) -> Vec<Assignment<R>> {
        let path = self.first.path();
        let set = |(field, value)| Assignment::new(R::meta(), path, field, Other::Value(value));
        self.values(value).into_iter().map(set).collect()
    }

    /// Whether every column is what the struct has, NULL where that is `None`.
    pub fn eq(&self, value: impl IntoValue<E>) -> Predicate<R> {
        let mut all = Code::default();
        for (field, value) in self.values(value) {
            let column = Term::column(R::meta(), self.first.path(), field);
            all.and(column.compare(Op::Eq, Other::Value(value)));
        }
        Predicate::new(all)
    }

    /// Whether a column is not what the struct has.
    pub fn ne(&self, value: impl IntoValue<E>) -> Predicate<R> {
        !self.eq(value)
    }

    fn values(&self, value: impl IntoValue<E>) -> Vec<(u16, Value)> {
        IntoValue::given(self.first, value).values.into_vec()
    }
}

impl<E: Embedded, R> Deref for Part<E, R> {
    type Target = E::Handles<R>;

    fn deref(&self) -> &E::Handles<R> {
        &self.handles
    }
}
