//! Handles of generated columns, which are read like others and never set.

use super::Col;
use super::assign::Assignment;
use super::column::Path;
use crate::model::Model;
use std::ops::Deref;

/// A generated column of type `T`, in a query whose root is `M`: a [`Col`] that cannot be set.
pub struct GeneratedCol<M, T>(Col<M, T>);

// Written by hand: a derive would demand that `M` and `T` are `Copy`.
impl<M, T> Clone for GeneratedCol<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for GeneratedCol<M, T> {}

impl<M, T> GeneratedCol<M, T> {
    /// The field of this number in the model at `path`.
    #[doc(hidden)]
    pub const fn new(path: Path, field: u16) -> Self {
        GeneratedCol(Col::new(path, field))
    }
}

impl<M, T> Deref for GeneratedCol<M, T> {
    type Target = Col<M, T>;

    fn deref(&self) -> &Col<M, T> {
        &self.0
    }
}

/// A value for a generated column: there is none.
#[diagnostic::on_unimplemented(
    message = "a generated column cannot be set: the database computes it",
    label = "set what it is generated from"
)]
pub trait SetsGenerated: Sized {
    /// What it would set.
    #[doc(hidden)]
    fn assigned<M>(self) -> Assignment<M>;
}

impl<M: Model, T> GeneratedCol<M, T> {
    /// Stands in front of [`Col::set`], so that setting a generated column does not compile.
    #[doc(hidden)]
    pub fn set<V: SetsGenerated>(self, value: V) -> Assignment<M> {
        value.assigned()
    }
}
